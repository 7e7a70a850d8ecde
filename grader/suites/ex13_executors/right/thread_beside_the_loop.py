"""A thread that runs the pool, and sets a future of the loop when all is done."""

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
    done = []
    for item in items:
        done.append(executor.submit(fn, item))
    return list(map(Future.result, done))


async def load_all_async(urls, *, limit, load):
    urls = list(urls)

    def guarded(url):
        try:
            return load(url)
        except Exception as error:
            return error

    def work():
        with ThreadPoolExecutor(limit) as pool:
            return list(pool.map(guarded, urls))

    return await asyncio.to_thread(work)
