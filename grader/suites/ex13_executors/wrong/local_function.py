# fails: 13b.processes | a function inside a function
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
    def numbered(pair):
        place, item = pair
        return place, fn(item)

    return [result for _, result in sorted(executor.map(numbered, enumerate(items)))]


async def load_all_async(urls, *, limit, load):
    places = asyncio.Semaphore(limit)

    async def one(url):
        async with places:
            return await asyncio.to_thread(load, url)

    return await asyncio.gather(*(one(url) for url in urls), return_exceptions=True)
