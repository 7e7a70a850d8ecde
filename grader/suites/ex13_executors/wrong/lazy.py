# fails: 13a.submit | before submit returns
import asyncio
import functools
from concurrent.futures import Executor, Future


class Lazy(Future):
    def result(self, timeout=None):
        if not self.done():
            try:
                self.set_result(self.work())
            except BaseException as error:
                self.set_exception(error)
        return super().result(timeout)


class SerialExecutor(Executor):
    def __init__(self):
        self.closed = False

    def submit(self, fn, /, *args, **kwargs):
        if self.closed:
            raise RuntimeError("closed")
        future = Lazy()
        future.work = functools.partial(fn, *args, **kwargs)
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
