"""A schedule as a line of text: who ran, and for how many points, turn by turn. And strategies that are told who runs.

    "a7 b3 a"    thread a passes seven points, then b three, then a goes on, and from there on the default: nobody is interrupted
    "a2 b! a"    after a's second point b's time-out comes early

Threads are numbered in the order in which they were started: a is the scenario itself, b the first thread that it starts. A turn also ends
where its thread must wait. That a point is counted whether or not the search would stop there makes the text independent of the search.
"""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING

from .execution import Execution, Stop, Turn
from .search import Diverged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .controlled import Controlled

_NAMES = string.ascii_lowercase + string.ascii_uppercase
_TURN = re.compile(r"(?:([A-Za-z])|\((\d{1,4})\))(!?)(\d{0,6})")


def write(turns: Iterable[Turn]) -> str:
    """The text of a schedule."""
    return " ".join(f"{name(thread)}{'!' if early else ''}{points or ''}" for thread, points, early in turns)


def of(execution: Execution) -> str:
    """The schedule of an execution that is over. Its last turn lasts as long as it can."""
    *turns, (thread, _, early) = execution.turns
    return write([*turns, (thread, 0, early)])


def read(text: str) -> list[Turn]:
    """The turns that a text names. Raises `ValueError` with what is wrong with it."""
    turns = []
    for word in text.split():
        found = _TURN.fullmatch(word)
        if not found:
            raise ValueError(f"{word!r} is no turn: a letter for the thread, then how many points it passes, as in 'a7'")
        letter, number, early, points = found.groups()
        turns.append((_NAMES.index(letter) if letter else int(number), int(points or 0), bool(early)))
    return turns


def name(thread: int) -> str:
    """A thread's letter."""
    return _NAMES[thread] if thread < len(_NAMES) else f"({thread})"


class Replay:
    """The strategy that follows a schedule, and then never interrupts anybody."""

    def __init__(self, turns: Iterable[Turn]) -> None:
        self._turns = list(turns)

    def followed(self, execution: Execution) -> bool:
        """Whether that was the schedule of this execution, which is over."""
        *whole, last = self._turns or [(0, 0, False)]
        taken = execution.turns[: len(whole) + 1]
        return taken[:-1] == whole and taken[-1][0] == last[0]  # the last turn lasts as long as it can

    def decides(self, site: int) -> bool:
        """At every point: turns are counted in points."""
        return True

    def choose(self, execution: Execution, running: int | None, enabled: tuple[int, ...], timers: tuple[int, ...]) -> int:
        """The thread whose turn it is."""
        turn = len(execution.turns)
        if turn + 1 >= len(self._turns):
            return enabled[0]
        # Who has the baton may keep it also where keeping it is no default: after another's end, for a start.
        holder = execution.baton
        if holder.number in enabled and holder.turn < self._turns[turn][1]:
            return holder.number
        following = self._turns[turn + 1][0]
        return following if following in enabled + timers else enabled[0]


class Steps:
    """The strategy of somebody who plays the scheduler: a thread for each step, and a stop before the first step that is still to be chosen.

    A step is one operation in a line of the learner's. Who is not in one goes on by itself, and so does who is the only one that can.
    """

    def __init__(self, steps: Iterable[int]) -> None:
        self._steps = list(steps)
        self._taken = 0
        self._last = -1
        self.interruptions = 0
        """How often a thread was left though it could have gone on, or a time-out ended early."""
        self.open: tuple[Controlled, ...] = ()
        """Between whom is to be chosen at the stop."""
        self.places: dict[int, int] = {}
        """At which site each of them is."""
        self.early: tuple[int, ...] = ()
        """Whose step would be the early end of a time-out."""

    def decides(self, site: int) -> bool:
        """At every point."""
        return True

    def choose(self, execution: Execution, running: int | None, enabled: tuple[int, ...], timers: tuple[int, ...]) -> int:
        """The thread of the next step. Raises `Stop` when none is given, `Diverged` when that thread cannot run."""
        for number in enabled:
            site = execution.threads[number].site
            if site < 0 or not execution.sites[site].shown:
                return number
        candidates = enabled + timers
        if self._taken < len(self._steps):
            chosen = self._steps[self._taken]
            self._taken += 1
            if chosen not in candidates:
                raise Diverged
            self.interruptions += chosen in timers or (running == self._last and chosen != running)
            self._last = chosen
            return chosen
        self.open = tuple(execution.threads[number] for number in sorted(candidates))
        self.places = {thread.number: thread.site for thread in self.open}
        self.early = timers
        raise Stop
