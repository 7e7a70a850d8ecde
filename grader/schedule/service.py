"""What a worker does with the scheduler when it is asked to: explore a scenario, or follow one schedule. Plain data in and out.

A scenario is a function of the suite's probes that is given the learner's module, starts threads on it and returns what can be seen at the
end. The probes are instrumented as well, for what their threads do has an order too, but they are never shown.
"""

import base64
from dataclasses import asdict
from pathlib import Path
from typing import Any

from . import schedule
from .controlled import Controlled
from .execution import Execution
from .explore import Exploration, Program, Source, ending
from .history import Sharing
from .instrument import PROBES
from .search import cost
from .world import world

MAX_EVENTS = 2_000
"""Of one execution, in a reply."""


class Missing(Exception):
    """The learner's file does not have the task."""


class Service:
    """The explorations of one worker, each of which can be gone on with."""

    def __init__(self, module: str, folder: str) -> None:
        self._module = module
        self._folder = Path(folder)
        self._explorations: dict[str, Exploration] = {}
        self._probes = b""

    def prepare(self, probes: str) -> None:
        """The probes as `instrument.packed` made them, in base64: for the whole course once, and not once for each worker."""
        self._probes = base64.b64decode(probes)

    def explore(self, scenario: str, args: list[Any], task: str, executions: int, bound: int, random: int, patient: bool) -> dict[str, Any]:
        """Some more executions of a scenario, bounded first and then `random` ones; all that is known of it by now."""
        key = repr((scenario, args, patient))
        found = self._explorations.get(key)
        if found is None:
            found = self._explorations[key] = Exploration(self._program(scenario, args, task, patient=patient), bound)
        with world():
            more = True
            # One that goes on for ever takes as long as hundreds of others, and is right for nobody: it is enough.
            while executions and more and not found.endless:
                more, executions = found.go(1), executions - 1
            found.go_at_random(random)
        return {
            "executions": found.executions,
            "exhausted": found.exhausted,
            "more": more,
            "outcomes": [asdict(outcome) for outcome in found.outcomes[:50]],
        }

    def replay(self, scenario: str, args: list[Any], task: str, followed: str) -> dict[str, Any]:
        """The execution of this schedule, event by event. Raises `ValueError` when it is none."""
        strategy = schedule.Replay(schedule.read(followed))
        program = self._program(scenario, args, task)
        with world():
            execution = program.run(strategy, Sharing(), record=True)
        kind, value = ending(execution)
        return {
            "kind": kind,
            "value": value,
            "followed": strategy.followed(execution),
            "interruptions": sum(cost(choice, choice.chosen) for choice in execution.choices),
            "events": _events(execution),
            "threads": _names(execution),
        }

    def play(self, scenario: str, args: list[Any], task: str, steps: list[int]) -> dict[str, Any]:
        """The execution in which these threads take these steps: how it ended, or between whom is to be chosen now."""
        strategy = schedule.Steps(steps)
        program = self._program(scenario, args, task)
        with world():
            execution = program.run(strategy, Sharing(), record=True)
        kind, value = ending(execution)
        return {
            "kind": kind,
            "value": value,
            "schedule": schedule.of(execution),
            "interruptions": strategy.interruptions,
            "events": _events(execution),
            "threads": _names(execution),
            "waits": execution.waiting["waits"] if execution.waiting else [],
            "open": [
                {"thread": thread.number, "early": thread.number in strategy.early}
                | _place(execution, strategy.places[thread.number], thread)
                for thread in strategy.open
            ],
        }

    def _program(self, scenario: str, args: list[Any], task: str, *, patient: bool = False) -> Program:
        path = self._folder / f"{self._module}.py"
        probes = Source("probes", PROBES, b"", shown=False, instrumented=self._probes)
        sources = [Source(self._module, str(path), path.read_bytes()), probes]

        def run(modules: dict[str, Any]) -> Any:
            learner = modules[self._module]
            if task and not hasattr(learner, task):
                raise Missing(task)
            return getattr(modules["probes"], scenario)(learner, *args)

        return Program(sources, run, patient=patient)


def _place(execution: Execution, site: int, thread: Controlled) -> dict[str, Any]:
    """Where a thread stands in the learner's file, and what it would do there."""
    place = execution.sites[site]
    return {"line": place.line if place.shown else thread.line, "verb": place.verb, "name": place.name}


def _names(execution: Execution) -> list[str]:
    return [thread.name for thread in execution.threads]


def _events(execution: Execution) -> list[dict[str, Any]]:
    """What happened in the learner's own lines."""
    found = []
    for event in execution.recording.events[:MAX_EVENTS]:
        site = execution.sites[event.site] if event.site >= 0 else None
        if event.line and (event.what or (site and site.shown)):
            verb, name = (site.verb, site.name) if site and site.shown and not event.what else ("", "")
            found.append(asdict(event) | {"verb": verb, "name": name})
    return found
