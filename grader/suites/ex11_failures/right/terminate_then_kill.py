"""Politely first; a recursive retry; halves of the suspects."""

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
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=_answer, args=(theirs, ours, fn, args))
    process.start()
    theirs.close()
    try:
        if not ours.poll(seconds):
            raise TimeoutError("not finished in time")
        returned, value = ours.recv()
    except EOFError:
        raise RuntimeError("ended without an answer") from None
    finally:
        process.terminate()
        process.join(0.5)
        if process.is_alive():
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
        raise ValueError(attempts)
    try:
        return fn()
    except retry_on:
        if attempts == 1:
            raise
    sleep(backoff)
    return retry(fn, attempts=attempts - 1, retry_on=retry_on, backoff=2 * backoff, sleep=sleep)


def resilient_map(fn, items, *, max_workers):
    items = list(items)
    settled = {}
    groups = [list(range(len(items)))] if items else []
    while groups:
        group = groups.pop()
        with ProcessPoolExecutor(max_workers) as pool:
            futures = hand_in(pool, fn, [items[place] for place in group])
            for place, future in zip(group, futures):
                settled[place] = settle(future)
        suspects = [place for place in group if settled[place].status == "died"]
        if len(group) > 1 and suspects:
            half = len(suspects) // 2
            groups += [part for part in (suspects[:half], suspects[half:]) if part]
    return [settled[place] for place in range(len(items))]


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
