# right: callbacks put into a SimpleQueue, get waits
import queue
import time
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


def collect(futures, timeout=None):
    news = queue.SimpleQueue()
    for future in futures:
        future.add_done_callback(news.put)
    end = None if timeout is None else time.monotonic() + timeout
    try:
        for _ in futures:
            left = None if end is None else max(0, end - time.monotonic())
            news.get(timeout=left)
    except queue.Empty:
        pass
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
