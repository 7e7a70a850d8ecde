# fails: 04c.stopped | counted before cancelling
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
    wait(futures, timeout)
    return [settle(future) for future in futures]


def cancel_all(futures):
    futures = set(futures)
    stopped = sum(future.cancelled() for future in futures)
    too_late = sum(
        future.running() or (future.done() and not future.cancelled())
        for future in futures
    )
    for future in futures:
        future.cancel()
    return Cancelled(stopped, too_late)
