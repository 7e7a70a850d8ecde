"""Run a scenario over and over, under the strategies of `search`, and keep what came of it.

    Program(files)      the learner's module and the scenario's, instrumented once, executed anew for every execution
      .run(strategy)    one execution -> Execution
    Exploration         .go(executions) runs some more; .outcomes are the distinct ends so far

Each outcome has the schedule that first led to it, which can be followed again.
"""

import sys
import threading
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType
from typing import Any

from . import points, schedule, search, world
from .execution import Execution, Strategy
from .history import Sharing
from .instrument import AT, Site, instrument, unpacked
from .stuck import wait_for_end

PCT_DEPTH = 3


@dataclass(frozen=True)
class Source:
    """A module to instrument."""

    module: str
    path: str
    text: bytes
    shown: bool = True
    """Whether it is the learner's."""
    instrumented: bytes = b""
    """See `instrument.packed`. Of one module at most."""


@lru_cache(maxsize=1)
def _instrumented(sources: tuple[Source, ...]) -> tuple[list[Site], list[tuple[Source, CodeType]]]:
    """The sites and the code of these modules: the scenarios of a check share them, for each execution runs the code anew."""
    sites: list[Site] = []
    code: dict[Source, CodeType] = {}
    for source in sources:
        if source.instrumented:
            code[source], sites = unpacked(source.instrumented)
    for source in sources:
        if source not in code:
            code[source] = instrument(source.text, source.path, sites, shown=source.shown)
    return sites, [(source, code[source]) for source in sources]


class Program:
    """The modules that take part, and the scenario to run. Raises what compiling them raises."""

    def __init__(self, sources: list[Source], scenario: Callable[[dict[str, Any]], Any], *, patient: bool = False) -> None:
        """`patient`: only sleeps may end early, and no wait with a time-out."""
        self.patient = patient
        self.sites, self._code = _instrumented(tuple(sources))
        self.files = frozenset(source.path for source in sources)
        self.shown = next((source.path for source in sources if source.shown), "")
        self._scenario = scenario

    def run(self, strategy: Strategy, sharing: Sharing, *, record: bool = False) -> Execution:
        """One execution, from importing the modules to the end of all its threads. Inside `world()` only."""
        execution = Execution(self.sites, strategy, sharing, self.files, self.shown, record=record, patient=self.patient)
        sharing.begin()
        world.begin_execution()
        points.run(execution)
        try:
            main = threading.Thread(target=self._main, args=(execution,), name="main")
            world.launch(execution, main).go.release()
            wait_for_end(execution)
            execution.end()
        finally:
            points.run(None)
            world.end_execution()
            for source, _ in self._code:
                sys.modules.pop(source.module, None)
        return execution

    def _main(self, execution: Execution) -> None:
        namespace = {}
        for source, code in self._code:
            module = sys.modules[source.module] = types.ModuleType(source.module)
            module.__file__ = source.path
            vars(module)[AT] = points.Points()
            exec(code, vars(module))
            namespace[source.module] = module
        execution.result = self._scenario(namespace)


@dataclass
class Outcome:
    """One way in which executions end."""

    kind: str
    """How: see `Execution.ended`; or "error" when it returned, but a thread had died of an exception."""
    value: Any
    """What the scenario returned, or what is known of how it ended, as plain data."""
    schedule: str
    """The first execution that ended so: none ends so with fewer preemptions."""
    execution: int
    """Which one that was, counted from 1."""
    count: int = 1


@dataclass
class Exploration:
    """A search that can be gone on with."""

    program: Program
    bound: int = 2
    reduced: bool = True
    executions: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    spoiled: bool = False
    """Whether no more can be tried in this process."""
    sharing: Sharing = field(default_factory=Sharing)
    _points: int = 1

    def __post_init__(self) -> None:
        self._search = search.Bounded(self.sharing, self.bound, self.reduced)
        self._strategies = self._search.strategies()

    @property
    def exhausted(self) -> int:
        """With how many preemptions everything has been tried; -1: not even without any."""
        return self._search.exhausted

    @property
    def endless(self) -> bool:
        """Whether an execution went on for ever."""
        return any(outcome.kind == "endless" for outcome in self.outcomes)

    def go(self, executions: int) -> bool:
        """At most so many executions more; whether there are any left to try."""
        for _ in range(executions):
            if self.spoiled:
                return False
            strategy = next(self._strategies, None)
            if strategy is None:
                return False
            self._note(self.program.run(strategy, self.sharing))
        return True

    def go_at_random(self, executions: int) -> None:
        """So many executions with random priorities, from fixed seeds; fewer when one goes on for ever."""
        for seed in range(executions):
            if not (self.spoiled or self.endless):
                self._note(self.program.run(search.Priorities(seed, PCT_DEPTH, self._points), self.sharing))

    def _note(self, execution: Execution) -> None:
        self.executions += 1
        self._points = max(self._points, execution.points)
        self.spoiled = self.spoiled or execution.spoiled
        if execution.ended == "stopped":
            return
        kind, value = ending(execution)
        for outcome in self.outcomes:
            if (outcome.kind, outcome.value) == (kind, value):
                outcome.count += 1
                return
        self.outcomes.append(Outcome(kind, value, schedule.of(execution), self.executions))


def ending(execution: Execution) -> tuple[str, Any]:
    """How an execution ended, as a kind and plain data."""
    if execution.ended in ("deadlock", "endless"):
        return execution.ended, execution.waiting
    if execution.ended in ("returned", "raised") and execution.errors:
        return ("raised" if execution.ended == "raised" else "error"), [
            [name, type(error).__name__, str(error)] for name, error in execution.errors
        ]
    return execution.ended, execution.result if execution.ended in ("returned", "outside") else None
