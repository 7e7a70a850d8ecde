"""Solution 04: read, collect and cancel futures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass


@dataclass(frozen=True)
class Settled:
    """What one future had come to when `collect` looked."""

    status: str
    value: object = None
    error: BaseException | None = None


@dataclass(frozen=True)
class Cancelled:
    """What `cancel_all` achieved."""

    stopped: int
    too_late: int


def describe(future: Future) -> str:
    """Say in one word where this future is, without waiting for it."""
    # States only move forward, so the order of the questions matters.
    # Asking done() first and running() second has a gap: a task that ends
    # between the two answers no twice, and looks pending.
    if future.running():
        return "running"
    if not future.done():
        return "pending"

    # From here on nothing can change, and exception() cannot wait.
    # It raises CancelledError for a cancelled future, so ask that first.
    if future.cancelled():
        return "cancelled"
    # `is None`, because the question is "did it raise?". The value that it
    # returned plays no part.
    return "done" if future.exception() is None else "failed"


def collect(
    futures: Sequence[Future], timeout: float | None = None
) -> list[Settled]:
    """Wait for all futures, `timeout` seconds in all, and report each."""
    # wait() has the right sense of time: one deadline for the whole list,
    # None and 0 included. It returns sets, which have no order, so its
    # answer is not used: the list itself gives the order and the twins.
    # A cancelled future is not handed to wait(), which would stay with it
    # until its pool has let go of it, and some pools never do.
    wait([future for future in futures if not future.done()], timeout)
    return [_settle(future) for future in futures]


def _settle(future: Future) -> Settled:
    status = describe(future)
    if status == "done":
        return Settled(status, value=future.result())
    if status == "failed":
        # exception() hands the error over; result() would raise it here,
        # where a task's own TimeoutError looks like one of ours.
        return Settled(status, error=future.exception())
    return Settled(status)


def cancel_all(futures: Iterable[Future]) -> Cancelled:
    """Try to cancel every future, and count what came of it."""
    stopped = too_late = 0
    # A dict keeps each future once and, unlike a set, keeps the order.
    for future in dict.fromkeys(futures):
        # cancel() is True also for a future that was cancelled long ago.
        if future.cancelled():
            continue
        # Do not ask "is it pending?" first: it may start in between.
        # cancel() asks and acts in one step, and reports what happened.
        if future.cancel():
            stopped += 1
        else:
            too_late += 1
    return Cancelled(stopped, too_late)
