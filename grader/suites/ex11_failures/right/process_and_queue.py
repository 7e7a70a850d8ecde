"""A queue, and a look at the process now and then."""

import multiprocessing
import time
from dataclasses import dataclass

MAX_RUNS = 5


@dataclass(frozen=True)
class Settled:
    status: str
    value: object = None
    error: BaseException | None = None


from multiprocessing.connection import wait


def run_with_deadline(fn, args, seconds):
    answers = multiprocessing.SimpleQueue()
    process = multiprocessing.Process(target=_answer, args=(answers, fn, args))
    process.start()
    reader = answers._reader
    try:
        ready = wait([reader, process.sentinel], seconds)
        if not ready:
            raise TimeoutError(f"{fn} took too long")
        if reader not in ready and not reader.poll():
            raise ChildProcessError("no answer")
        returned, value = answers.get()
    finally:
        process.kill()
        process.join()
        process.close()
    if not returned:
        raise value
    return value


def _answer(answers, fn, args):
    try:
        answer = (True, fn(*args))
    except Exception as error:
        answer = (False, error)
    answers.put(answer)


def retry(fn, *, attempts, retry_on, backoff, sleep=time.sleep):
    if attempts <= 0:
        raise ValueError("at least one attempt")
    for pause in [*(backoff * 2**n for n in range(attempts - 1)), None]:
        try:
            return fn()
        except retry_on:
            if pause is None:
                raise
            sleep(pause)


def resilient_map(fn, items, *, max_workers):
    """A process for each item, so many at a time, and no pool."""
    items = list(items)
    settled = [None] * len(items)
    waiting = list(enumerate(items))[::-1]
    running = {}
    while waiting or running:
        while waiting and len(running) < max_workers:
            place, item = waiting.pop()
            ours, theirs = multiprocessing.Pipe(duplex=False)
            process = multiprocessing.Process(target=work, args=(ours, theirs, fn, item))
            process.start()
            theirs.close()
            running[ours] = place, process
        for ours in wait(list(running)):
            place, process = running.pop(ours)
            try:
                settled[place] = Settled(**ours.recv())
            except EOFError as error:
                settled[place] = Settled("died", error=error)
            ours.close()
            process.join()
    return settled


def work(ours, theirs, fn, item):
    ours.close()
    try:
        answer = {"status": "done", "value": fn(item)}
    except Exception as error:
        answer = {"status": "failed", "error": error}
    theirs.send(answer)
