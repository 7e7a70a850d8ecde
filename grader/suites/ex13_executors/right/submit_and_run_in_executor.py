"""submit and result; a pool of its own in the loop."""

import asyncio
from concurrent.futures import Executor, Future, ThreadPoolExecutor


class SerialExecutor(Executor):
    def __init__(self):
        self.open = True

    def submit(self, fn, /, *args, **kwargs):
        if not self.open:
            raise RuntimeError("closed")
        future = Future()
        future.set_running_or_notify_cancel()
        try:
            result = fn(*args, **kwargs)
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(result)
        return future

    def shutdown(self, wait=True, *, cancel_futures=False):
        self.open = False


def process_all(items, fn, executor):
    futures = [executor.submit(fn, item) for item in items]
    return [future.result() for future in futures]


async def load_all_async(urls, *, limit, load):
    loop = asyncio.get_running_loop()
    pool = ThreadPoolExecutor(limit)
    try:
        calls = [loop.run_in_executor(pool, load, url) for url in urls]
        return await asyncio.gather(*calls, return_exceptions=True)
    finally:
        pool.shutdown(wait=False)
