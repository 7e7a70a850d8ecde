"""A timer that kills; retry by a generator; the suspects in a list of their own."""

import contextlib
import multiprocessing
import threading
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


def run_with_deadline(fn, args, seconds):
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_answer, args=(theirs, ours, fn, args), daemon=True)
    process.start()
    theirs.close()
    late = threading.Event()

    def execute():
        late.set()
        process.kill()

    timer = threading.Timer(seconds, execute)
    timer.start()
    try:
        ok, value = ours.recv()
    except (EOFError, OSError):
        process.join()
        if late.is_set():
            raise TimeoutError("late") from None
        raise ChildProcessError("dead") from None
    finally:
        timer.cancel()
        timer.join()
        process.join()
    if ok:
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
        raise ValueError
    def pauses():
        pause = backoff
        for _ in range(attempts - 1):
            yield pause
            pause += pause
    for pause in pauses():
        with contextlib.suppress(retry_on):
            return fn()
        sleep(pause)
    return fn()


def resilient_map(fn, items, *, max_workers):
    items = dict(enumerate(items))
    settled = {}
    runs = dict.fromkeys(items, 0)
    todo = list(items)
    alone = []
    while todo or alone:
        group = todo or [alone.pop()]
        size = max_workers if todo else 1
        todo = []
        executor = ProcessPoolExecutor(size)
        futures = {}
        try:
            for place in group:
                futures[place] = executor.submit(fn, items[place])
        except BrokenProcessPool:
            pass
        executor.shutdown(wait=True)
        for place in group:
            runs[place] += 1
            error = futures[place].exception() if place in futures else BrokenProcessPool("never")
            if error is None:
                settled[place] = Settled("done", futures[place].result())
            elif not isinstance(error, BrokenProcessPool):
                settled[place] = Settled("failed", error=error)
            elif len(group) == 1 and size == 1:
                settled[place] = Settled("died", error=error)
            else:
                alone.append(place)
    return [settled[place] for place in sorted(settled)]
