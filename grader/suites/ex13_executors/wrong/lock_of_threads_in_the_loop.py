# fails: 13c.loop | a lock of threads
import asyncio
import threading
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
    places = threading.Semaphore(limit)

    async def one(url):
        with places:
            return await asyncio.to_thread(load, url)

    return await asyncio.gather(*(one(url) for url in urls), return_exceptions=True)
