"""Threads and a queue of its own; futures of the loop."""

import asyncio
import queue
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
    loop = asyncio.get_running_loop()
    todo = queue.SimpleQueue()
    futures = []
    for url in urls:
        futures.append(loop.create_future())
        todo.put((url, futures[-1]))
    for _ in range(limit):
        todo.put(None)

    def work():
        while (job := todo.get()) is not None:
            url, future = job
            try:
                result = load(url)
            except Exception as error:
                result = error
            loop.call_soon_threadsafe(future.set_result, result)

    for _ in range(limit):
        threading.Thread(target=work).start()
    return [await future for future in futures]
