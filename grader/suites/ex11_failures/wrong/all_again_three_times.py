# fails: 11c.survives | the innocent too
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
    settled = [Settled("died", error=RuntimeError("not run"))] * len(items)
    for _ in range(3):
        left = [place for place, one in enumerate(settled) if one.status == "died"]
        if not left:
            break
        with ProcessPoolExecutor(max_workers) as pool:
            futures = hand_in(pool, fn, [items[place] for place in left])
            for place, future in zip(left, futures):
                settled[place] = settle(future)
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
