# fails: 04b.own_timeout | the task raised TimeoutError
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


def collect(futures, timeout=None):
    deadline = None if timeout is None else time.monotonic() + timeout
    out = []
    for future in futures:
        left = None
        if deadline is not None:
            left = max(0, deadline - time.monotonic())
        try:
            out.append(Settled("done", value=future.result(timeout=left)))
        except TimeoutError:
            word = "running" if future.running() else "pending"
            out.append(Settled(word))
        except BaseException as error:
            if future.cancelled():
                out.append(Settled("cancelled"))
            else:
                out.append(Settled("failed", error=error))
    return out


def cancel_all(futures):
    stopped = too_late = 0
    for future in set(futures):
        if not future.cancelled():
            if future.cancel():
                stopped += 1
            else:
                too_late += 1
    return Cancelled(stopped, too_late)
