# fails: 13c.threads | lets its thread go with it
import asyncio
from concurrent.futures import Executor, Future, ThreadPoolExecutor


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
    places = asyncio.Semaphore(limit)

    async def one(url):
        async with places:
            pool = ThreadPoolExecutor(1)
            try:
                return await asyncio.get_running_loop().run_in_executor(pool, load, url)
            finally:
                pool.shutdown(wait=False)

    return await asyncio.gather(*(one(url) for url in urls), return_exceptions=True)
