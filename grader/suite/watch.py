"""Looking at a worker's tree, tick after tick, and what one look decides.

    too much CPU                  TIMED_OUT
    too many processes, memory    CRASHED
    at rest, callers held         the witness counts them and lets them go
    at rest, nobody held          DEADLOCKED
    neither, for very long        INCONCLUSIVE

Clocks serve only to pace the looks and as the last backstop; no verdict of right or wrong rests on one.
"""

import collections
import math
import time
from collections.abc import Callable

from grader.model import Outcome
from grader.sandbox.limits import Limits

from . import clocks, tree
from .fate import Fate
from .witness import Witness

TICK = 0.005
BUSY_TICK, BUSIEST_TICK = 0.02, 0.06
"""Seconds between two samples of a tree in which nothing happens; of one at work, at first and when it has been so for long. Pace only: what
counts is how many samples are equal."""
PATIENCE = 1500
"""After how much of nobody coming the callers are let go, although a clock or a busy thread might still bring one. A still sample counts 5,
one with a thread running 4, and more where they are further apart: 300 still ones (a loop that polls), or 7.5 seconds of busy ones (2 of a
program that prints all the while). What is counted then is not sure, and a count that is wrong without being sure is no verdict."""
BURNT, LEAST_BURNT = 4, 0.25
"""As well after one part in so many of the check's CPU seconds, at least so many: a caller that asks over and over without a pause is to
get its answers before it has used them all up."""
SHORTER = 6
"""A tree that polled once does so again: the next times both are so many times shorter."""
HOLD_WITHOUT_PROC = 1.0
"""Seconds after which callers are let go where there is no /proc. What is counted then is not sure either way."""


def out_of_time(limits: Limits) -> Fate:
    """It used up its CPU seconds: what we saw, or what the kernel killed it for."""
    text = f"It was still computing when its {limits.cpu} CPU seconds were used up."
    return Fate(Outcome.TIMED_OUT, text, "A loop that never ends, or one that does far more work than it needs.")


