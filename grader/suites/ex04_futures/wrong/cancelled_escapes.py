# fails: 04b.outcomes | CancelledError left `collect`
from concurrent.futures import wait
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
    wait(futures, timeout)
    out = []
    for future in futures:
        if not future.done():
            out.append(Settled("running" if future.running() else "pending"))
        elif future.exception() is not None:
            out.append(Settled("failed", error=future.exception()))
        else:
            out.append(Settled("done", value=future.result()))
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
