# right: asks each future with the time that is left
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
    try:
        error = future.exception(timeout=0)
    except CancelledError:
        return "cancelled"
    return "done" if error is None else "failed"


def collect(futures, timeout=None):
    deadline = None if timeout is None else time.monotonic() + timeout
    for future in futures:
        left = None
        if deadline is not None:
            left = max(0.0, deadline - time.monotonic())
        try:
            future.exception(timeout=left)
        except (CancelledError, TimeoutError):
            pass
    settled = []
    for future in futures:
        status = describe(future)
        value = future.result() if status == "done" else None
        error = future.exception() if status == "failed" else None
        settled.append(Settled(status, value, error))
    return settled


def cancel_all(futures):
    stopped = too_late = 0
    for future in set(futures):
        if not future.cancelled():
            if future.cancel():
                stopped += 1
            else:
                too_late += 1
    return Cancelled(stopped, too_late)