class Watch:
    """What is known of the tree of one worker, from its samples so far. `witnesses` is the conversation's own list, which grows."""

    def __init__(self, keeper: int, worker: int, limits: Limits, witnesses: list[Witness]) -> None:
        self.rested = False
        """Whether the last look found the tree at rest (or as good as) with nobody held."""
        self._keeper = keeper
        self._worker = worker
        self._limits = limits
        self._witnesses = witnesses
        self._settling = False
        self._samples: collections.deque[tree.Sample] = collections.deque(maxlen=tree.QUIET_SAMPLES)
        self._busy = 0
        """Looks in a row that saw it at work."""
        self._patience = 0.0
        self._haste = 1
        self._arrivals = 0
        self._spent: float | None = tree.reaped(keeper) if tree.available() else 0.0
        """CPU seconds that are not the check's own; None: what the next look finds."""
        self._spent_then = self._spent or 0.0
        """What the tree had used when patience began."""
        self._started = time.monotonic()
        self._moved = self._started

    @property
    def tick(self) -> float:
        """Seconds until the next look. A tree that was seen at work is left to it for longer: looking costs CPU time that it could use."""
        if not self._busy:
            return TICK
        if any(witness.waiting for witness in self._witnesses):
            return BUSY_TICK  # what it burns until they are let go counts
        return min(BUSY_TICK + (self._busy - 1) * TICK / 2, BUSIEST_TICK)

    def anew(self) -> None:
        """Count CPU seconds anew: what was used until now was the import's."""
        self._spent = None

    def settle(self, settling: bool) -> None:
        """From now on a rest with nobody held is what is waited for (or, again, a deadlock)."""
        self._settling, self.rested = settling, False

    def moved(self, now: float) -> None:
        """Something came from the tree: what was seen before says nothing about a rest."""
        self._samples.clear()
        self._busy, self._moved = 0, now

    def look(self, now: float, came: Callable[[], bool]) -> None:
        """Look at the tree once, and decide what can be decided; `came`: whether something has come meanwhile. Raises `Fate`."""
        if now - self._started > self._limits.wall:
            raise Fate(
                Outcome.INCONCLUSIVE,
                f"After {self._limits.wall} seconds your program neither worked nor came to rest, so there is no verdict.",
                "A thread that waits with a long time-out, or sleeps, looks like this from outside, and so does one that listens for an alarm.",
            )
        if not tree.available():
            if now - self._moved > HOLD_WITHOUT_PROC:
                self._moved = now
                self._let_go(tree.Sample((), 0), sure=False)
            return
        sample = tree.sample(self._keeper, brief=True)
        if self._samples and self._samples[-1].threads != sample.threads:
            self._samples.clear()
        self._samples.append(sample)
        self._busy = 0 if sample.still() else self._busy + 1
        self._hold_to_limits(sample)
        if came():
            return
        if self._worker not in sample.living:
            return  # it has ended, and the keeper is about to say so: on a busy machine that takes a while
        if len(self._samples) == tree.QUIET_SAMPLES and tree.unchanged(self._samples):
            excused = sum(witness.timed_waits() for witness in self._witnesses)
            if not sample.clocks(self._limits.wall, excused) and not self._ticks(sample):
                self._at_rest(sample, excused)
                return
        if self._patient(sample):
            self._let_go(tree.sample(self._keeper), sure=False)  # a whole one: a site looks at how its clients wait

    def _hold_to_limits(self, sample: tree.Sample) -> None:
        if self._spent is None:
            self._spent = self._spent_then = sample.cpu
        if sample.cpu - self._spent > self._limits.cpu:
            raise out_of_time(self._limits)
        if len(sample.processes) > self._limits.processes:
            raise Fate(Outcome.CRASHED, f"It had more than {self._limits.processes} processes at once, the limit of one check.")
        if sample.memory > self._limits.total_memory:
            size = f"{self._limits.total_memory >> 30} GiB"
            raise Fate(Outcome.CRASHED, f"Its processes held more than {size} of memory together, the limit of one check.")

    def _ticks(self, sample: tree.Sample) -> bool:
        """Whether something else than a thread's own time-out may still move this tree.

        What ticked between `sample` and the look at the clocks has rung by now, and a thread has run: hence one more sample.
        """
        return clocks.ticking(sample, self._limits.wall) or tree.sample(self._keeper).threads != sample.threads

    def _at_rest(self, sample: tree.Sample, excused: int) -> None:
        """Nothing moves and no clock is near: let go who is held; with nobody held and no clock at all, it is a deadlock.

        That a clock is far stands in the learner's own memory, where it can be written: what is counted beside one is not sure.
        """
        if self._let_go(sample, sure=not sample.clocks(math.inf, excused)) or self._settling:
            return
        if sample.clocks(math.inf):
            # The backstop would say the same later.
            fate = Fate(
                Outcome.INCONCLUSIVE,
                f"Your program waits for a clock that rings long after the {self._limits.wall} seconds of a check, so there is no verdict.",
                "A sleep or a time-out of this length looks from outside like a program that hangs.",
            )
            fate.far_clock = True
            raise fate
        stopped = " A process was stopped by a signal and nobody will wake it." if sample.stopped() else ""
        raise Fate(Outcome.DEADLOCKED, "It will never end: every thread waits, and nothing is left that could wake one." + stopped)

    def _patient(self, sample: tree.Sample) -> bool:
        """Whether nobody has come for so long that callers are let go anyway."""
        arrivals = sum(len(witness.arrivals) for witness in self._witnesses)
        if arrivals != self._arrivals:
            self._arrivals, self._patience, self._spent_then = arrivals, 0, sample.cpu
        self._patience += 4 * self.tick / BUSY_TICK if self._busy else 5
        enough = max(self._limits.cpu / BURNT / self._haste, LEAST_BURNT)
        if self._patience * self._haste < PATIENCE and sample.cpu - self._spent_then < enough:
            return False
        if not (self._settling or any(witness.waiting for witness in self._witnesses)):
            return False
        self._haste = SHORTER
        return True

    def _let_go(self, sample: tree.Sample, *, sure: bool) -> bool:
        self._samples.clear()
        self._patience, self._spent_then = 0, sample.cpu
        released = sum(witness.rested(sample, sure=sure) for witness in self._witnesses) > 0  # every one of them is asked
        self.rested = not released
        return released
