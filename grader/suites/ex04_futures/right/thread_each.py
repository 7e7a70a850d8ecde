# right: a daemon thread waits for each future
import threading
import time
from concurrent.futures import CancelledError
from dataclasses import dataclass


@dataclass(frozen=True)
class Settled:
    status: str
    value: object = None
    error: BaseException | None = None


@dataclass(frozen=True)
class Cancelled:
    stopped: int
    too_late: int


def describe(future):
    if future.running():
        return "running"
    if not future.done():
        return "pending"
    if future.cancelled():
        return "cancelled"
    return "done" if future.exception() is None else "failed"


def settle(future):
    if not future.done():
        return Settled("running" if future.running() else "pending")
    if future.cancelled():
        return Settled("cancelled")
    error = future.exception()
    if error is not None:
        return Settled("failed", error=error)
    return Settled("done", value=future.result())


def stand_by(future):
    try:
        future.exception()
    except CancelledError:
        pass


def collect(futures, timeout=None):
    end = None if timeout is None else time.monotonic() + timeout
    waiters = [
        threading.Thread(target=stand_by, args=(future,), daemon=True)
        for future in futures
    ]
    for waiter in waiters:
        waiter.start()
    for waiter, future in zip(waiters, futures):
        if future.done():
            waiter.join()
        else:
            waiter.join(None if end is None else max(0, end - time.monotonic()))
    return [settle(future) for future in futures]


def cancel_all(futures):
    stopped = too_late = 0
    for future in set(futures):
        if not future.cancelled():
            if future.cancel():
                stopped += 1
            else:
                too_late += 1
    return Cancelled(stopped, too_late)
