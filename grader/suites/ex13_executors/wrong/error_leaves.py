# fails: 13a.errors | comes up at result()
import asyncio
from concurrent.futures import Executor, Future


class SerialExecutor(Executor):
    def __init__(self):
        self.closed = False

    def submit(self, fn, /, *args, **kwargs):
        if self.closed:
            raise RuntimeError("closed")
        future = Future()
        future.set_result(fn(*args, **kwargs))
        return future

    def shutdown(self, wait=True, *, cancel_futures=False):
        self.closed = True


def process_all(items, fn, executor):
    return list(executor.map(fn, items))


async def load_all_async(urls, *, limit, load):
    places = asyncio.Semaphore(limit)

    async def one(url):
        async with places:
            return await asyncio.to_thread(load, url)

    return await asyncio.gather(*(one(url) for url in urls), return_exceptions=True)
