# right: result(timeout=left), and done() tells whose TimeoutError it is
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
    if not future.done():
        return "running" if future.running() else "pending"
    if future.cancelled():
        return "cancelled"
    try:
        future.result()
    except BaseException:
        return "failed"
    return "done"


def look(future, left):
    try:
        return Settled("done", value=future.result(timeout=left))
    except BaseException as error:
        if not future.done():
            if not isinstance(error, TimeoutError):
                raise
            return Settled("running" if future.running() else "pending")
        if future.cancelled():
            return Settled("cancelled")
        return Settled("failed", error=future.exception())


def collect(futures, timeout=None):
    end = None if timeout is None else time.perf_counter() + timeout
    out = []
    for future in futures:
        left = None if end is None else end - time.perf_counter()
        out.append(look(future, left))
    return out


def cancel_all(futures):
    seen, counts = set(), {True: 0, False: 0}
    for future in futures:
        if id(future) in seen or future.cancelled():
            continue
        seen.add(id(future))
        counts[future.cancel()] += 1
    return Cancelled(stopped=counts[True], too_late=counts[False])
