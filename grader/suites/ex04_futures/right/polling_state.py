# right: looks every 50 ms; describe reads _state
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
    match future._state:
        case "PENDING":
            return "pending"
        case "RUNNING":
            return "running"
        case "CANCELLED" | "CANCELLED_AND_NOTIFIED":
            return "cancelled"
        case "FINISHED" if future.exception() is not None:
            return "failed"
    return "done"


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
    started = time.monotonic()
    while not all(future.done() for future in futures):
        if timeout is not None and time.monotonic() - started >= timeout:
            break
        time.sleep(0.05)
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
