"""How a worker ended, when it did not answer."""

from collections.abc import Iterator
from contextlib import contextmanager

from grader.model import Outcome


class Wait:
    """Where one thread was: `line` of the learner's file, in `function`."""

    def __init__(self, line: int, function: str) -> None:
        self.line = line
        self.function = function


class Fate(Exception):
    """The worker will not answer again."""

    def __init__(self, outcome: Outcome, text: str, why: str = "", waits: tuple[Wait, ...] = ()) -> None:
        super().__init__(text)
        self.outcome = outcome
        self.text = text
        self.why = why
        self.waits = waits
        """Where the threads were, in the learner's file."""
        self.in_pool_terminate = False
        """Whether it is a deadlock in Python's own `Pool.terminate()`."""
        self.far_clock = False
        """Whether nothing is left but a clock that rings long after the check: no verdict, unless it was the suite that set it so far."""

    @property
    def foreseen(self) -> bool:
        """Whether the suite has put it in the words of its own check."""
        return self.text != str(self)


@contextmanager
def deadlock_says(text: str, why: str = "") -> Iterator[None]:
    """A deadlock in here is told in these words, and stays a deadlock."""
    try:
        yield
    except Fate as fate:
        if fate.outcome is Outcome.DEADLOCKED:
            fate.text, fate.why = text, why
        raise


@contextmanager
def far_clock_says(text: str, why: str = "") -> Iterator[None]:
    """Where the suite itself has handed in a time-out far beyond the check: whoever waits for that one fails, in these words."""
    try:
        yield
    except Fate as fate:
        if fate.far_clock:
            fate.outcome, fate.text, fate.why = Outcome.FAILED, text, why
        raise
