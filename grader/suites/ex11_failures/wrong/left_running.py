# fails: 11a.gone | the process has to be ended by
import time
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

MAX_RUNS = 5


@dataclass(frozen=True)
class Settled:
    status: str
    value: object = None
    error: BaseException | None = None


def run_with_deadline(fn, args, seconds):
    pool = ProcessPoolExecutor(1)
    future = pool.submit(fn, *args)
    try:
        return future.result(seconds)
    finally:
        # A pool that is done is waited for: forked beside its last threads, the next one's process can inherit a lock that nobody frees.
        pool.shutdown(wait=future.done())


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
    items = list(items)
    with ProcessPoolExecutor(max_workers) as pool:
        settled = [settle(future) for future in hand_in(pool, fn, items)]
    for place, item in enumerate(items):
        if settled[place].status == "died":
            with ProcessPoolExecutor(1) as alone:
                settled[place] = settle(alone.submit(fn, item))
    return settled


def hand_in(pool, fn, items):
    futures = []
    for item in items:
        try:
            futures.append(pool.submit(fn, item))
        except BrokenProcessPool as error:
            futures.append(Future())
            futures[-1].set_exception(error)
    return futures


def settle(future):
    try:
        return Settled("done", value=future.result())
    except BrokenProcessPool as error:
        return Settled("died", error=error)
    except Exception as error:
        return Settled("failed", error=error)
