"""Solution 11: time-outs, retries and workers that die."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

MAX_RUNS = 5


@dataclass(frozen=True)
class Settled:
    """What became of one item of resilient_map."""

    status: str
    value: object = None
    error: BaseException | None = None


def run_with_deadline(fn: Callable[..., Any], args: tuple[Any, ...], seconds: float) -> Any:
    """Run `fn(*args)` in a process of its own, for `seconds` at the most."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=_answer, args=(theirs, ours, fn, args))
    process.start()
    theirs.close()  # a process that dies closes the last copy: recv sees the end
    try:
        # Wait for the answer, not for the process: with ten megabytes to send it ends only when they are read.
        if not ours.poll(seconds):
            raise TimeoutError(f"{fn.__name__} was not finished after {seconds} s")
        returned, value = ours.recv()
    except EOFError:
        raise RuntimeError(f"the process of {fn.__name__} ended without an answer") from None
    finally:
        process.kill()  # SIGTERM may be ignored
        process.join()  # and a process that nobody waits for stays, as a zombie
        ours.close()
    if returned:
        return value
    raise value


def _answer(theirs: Connection, ours: Connection, fn: Callable[..., Any], args: tuple[Any, ...]) -> None:
    ours.close()
    try:
        answer = (True, fn(*args))
    except Exception as error:
        answer = (False, error)
    theirs.send(answer)


def retry(
    fn: Callable[[], Any],
    *,
    attempts: int,
    retry_on: type[BaseException] | tuple[type[BaseException], ...],
    backoff: float,
    sleep: Callable[[float], object] = time.sleep,
) -> Any:
    """Call `fn()` until it returns, `attempts` times at the most."""
    if attempts < 1:
        raise ValueError(f"attempts is {attempts}, but fn has to be called once at least")
    for attempt in range(attempts):
        try:
            return fn()
        except retry_on:
            if attempt == attempts - 1:
                raise
        # Outside of the except block: whatever comes next is not "during handling of" the last error.
        sleep(backoff * 2**attempt)
    raise AssertionError("the last attempt returns or raises")


def resilient_map(fn: Callable[[Any], Any], items: Iterable[Any], *, max_workers: int) -> list[Settled]:
    """Run `fn(item)` for each item in worker processes that may die."""
    items = list(items)
    with ProcessPoolExecutor(max_workers) as pool:
        settled = [_settle(future) for future in _submit_all(pool, fn, items)]
    for place, item in enumerate(items):
        # One dead worker breaks the pool for all that were not finished. Each of these gets a pool of its own: who breaks that is guilty.
        if settled[place].status == "died":
            with ProcessPoolExecutor(1) as alone:
                settled[place] = _settle(alone.submit(fn, item))
    return settled


def _submit_all(pool: ProcessPoolExecutor, fn: Callable[[Any], Any], items: list[Any]) -> list[Future[Any]]:
    futures: list[Future[Any]] = []
    for item in items:
        try:
            futures.append(pool.submit(fn, item))
        except BrokenProcessPool as error:  # it broke while we were still handing in
            futures.append(Future())
            futures[-1].set_exception(error)
    return futures


def _settle(future: Future[Any]) -> Settled:
    try:
        return Settled("done", value=future.result())
    except BrokenProcessPool as error:
        return Settled("died", error=error)
    except Exception as error:
        return Settled("failed", error=error)
