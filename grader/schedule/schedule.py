"""A schedule as a line of text: who ran, and for how many points, turn by turn.

    "a7 b3 a"    thread a passes seven points, then b three, then a goes on, and from there on the default: nobody is interrupted
    "a2 b! a"    after a's second point b's time-out comes early

Threads are numbered in the order in which they were started: a is the scenario itself, b the first thread that it starts. A turn also ends
where its thread must wait. That a point is counted whether or not the search would stop there makes the text independent of the search.
"""

import re
import string
from collections.abc import Iterable

from .execution import Execution, Turn

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
