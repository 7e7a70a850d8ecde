# right: Condition.wait_for, woken by callbacks
import threading
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

WORDS = {
    "PENDING": "pending",
    "RUNNING": "running",
    "CANCELLED": "cancelled",
    "CANCELLED_AND_NOTIFIED": "cancelled",
}


def describe(future):
    state = future._state
    if state == "FINISHED":
        return "done" if future._exception is None else "failed"
    return WORDS[state]


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
    news = threading.Condition()

    def wake(_):
        with news:
            news.notify_all()

    for future in set(futures):
        future.add_done_callback(wake)
    with news:
        news.wait_for(lambda: all(f.done() for f in futures), timeout)
    return list(map(settle, futures))


def cancel_all(futures):
    stopped = too_late = 0
    for future in set(futures):
        if not future.cancelled():
            if future.cancel():
                stopped += 1
            else:
                too_late += 1
    return Cancelled(stopped, too_late)
