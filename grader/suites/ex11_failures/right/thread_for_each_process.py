"""Threads that each look after one process at a time; a poll in small steps."""

import functools
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

MAX_RUNS = 5


@dataclass(frozen=True)
class Settled:
    status: str
    value: object = None
    error: BaseException | None = None


from concurrent.futures import ThreadPoolExecutor


def run_with_deadline(fn, args, seconds):
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=_answer, args=(theirs, ours, fn, args))
    process.start()
    theirs.close()
    try:
        end = time.monotonic() + seconds
        while not ours.poll(0.05):
            if time.monotonic() > end:
                raise TimeoutError("not finished in time")
        returned, value = ours.recv()
    except EOFError:
        raise RuntimeError("ended without an answer") from None
    finally:
        process.kill()
        process.join()
    if returned:
        return value
    raise value


def _answer(theirs, ours, fn, args):
    ours.close()
    try:
        answer = (True, fn(*args))
    except Exception as error:
        answer = (False, error)
    theirs.send(answer)


def retry(fn, *, attempts, retry_on, backoff, sleep=time.sleep):
    if attempts < 1:
        raise ValueError("attempts")
    for attempt in range(attempts):
        try:
            return fn()
        except retry_on:
            if attempt == attempts - 1:
                raise
        sleep(backoff * 2**attempt)


def resilient_map(fn, items, *, max_workers):
    with ThreadPoolExecutor(max_workers) as watchers:
        return list(watchers.map(functools.partial(alone, fn), items))


def alone(fn, item):
    with ProcessPoolExecutor(1) as pool:
        future = pool.submit(fn, item)
    try:
        return Settled("done", future.result())
    except BrokenProcessPool as error:
        return Settled("died", None, error)
    except Exception as error:
        return Settled("failed", None, error)
