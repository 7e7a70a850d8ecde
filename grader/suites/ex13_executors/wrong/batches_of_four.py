# fails: 13b.overlap | waits for the slowest of each
import asyncio
from concurrent.futures import Executor, Future


class SerialExecutor(Executor):
    def __init__(self):
        self.closed = False

    def submit(self, fn, /, *args, **kwargs):
        if self.closed:
            raise RuntimeError("closed")
        future = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future

    def shutdown(self, wait=True, *, cancel_futures=False):
        self.closed = True


def process_all(items, fn, executor):
    items = list(items)
    results = []
    for start in range(0, len(items), 4):
        results += executor.map(fn, items[start : start + 4])
    return results


async def load_all_async(urls, *, limit, load):
    places = asyncio.Semaphore(limit)

    async def one(url):
        async with places:
            return await asyncio.to_thread(load, url)

    return await asyncio.gather(*(one(url) for url in urls), return_exceptions=True)
