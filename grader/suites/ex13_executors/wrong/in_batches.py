# fails: 13c.overlap | waits for the slowest of each
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
    return list(executor.map(fn, items))


async def load_all_async(urls, *, limit, load):
    urls = list(urls)
    results = []
    for start in range(0, len(urls), limit):
        batch = [asyncio.to_thread(load, url) for url in urls[start : start + limit]]
        results += await asyncio.gather(*batch, return_exceptions=True)
    return results
