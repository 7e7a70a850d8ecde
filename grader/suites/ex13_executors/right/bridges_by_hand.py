"""wrap_future; a base class that the pools share; a look after a callback."""

import asyncio
import functools
import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor


class Desk(Executor):
    def __init__(self):
        self.lock = threading.Lock()
        self.refuses = threading.Event()

    def shutdown(self, wait=True, *, cancel_futures=False):
        with self.lock:
            self.refuses.set()


class SerialExecutor(Desk):
    def submit(self, fn, /, *args, **kwargs):
        if self.refuses.is_set():
            raise RuntimeError("closed")
        future = Future()
        try:
            value = functools.partial(fn, *args, **kwargs)()
        except BaseException as error:
            future.set_exception(error)
            return future
        future.set_result(value)
        return future


def process_all(items, fn, executor):
    results = executor.map(fn, items, timeout=None)
    return [*results]


async def load_all_async(urls, *, limit, load):
    pool = ThreadPoolExecutor(max_workers=limit)
    waiting = [asyncio.wrap_future(pool.submit(load, url)) for url in urls]
    if waiting:
        await asyncio.wait(waiting)
    pool.shutdown(wait=False)
    return [one.exception() or one.result() for one in waiting]
