"""select on the pipe; workers of our own, each with a pipe, and a dead one is replaced."""

import multiprocessing
import time
from dataclasses import dataclass

MAX_RUNS = 5


@dataclass(frozen=True)
class Settled:
    status: str
    value: object = None
    error: BaseException | None = None


import select
from multiprocessing import connection


def run_with_deadline(fn, args, seconds):
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=_answer, args=(theirs, ours, fn, args))
    process.start()
    theirs.close()
    try:
        ready, _, _ = select.select([ours], [], [], seconds)
        if not ready:
            raise TimeoutError
        returned, value = ours.recv()
    except EOFError:
        raise RuntimeError("ended without an answer") from None
    finally:
        if process.is_alive():
            process.kill()
        while process.exitcode is None:
            process.join(1)
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
    """Workers of our own, each with a pipe; a dead one is replaced."""
    todo = list(enumerate(items))
    settled = [None] * len(todo)
    todo.reverse()
    busy = {}
    idle = []
    def hire():
        ours, theirs = multiprocessing.Pipe()
        process = multiprocessing.Process(target=serve, args=(theirs, ours, fn))
        process.start()
        theirs.close()
        return ours, process
    while todo or busy:
        while todo and len(busy) < max_workers:
            worker = idle.pop() if idle else hire()
            place, item = todo.pop()
            worker[0].send(item)
            busy[worker[0]] = worker, place
        for ready in connection.wait(list(busy)):
            worker, place = busy.pop(ready)
            try:
                settled[place] = ready.recv()
                idle.append(worker)
            except (EOFError, OSError) as error:
                settled[place] = Settled("died", error=error)
                worker[1].join()
    for ours, process in idle:
        ours.send(StopIteration)
        process.join()
    return settled


def serve(theirs, ours, fn):
    ours.close()
    while (item := theirs.recv()) is not StopIteration:
        try:
            theirs.send(Settled("done", fn(item)))
        except Exception as error:
            theirs.send(Settled("failed", error=error))
