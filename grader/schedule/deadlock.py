"""Why an execution stands still: who waits for whom, and whether they wait in a circle.

The wait-for graph is that of Holt, "Some deadlock properties of computer systems", ACM Computing Surveys 4(3), 1972: a thread waits for the one
that holds the lock that it wants, or whose end it awaits. A circle is a deadlock; without one, somebody waits for a signal that nobody is
left to send.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .controlled import Controlled


@dataclass(frozen=True)
class Wait:
    """One thread that waits."""

    thread: str
    line: int
    """Of the learner's file; 0: in none."""
    through: str
    """What it called: "Queue.get"; "" for acquiring a lock. With a `holder`, the thread whose end it awaits."""
    made_at: int
    """The line that made the lock; 0 where it is no lock of the learner's."""
    holder: str
    """The thread it waits for; "" when nobody in particular could wake it."""
    holder_ended: bool
    """Whether that one has ended, and took the lock with it."""


def explain(threads: list[Controlled]) -> dict[str, Any]:
    """`circle`: those who wait in a circle, each for the next one; `waits`: everybody who waits, the circle first."""
    waiting = [thread for thread in threads if not thread.done and thread.waits is not None]
    circle = next((found for found in map(_circle, waiting) if found), [])
    rest = [thread for thread in waiting if thread not in circle and not (thread.daemon or _idle(thread))]
    return {"circle": [asdict(_wait(thread)) for thread in circle], "waits": [asdict(_wait(thread)) for thread in (*circle, *rest)]}


def _circle(start: Controlled) -> list[Controlled]:
    """The circle that `start` is part of; empty when it is in none."""
    path: list[Controlled] = []
    thread: Controlled | None = start
    while thread is not None and thread not in path:
        path.append(thread)
        thread = _holder(thread)
    return path if thread is start else []


def _idle(thread: Controlled) -> bool:
    return thread.pooled and not thread.line


def _holder(thread: Controlled) -> Controlled | None:
    """Whom it waits for. Who holds a lock that a library took for itself says nothing: what counts is what was called."""
    return thread.waits.holder if thread.waits and (thread.waits.private or not thread.through) else None


def _wait(thread: Controlled) -> Wait:
    holder = _holder(thread)
    made_at = thread.waits.made_at if thread.waits and not thread.through else 0
    through = thread.through or ("Thread.join" if thread.waits and thread.waits.private else "")
    return Wait(thread.name, thread.line, through, made_at, holder.name if holder else "", bool(holder and holder.done))
