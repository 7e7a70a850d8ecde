"""One submission being run: where its workers come from, and what is known of it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from grader.sandbox.jail import Jail
from grader.sandbox.limits import Limits

from .conversation import Conversation

MAX_SOURCE = 1 << 20
"""Bytes of a learner's file; a larger one is not loaded."""


@dataclass(frozen=True)
class Part:
    """Of a suite, what is run; where nothing is named, all."""

    tasks: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    """And those that they need."""
    methods: tuple[str, ...] = ()
    """Start methods."""


@dataclass
class Subject:
    """One submission being run."""

    open: Callable[[int], Jail]
    """A fresh keeper for a lane; the lane's last one, and all that it left, is gone then."""
    module: str
    source: bytes
    seed: str
    part: Part = Part()
    """What of the suite is run."""
    coverage: str | None = None
    """The folder of the coverage package, when lines are to be recorded."""
    keep: Callable[[int | None], None] = lambda lane: None
    """Hang up on the keepers that are ready for other lanes than this; None: for any."""
    reached: set[int] = field(default_factory=set)
    statements: set[int] = field(default_factory=set)
    lane: int = field(default=0, init=False)
    _jail: Jail | None = field(default=None, init=False)

    def converse(self, limits: Limits, method: str | None = None) -> Conversation:
        """A conversation with a fresh worker. A keeper that a learner's code has killed is replaced."""
        if self._jail is None or self._jail.broken or (self._jail.used and self._jail.more):
            self.close()
            self._jail = self.open(self.lane)
        return Conversation(self._jail, limits, self.module, method, self.coverage)

    def enter(self, lane: int) -> None:
        """Be the copy of this lane, in its process."""
        self.lane = lane
        self.keep(lane)

    def close(self) -> None:
        """End the keeper."""
        if self._jail:
            self._jail.close()
            self._jail = None

    @property
    def text(self) -> str:
        """The source for quoting lines; what is not UTF-8 is replaced."""
        return self.source.decode("utf-8", "replace")
