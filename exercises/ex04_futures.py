"""Exercise 04: read, collect and cancel futures.

Write the three functions below. Check your work with

    course grade 04

A `Future` here is always a `concurrent.futures.Future`. The checks use
futures of thread pools and futures made by hand. They use any finished
value and any exception.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass


@dataclass(frozen=True)
class Settled:
    """What one future had come to when `collect` looked. Ready to use.

    status  one of the five words of `describe`
    value   what the task returned, when status is "done"; else None
    error   what the task raised, when status is "failed"; else None
    """

    status: str
    value: object = None
    error: BaseException | None = None


@dataclass(frozen=True)
class Cancelled:
    """What `cancel_all` achieved. Ready to use."""

    stopped: int
    too_late: int


def describe(future: Future) -> str:
    """Say in one word where this future is, without waiting for it.

    Return one of

    "pending"    no worker has started the task
    "running"    a worker is on it
    "cancelled"  the future was cancelled before it started
    "failed"     the task raised an exception
    "done"       the task returned a value

    Only raising makes a future "failed". A task may return None, 0, an
    empty list or an exception object: all of these are "done". A task may
    raise anything, a TimeoutError, a CancelledError or a SystemExit among
    them: all of these are "failed", and none leaves this function.

    It never waits, not for a moment, and it changes nothing.
    """
    raise NotImplementedError("04a: describe")


def collect(
    futures: Sequence[Future], timeout: float | None = None
) -> list[Settled]:
    """Wait for the futures, then say what each of them came to.

    Return one `Settled` for each place in `futures`, in that order,
    whatever the order in which the tasks end. A future that stands in the
    list twice is reported twice. No futures: an empty list.

    Wait until every future is settled (cancelled, failed or done) and no
    longer. `timeout` is the number of seconds that the whole call may
    wait: one deadline for all the futures together, not one for each.
    None means: wait as long as it takes. 0 means: look once, without
    waiting.

    Wait by means of concurrent.futures, threading, queue, asyncio, select
    or time.sleep, or look again and again: all of them are understood.
    (The checks put a clock of their own in place of the real one; a wait
    on a pipe or socket with a time-out is out of its sight.)

    At the deadline look once more at every future. One that is settled by
    then is reported as what it is, wherever it stands in the list. One
    that is not is reported as "pending" or "running". Reaching the
    deadline is no error: collect raises no TimeoutError.

    "failed" carries in `error` the very exception object that the task
    raised, a TimeoutError or a SystemExit too. "cancelled" carries
    neither value nor error, and the futures after it are still reported.

    Cancel nothing: a future that is late may end after the call.

    The library's own wait() does not count a cancelled future until its
    pool has let go of it. Whether collect does the same, or counts it as
    settled at once, is your choice: no check depends on it.
    """
    raise NotImplementedError("04b: collect")


def cancel_all(futures: Iterable[Future]) -> Cancelled:
    """Try to cancel every future, and count what came of it.

    stopped   futures that this call cancelled
    too_late  futures that can no longer be cancelled: the task is
              running, has returned or has raised

    A future that was cancelled before this call counts as neither. A
    future that turns up more than once counts once. One that is too late
    does not keep the later ones from being cancelled.

    `futures` may be a generator: go over it once. Do not wait for
    anything.
    """
    raise NotImplementedError("04c: cancel_all")
