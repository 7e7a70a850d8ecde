"""What happened before what in one execution, and which places in the source touch what several threads share.

Two executions in which the same operations are ordered the same wherever they conflict are one and the same to the program: they reach equal
states. `History` gives such states equal keys, from hashes that each operation makes of all that happened before it, so that the search
visits a state once.

Happens-before: Lamport, "Time, clocks, and the ordering of events", CACM 21(7), 1978. Caching it in place of states, under a bound on
preemptions: Musuvathi and Qadeer, "Partial-order reduction for context-bounded state exploration", MSR-TR-2007-12.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

Location = Hashable
"""What an operation touches: (id of an object, attribute), an object's id for what it contains, a variable, a lock. Valid for one execution."""

Reads = list[tuple[Location, int]]
"""Locations that were read, each with the write that it was read from."""

_MASK = (1 << 64) - 1


class History:
    """The order of conflicting operations so far, as one number for each thread: a hash of all that happened before its last operation."""

    def __init__(self) -> None:
        self.past: list[int] = []
        """By thread."""
        self._written: dict[Location, int] = {}
        self._read: dict[Location, int] = {}
        self._fence = 0
        self._tops: dict[int, _Top] = {}

    def begin(self, parent: int | None) -> None:
        """A thread begins, started by `parent`."""
        started = self.past[parent] if parent is not None else 0
        self.past.append(hash((started, len(self.past), 1)))
        if parent is not None:
            self.past[parent] = hash((started, 2))

    def joined(self, thread: int, other: int) -> None:
        """`thread` knows that `other` has ended."""
        self.past[thread] = hash((self.past[thread], self.past[other], 3))

    def source(self, location: Location) -> int:
        """The write that a reader would read from now."""
        return hash((self._fence, self._written.get(location, 0)))

    def read(self, thread: int, location: Location, label: int) -> None:
        """It read what is there; `label` says what the thread is doing."""
        source = hash((self._fence, self._written.get(location, 0)))  # as `source`, which is called too often to be called here
        self.past[thread] = past = hash((self.past[thread], label, source))
        self._read[location] = (self._read.get(location, 0) + past) & _MASK  # reads among themselves have no order
        if thread in self._tops:
            self._tops[thread].reads.append((location, source, past))

    def write(self, thread: int, location: Location, label: int, *, lock: bool = False) -> None:
        """It changed what is there; a `lock` it acquired or released."""
        before = self._written.get(location, 0), self._read.pop(location, 0)
        self._written[location] = self.past[thread] = hash((self.past[thread], label, self._fence, *before))
        if not lock:
            self._tops.pop(thread, None)
        elif thread in self._tops:
            self._tops[thread].locked(location, *before, self.past[thread])

    def everything(self, thread: int, label: int) -> None:
        """It may have touched anything: it comes after all that was, and before all that will be."""
        self._fence = self.past[thread] = hash((label, *self.past))
        self._tops.pop(thread, None)

    def top(self, thread: int, site: int) -> Reads | None:
        """It is at the top of a loop. If it was before, and has only read since, it is where it was, and so is its past; what it read."""
        before = self._tops.get(thread)
        turned = (
            before is not None
            and before.site == site
            and all(
                held % 2 == 0 and self._written.get(location) == last and not self._read.get(location)
                for location, (_, _, last, held) in before.locks.items()
            )
        )
        if before and turned:
            self.past[thread] = before.past
            for location, source, past in before.reads:
                if location not in before.locks and self.source(location) == source:
                    self._read[location] = (self._read[location] - past) & _MASK
            for location, (written, read, _, _) in before.locks.items():  # taken and freed again, and nobody has noticed
                self._written[location], self._read[location] = written, read
        self._tops[thread] = _Top(site, self.past[thread])
        if not (before and turned):
            return None
        # Who looked under a lock, as `Queue.empty` does, sees something new when another one has held it.
        return [(location, source) for location, source, _ in before.reads] + [
            (location, self.source(location)) for location in before.locks
        ]

    def forget(self, thread: int) -> None:
        """It is in no loop, or in a new one."""
        self._tops.pop(thread, None)


@dataclass
class _Top:
    """A thread at the top of a loop, and what it has touched since."""

    site: int
    past: int
    reads: list[tuple[Location, int, int]] = field(default_factory=list)
    locks: dict[Location, tuple[int, int, int, int]] = field(default_factory=dict)
    """Of each lock: what was written and read there before, what is since, and how often it was taken or freed."""

    def locked(self, location: Location, written: int, read: int, last: int) -> None:
        """It took or freed a lock."""
        first, seen, _, count = self.locks.get(location, (written, read, 0, 0))
        self.locks[location] = first, seen, last, count + 1


@dataclass(slots=True)
class _Touched:
    """Who has touched a location, and where; and whether one wrote."""

    threads: set[int]
    sites: set[int]
    written: bool


class Sharing:
    """Which sites touch a location that several threads touch and one of them writes, while more than one lives. Outlives executions.

    Everywhere else a switch of threads makes no difference that a switch at such a site would not make.
    """

    def __init__(self) -> None:
        self.sites: set[int] = set()
        self.class_attributes: set[str] = set()
        """Attributes that were written on a class: who reads one from an instance may see that."""
        self._touched: dict[Location, _Touched] = {}

    def begin(self) -> None:
        """A new execution: what locations meant in the last one is over."""
        self._touched = {}

    def touch(self, thread: int, location: Location, site: int, *, write: bool) -> None:
        """Note an operation."""
        found = self._touched.get(location)
        if found is None:
            self._touched[location] = _Touched({thread}, {site}, write)
            return
        found.threads.add(thread)
        found.sites.add(site)
        found.written |= write
        if found.written and len(found.threads) > 1 and not found.sites <= self.sites:
            self.sites |= found.sites

    def add(self, sites: Iterable[int]) -> None:
        """Sites that are shared whatever was seen."""
        self.sites |= set(sites)
