"""Contexts that it chooses itself: their servers and trackers stay, and are no workers."""

import multiprocessing
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
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(theirs, ours, fn, args))
    process.start()
    theirs.close()
    try:
        if not ours.poll(seconds):
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
    items = list(items)
    with ProcessPoolExecutor(max_workers, multiprocessing.get_context("forkserver")) as pool:
        settled = [settle(future) for future in hand_in(pool, fn, items)]
    for place, item in enumerate(items):
        if settled[place].status == "died":
            with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as alone:
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
