"""A thread under the scheduler's control, and what it can wait for."""

import _thread
from dataclasses import dataclass, field
from typing import Any, Protocol

allocate, start_thread, ident = _thread.allocate_lock, _thread.start_new_thread, _thread.get_ident
"""The real ones, taken before `world` replaces any."""


class Abandoned(BaseException):
    """Raised in every thread that is left when an execution is over."""


class Waitable(Protocol):
    """What a thread can wait for."""

    private: bool
    """Whether going on touches nothing that others could notice before the next point."""

    def ready(self) -> bool:
        """Whether a thread that waits for it could go on now."""

    never: bool
    """Whether nobody can make it ready: only the clock ends that wait."""

    made_at: int
    """The line of the learner's file that made it; 0: none did."""

    @property
    def holder(self) -> "Controlled | None":
        """The thread that it is waited of, where there is one."""


def taken() -> Any:
    """A real lock that is taken, for its release to wake somebody."""
    lock = allocate()
    lock.acquire()
    return lock


@dataclass(eq=False)
class Controlled:
    """A thread under control."""

    number: int
    name: str
    daemon: bool = False
    site: int = -1
    """Where it is: the site of its last point."""
    waits: Waitable | None = None
    through: str = ""
    """What it called that waits: "Queue.get"."""
    line: int = 0
    """Of the learner's file, where it waits."""
    deadline: float | None = None
    timed_out: bool = False
    asleep: bool = False
    """Whether it waits for the clock alone."""
    done: bool = False
    turn: int = 0
    """Points passed since it got the baton."""
    early: bool = False
    """Whether it got the baton by a time-out."""
    resumed: bool = False
    """Whether it goes on after another's end, and has not come to a decision since."""
    pooled: bool = False
    """Whether it belongs to a pool: while it has nothing to do, nobody waits for its end."""
    go: Any = field(default_factory=taken)
    """Released to hand it the baton."""
    gone: Any = field(default_factory=taken)
    """Released at its very end."""
    ident: int = 0
    native: int = 0
    """Its numbers: Python's and the kernel's."""
    subscripted: list[Any] = field(default_factory=list)
    """What stands before brackets whose inside is being computed."""
    variables: dict[str, Any] | None = None
    """Of its innermost function, when it was last at the top of a `while` loop."""
    refusals: int = 0

    def enabled(self) -> bool:
        """Whether it could run now. Who waits for a free lock can: nobody has it reserved."""
        return not self.done and (self.waits is None or self.waits.ready())
