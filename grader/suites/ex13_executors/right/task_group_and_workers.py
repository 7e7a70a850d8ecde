"""Workers in a TaskGroup, with a queue."""

import asyncio
from concurrent.futures import Executor, Future, wait


class SerialExecutor(Executor):
    """The future is made after the work; a slot in the class says that it is open."""

    closed = False

    def submit(*args, **kwargs):
        self, fn, *args = args
        if self.closed:
            raise RuntimeError("cannot schedule new futures after shutdown")
        try:
            result, error = fn(*args, **kwargs), None
        except BaseException as caught:
            result, error = None, caught
        future = Future()
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
        return future

    def shutdown(self, wait=True, *, cancel_futures=False):
        self.closed = True


def process_all(items, fn, executor):
    """In the order of the items, whichever ends first."""
    waiting = list(items)
    futures = {place: executor.submit(fn, item) for place, item in enumerate(waiting)}
    wait(futures.values())
    return [futures[place].result() for place in range(len(waiting))]


async def load_all_async(urls, *, limit, load):
    urls = list(urls)
    results = [None] * len(urls)
    left = iter(enumerate(urls))

    async def worker():
        for place, url in left:
            try:
                results[place] = await asyncio.to_thread(load, url)
            except Exception as error:
                results[place] = error

    async with asyncio.TaskGroup() as group:
        for _ in range(limit):
            group.create_task(worker())
    return results
