"""What runs in the worker for exercise 13: functions that are submitted, an executor of nobody's library, and an event loop with a bell.

A probe of a task has the task's name. What it returns is a claim, as data; the trusted side says what is right.
"""

import asyncio
import multiprocessing
import os
import threading
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor

from witness import meet

# -- 13a -----------------------------------------------------------------------------------------------------------------------------

ERRORS = {"KeyError": KeyError, "ValueError": ValueError, "SystemExit": SystemExit, "KeyboardInterrupt": KeyboardInterrupt}


def SerialExecutor(task, value):  # noqa: N802
    """Submit a function that notes where and when it runs: what came back, and (thread is ours, in time, calls)."""
    calls = []

    def work():
        calls.append(threading.get_ident() == ours)
        return value

    ours = threading.get_ident()
    with task() as executor:
        got = executor.submit(work)
        in_time = len(calls)
    kind = "future" if isinstance(got, Future) else type(got).__name__
    done = got.done() if kind == "future" else None
    result = got.result(0) if done and not got.exception(0) else None if kind == "future" else got
    return kind, done, result, calls, in_time


def submit_twice(task):
    """Whether two calls have two futures with a result each."""
    with task() as executor:
        first, second = executor.submit(int, "1"), executor.submit(int, "2")
        return first is not second and (first.result(0), second.result(0)) == (1, 2)


def arguments(task):
    """What a function is given: (args, kwargs)."""
    with task() as executor:
        return executor.submit(lambda *args, **kwargs: [args, sorted(kwargs.items())], 1, 2, fn=3, self=4, args=5, timeout=6).result(0)


def keeps(task, name):
    """What becomes of what a function raises: "kept", or what was found instead."""
    error = ERRORS[name]("mine")

    def fail():
        raise error

    with task() as executor:
        try:
            future = executor.submit(fail)
        except NotImplementedError:
            raise
        except BaseException as left:
            return "left submit" if left is error else f"submit raised {type(left).__name__}"
        if not isinstance(future, Future):
            return "no future"
        if not future.done():
            return "not done"
        found = future.exception(0)
        return "kept" if found is error else "lost" if found is None else f"another exception, {type(found).__name__}"


def closed(task, how):
    """What submit does after shutdown: (what it raised or "nothing", calls of the function)."""
    calls = []
    executor = task()
    if how == "with":
        with executor as entered:
            if entered is not executor:
                return "with gave something else", 0
    elif how == "twice":
        executor.shutdown()
        executor.shutdown(wait=False, cancel_futures=True)
    else:
        executor.shutdown(wait=False)
    try:
        executor.submit(calls.append, 1)
    except NotImplementedError:
        raise
    except BaseException as error:
        return type(error).__name__, len(calls)
    return "nothing", len(calls)


def mapped(task, bad):
    """Map over two lists, with one item that raises: the results before it, and what is raised then."""
    got = []
    with task() as executor:
        try:
            got.extend(executor.map(divide, [6, 8, 9, 12], [2, 4, bad, 3]))
        except ZeroDivisionError:
            got.append("ZeroDivisionError")
    return got


def divide(a, b):
    """For map."""
    return a // b


# -- 13b -----------------------------------------------------------------------------------------------------------------------------


class Outside(Executor):
    """An executor of another library: the public methods, two threads of its own, and a note of how it is used."""

    def __init__(self):
        self.__pool = ThreadPoolExecutor(2, thread_name_prefix="outside")
        self.log = []

    def submit(self, fn, /, *args, **kwargs):
        self.log.append("submit")
        return self.__pool.submit(fn, *args, **kwargs)

    def shutdown(self, wait=True, *, cancel_futures=False):
        self.log.append("shutdown")
        self.__pool.shutdown(wait, cancel_futures=cancel_futures)


def stamp(letter):
    """What the task is to call: says where it runs, and answers what the trusted side says."""
    answer = meet(["stamp", letter, threading.current_thread().name.startswith("outside")])
    if type(answer) is str:
        raise KeyError(answer)
    return answer


def process_all(task, items, engine, workers=2):
    """Call the task with an executor of this kind; (what it returned, how an Outside was used, whether the executor still works)."""
    log = []
    if engine == "outside":
        executor = Outside()
        log = executor.log
    elif engine == "threads":
        executor = ThreadPoolExecutor(workers)
    else:
        executor = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context(engine))
    try:
        got = task((item for item in items), stamp, executor)
        used = list(log)
        try:
            works = executor.submit(abs, -1).result() == 1
        except RuntimeError:
            works = False
    finally:
        executor.shutdown()
    return got, used, works


# -- 13c -----------------------------------------------------------------------------------------------------------------------------


def load_all_async(task, urls, limit, kind):
    """Run the task in an event loop. `kind`: "meet" asks the trusted side; "bell" waits until the loop has rung; "count" notes its thread."""
    threads = []
    main = threading.get_ident()
    pid = os.getpid()

    async def run():
        loop = asyncio.get_running_loop()

        def load(url):
            if kind == "bell":
                rung = threading.Event()
                loop.call_soon_threadsafe(rung.set)
                rung.wait()
                return [url]
            if kind == "count":
                threads.append(threading.current_thread())
                return [url]
            order = meet(["load", url, threading.get_ident() == main, os.getpid() == pid])
            if "error" in order:
                raise KeyError(order["error"])
            return order["page"]

        return await task((url for url in urls), limit=limit, load=load)

    got = asyncio.run(run())
    return got, len(set(threads))
