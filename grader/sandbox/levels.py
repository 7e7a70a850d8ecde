"""The levels of isolation, as data.

    full      own user, process, network, IPC and mount namespaces; file allow-list; system call filter
    partial   file allow-list and system call filter alone: the network and the names of other processes are shared
    process   a separate process with resource limits

Which of them a machine offers is found by trying (selftest.py), never by version numbers.
"""

import sys
from dataclasses import dataclass
from enum import Enum

_ALWAYS = ("separate process", "resource limits", "empty environment", "scratch folder")
_NAMESPACES = (
    "own user, process, network, IPC and mount namespaces",
    "private /proc, /tmp and /dev/shm",
    "a read-only view of the system, and none of homes and sockets",
    "no capabilities",
    "tree killed by the kernel",
)
_FILTERS = ("file allow-list (Landlock)", "system call filter (seccomp)", "no new privileges")


class Level(Enum):
    """How strongly a worker is contained; the strongest first."""

    FULL = "full"
    PARTIAL = "partial"
    PROCESS = "process"

    def at_least(self, other: "Level") -> bool:
        """Whether this one contains as strongly as `other`, or more so."""
        levels = list(Level)
        return levels.index(self) <= levels.index(other)

    @property
    def applied(self) -> tuple[str, ...]:
        """The measures in force."""
        if self is Level.FULL:
            return _ALWAYS + _FILTERS + _NAMESPACES
        ended = "whole tree killed" if sys.platform == "linux" else "process group killed"
        return (*_ALWAYS, *(_FILTERS if self is Level.PARTIAL else ()), ended)

    @property
    def missing(self) -> tuple[str, ...]:
        """The measures of the strongest level that are not in force."""
        return tuple(measure for measure in (*_FILTERS, *_NAMESPACES) if measure not in self.applied)


@dataclass(frozen=True)
class Trial:
    """What the self-test found out about one level on this machine."""

    level: Level
    held: dict[str, bool]
    """Probe to whether it was held; empty when the level could not be set up at all."""
    why: str = ""
    """Why it could not."""

    @property
    def passed(self) -> bool:
        """Whether the level keeps what it promises."""
        return not self.why and all(self.held.get(probe, False) for probe in PROMISES[self.level])


PROMISES = {
    Level.FULL: ("start", "read", "change", "signal", "connect", "outlive", "fork"),
    Level.PARTIAL: ("start", "read", "signal", "outlive"),
    Level.PROCESS: (),
}
"""Which probes each level must hold. What must be possible: starting the interpreter, as pools under spawn do. What must not: reading a file
outside of the allow-list, changing its mode or times, signalling the grader, connecting to a service on this machine by port or by path,
leaving a process behind, forking past the limit."""
