# fails: 13c.loop | await instead
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
    with ThreadPoolExecutor(limit) as pool:
        return list(pool.map(load, urls))
