# right: the deadline is a datetime
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass
from datetime import datetime, timedelta


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
    if timeout is None:
        for future in futures:
            try:
                future.result()
            except BaseException:
                if not future.done():
                    raise
        return [settle(future) for future in futures]
    end = datetime.now() + timedelta(seconds=timeout)
    waiting = [future for future in futures if not future.done()]
    while waiting and datetime.now() < end:
        left = (end - datetime.now()).total_seconds()
        wait(waiting, timeout=max(left, 0), return_when=FIRST_COMPLETED)
        waiting = [future for future in waiting if not future.done()]
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
