"""A pool of one worker, which is killed; a list of pauses."""

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

MAX_RUNS = 5


@dataclass(frozen=True)
class Settled:
    status: str
    value: object = None
    error: BaseException | None = None


from concurrent.futures import BrokenExecutor, as_completed


def run_with_deadline(fn, args, seconds):
    pool = ProcessPoolExecutor(1)
    future = pool.submit(wrapped, fn, args)
    workers = list(pool._processes.values())
    try:
        returned, value = future.result(seconds)
    finally:
        for worker in workers:
            worker.kill()
        pool.shutdown()
        for worker in workers:
            worker.join()
    if returned:
        return value
    raise value


def wrapped(fn, args):
    try:
        return True, fn(*args)
    except Exception as error:
        return False, error


def retry(fn, *, attempts, retry_on, backoff, sleep=time.sleep):
    if attempts < 1:
        raise ValueError(f"{attempts} attempts")
    made = 0
    while True:
        made += 1
        try:
            result = fn()
        except retry_on as error:
            if made >= attempts:
                raise error
        else:
            return result
        sleep(backoff)
        backoff *= 2


def resilient_map(fn, items, *, max_workers):
    items = list(items)
    settled = [None] * len(items)
    with ProcessPoolExecutor(max_workers) as pool:
        places = {}
        for place, item in enumerate(items):
            try:
                places[pool.submit(fn, item)] = place
            except BrokenExecutor:
                break
        for future in as_completed(places):
            settled[places[future]] = outcome(future)
    for place, item in enumerate(items):
        if settled[place] is None:
            with ProcessPoolExecutor(max_workers=1) as single:
                future = single.submit(fn, item)
            settled[place] = outcome(future) or Settled("died", error=future.exception())
    return settled


def outcome(future):
    """None when the pool broke."""
    error = future.exception()
    if isinstance(error, BrokenExecutor):
        return None
    return Settled("failed", error=error) if error else Settled("done", value=future.result())
