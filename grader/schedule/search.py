"""Which executions to try, and in which order: first those in which nobody is interrupted, then one preemption, then two.

So the first failure has the fewest preemptions there are: Musuvathi and Qadeer, "Iterative context bounding for systematic testing of
multithreaded programs", PLDI 2007. A state that was reached before with no more preemptions is not gone on from (see `history`).
What is left when the bounded search has used up its budget is tried with random priorities: Burckhardt et al., "A randomized scheduler with
probabilistic guarantees of finding bugs" (PCT), ASPLOS 2010; with fixed seeds, so that a verdict is the same everywhere.

Budgets count executions, never seconds.
"""

import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from .execution import Choice, Execution, Stop
from .history import Sharing

Prefix = tuple[bytes, int, int | None]
"""The choices of an execution, of which the first so many are made again, and the one after them: thousands share those of one execution."""


@dataclass
class Bounded:
    """All executions of at most `bound` preemptions, fewest first."""

    sharing: Sharing
    bound: int = 2
    reduced: bool = True
    """False: every order of all points, equal or not. For holding the reduction to it."""
    exhausted: int = -1
    """The highest number of preemptions for which every execution has been tried, or is equal to one that was; -1: none yet."""
    _todo: list[deque["Prefix"]] = field(default_factory=list)
    _seen: dict[int, int] = field(default_factory=dict)
    _known: int = -1

    def strategies(self) -> Iterator["Branch"]:
        """One strategy for each execution to run; the execution must have ended before the next is asked for."""
        while True:
            self._restart()
            for cost in range(self.bound + 1):
                while self._todo[cost] and not self._grown():
                    branch = Branch(self.sharing if self.reduced else None, self._seen, self._todo[cost].popleft(), cost)
                    yield branch
                    self._extend(branch)
                if self._grown():
                    break
                self.exhausted = cost
            else:
                return

    def _restart(self) -> None:
        """More sites turn out to be shared as executions go new ways: what was tried without them says nothing of them."""
        self._known = len(self.sharing.sites)
        self._todo = [deque() for _ in range(self.bound + 1)]
        self._todo[0].append((b"", 0, None))
        self._seen.clear()
        self.exhausted = -1

    def _grown(self) -> bool:
        return self.reduced and len(self.sharing.sites) > self._known

    def _extend(self, branch: "Branch") -> None:
        taken = bytes(choice.chosen for choice in branch.choices)
        for place, choice in enumerate(branch.choices):
            if place >= branch.fixed:
                for other in (*choice.enabled, *choice.timers):
                    total = branch.cost + cost(choice, other)
                    if other != choice.chosen and total <= self.bound:
                        self._todo[total].append((taken, place, other))


def cost(choice: Choice, chosen: int) -> int:
    """Preemptions that choosing this thread takes."""
    return int(chosen in choice.timers or (choice.running is not None and chosen != choice.running))


class Branch:
    """The strategy that makes the given choices, and from there on interrupts nobody. Stops at a state that was seen before."""

    def __init__(self, sharing: Sharing | None, seen: dict[int, int], prefix: Prefix, cost: int) -> None:
        self._sharing = sharing
        self._seen = seen
        taken, length, last = prefix
        self._prefix: list[int] = [*taken[:length], *([] if last is None else [last])]
        self.cost = cost
        """Preemptions that the given choices take; those after them take none."""
        self.fixed = len(self._prefix)
        self.choices: list[Choice] = []

    def decides(self, site: int) -> bool:
        """Where it could make a difference."""
        return self._sharing is None or site in self._sharing.sites

    def choose(self, execution: Execution, running: int | None, enabled: tuple[int, ...], timers: tuple[int, ...]) -> int:
        """The next of the given choices, or the default."""
        place = len(self.choices)
        if place < self.fixed:
            chosen = self._prefix[place]
            if chosen not in enabled + timers:
                raise Diverged
        elif self._sharing is None:
            chosen = enabled[0]
        else:
            state = execution.state(running)
            if self._seen.get(state, self.cost + 1) <= self.cost:
                raise Stop
            self._seen[state] = self.cost
            chosen = enabled[0]
        choice = Choice(chosen, running, enabled, timers)
        self.choices.append(choice)
        return chosen


class Diverged(Stop):
    """The same choices led elsewhere this time: the program depends on something that is not under control."""


class Priorities:
    """PCT: the enabled thread of the highest random priority runs; at `depth` - 1 random points the running one falls to the bottom."""

    def __init__(self, seed: int, depth: int, points: int) -> None:
        self._random = random.Random(seed)
        self._priorities: dict[int, float] = {}
        self._falls = {self._random.randrange(max(1, points)) for _ in range(depth - 1)}
        self._decisions = 0
        self._lowest = 0.0

    def decides(self, site: int) -> bool:
        """At every point."""
        return True

    def choose(self, execution: Execution, running: int | None, enabled: tuple[int, ...], timers: tuple[int, ...]) -> int:
        """The one of the highest priority; a time-out comes early when its thread has it."""
        candidates = enabled + timers
        for thread in candidates:
            self._priorities.setdefault(thread, 1 + self._random.random())
        best = max(candidates, key=self._priorities.__getitem__)
        # Who falls: at the chosen moments the best, and whoever has been going round in a loop for too long.
        if self._decisions in self._falls or (running is None and len(candidates) > 1 and execution.threads[best].turn):
            self._lowest -= 1
            self._priorities[best] = self._lowest
            best = max(candidates, key=self._priorities.__getitem__)
        self._decisions += 1
        return best
