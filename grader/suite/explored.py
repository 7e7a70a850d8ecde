"""`explore`: a scenario of the probes' run in every order that matters, and what came of it, judged on this side.

    explore(learner, probes.two_increments, right=lambda value: value == 2)
      worker: some executions -> claims        until one ends wrong, all have been tried, or the budget is used up
      worker: that one's schedule, twice       the same end both times, or there is no verdict

Budgets count executions, so a verdict is the same on every machine. See grader/schedule.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from grader.model import Evidence, Interleaving, Message, Outcome, SourceLine, Step, Wait
from grader.sandbox.wire import Name

from .check import NoVerdict, current
from .fate import Fate
from .learner import Learner, Unwritten
from .learner import shown as quoted

EXECUTIONS = 1_000
"""Bounded by preemptions, fewest first."""
RANDOM = 50
"""After them, when there are more than that."""
ROUND = 50
"""Executions between two looks at what came of them."""
OUTSIDE = {
    "outside": "it waits in {} for something that the scheduler cannot see",
    "crowd": "it starts more threads than the scheduler follows",
}

_KEYS = {
    "explore": {"executions", "exhausted", "more", "outcomes"},
    "replay": {"kind", "value", "followed", "interruptions", "events", "threads"},
    "play": {"kind", "value", "schedule", "interruptions", "events", "threads", "waits", "open"},
}
"""What an answer to each request has."""


@dataclass(frozen=True)
class Ending:
    """One way in which executions ended."""

    kind: str
    """"returned"; "raised" or "error" (in another thread); "deadlock"; "endless"."""
    value: Any
    """What the scenario returned; the exceptions; who waits for whom."""
    schedule: str
    """Of the first that ended so: none does with fewer preemptions."""
    count: int
    right: bool = False
    """Whether it is as it should be."""


@dataclass(frozen=True)
class Explored:
    """What exploring a scenario has shown."""

    executions: int
    exhausted: int
    """With how many preemptions every order was tried; -1: not even without any."""
    endings: tuple[Ending, ...]
    failure: Ending | None = None
    """The first that is not right."""
    steps: tuple[Step, ...] = ()
    """Of the failure: what happened in the learner's lines since the scenario started threads, in order."""

    def lines(self, learner: Learner) -> tuple[SourceLine, ...]:
        """The learner's lines at which a thread was interrupted, or waits at the end."""
        if self.failure and self.failure.kind in ("deadlock", "endless"):
            numbers = [wait["line"] for wait in self.failure.value["waits"] if wait["line"]]
        else:
            turns = zip(self.steps, self.steps[1:], strict=False)
            numbers = [before.line for before, after in turns if before.thread not in (after.thread, "main")]
        return tuple(learner.source_line(number) for number in dict.fromkeys(numbers))[:4]

    def tally(self) -> str:
        """In how many orders the end was right, for a sentence of a message."""
        wrong = self.failure.count if self.failure else 0
        others = sum(ending.count for ending in self.endings if ending != self.failure)
        return f"It ends so in {wrong} of the {wrong + others} orders tried.{self._reachable()}" if others else ""

    def _reachable(self) -> str:
        """The values that the orders tried end with, and which of them are right, where they are few and plain."""
        values = [ending.value for ending in self.endings]
        right = [quoted(ending.value) for ending in self.endings if ending.right]
        plain = all(ending.kind == "returned" and type(ending.value) in (int, float, str) for ending in self.endings)
        if not (plain and right and 1 < len(values) <= 6):
            return ""
        return f" Reachable: {', '.join(map(quoted, sorted(values, key=lambda value: (type(value).__name__, value))))}; only {' or '.join(sorted(right))} is right."


def explore(
    learner: Learner,
    scenario: Name,
    *args: Any,
    task: str,
    right: Callable[[Any], bool],
    executions: int = EXECUTIONS,
    bound: int = 2,
    random: int = RANDOM,
    patient: bool = False,
    shown: bool = True,
) -> Explored:
    """Run a scenario until an execution of it ends wrong (does not return, or returns what is not `right`), or none is left to try.

    With `bound` and `random` 0, no time-out comes early: virtual time is exact, and a scenario may sleep to have it pass.
    `patient`: only sleeps end early; a wait with a time-out lasts until nobody else can move.
    Without `shown`, an execution that is not `right` is what the suite looks for, and no order for `course replay`.
    Raises `NoVerdict` when it cannot be judged so, `Unwritten` when `task` is missing, `Fate` and what the calls of a `Learner` raise.
    """
    explored = search(
        learner, scenario.name, args, task=task, right=right, executions=executions, bound=bound, random=random, patient=patient
    )
    failure = explored.failure
    if failure is None:
        return explored
    _in_sight(failure)
    errors = failure.value if failure.kind in ("raised", "error") else []
    if any(error[1] == "Missing" for error in errors):
        raise Unwritten(task, f"There is no {task} in your file; the grader finds each task by its name.")
    if any(error[1] == "NotImplementedError" for error in errors):
        raise Unwritten(task)
    followed = [reply(learner, "replay", scenario=scenario.name, args=list(args), task=task, followed=failure.schedule) for _ in range(2)]
    if any((again["kind"], again["value"]) != (failure.kind, failure.value) for again in followed):
        raise NoVerdict("Your program does not do the same twice in the same order of its threads: something in it is left to chance.")
    steps = steps_of(followed[0])
    if not shown and failure.kind == "returned":
        return replace(explored, failure=failure, steps=steps)
    verdict = current()
    verdict.evidence.append(Evidence("schedule", (failure.schedule,)))
    verdict.interleaving = Interleaving("", "", scenario.name, args, task, failure.schedule, failure.kind, steps, at_rest(failure))
    return replace(explored, failure=failure, steps=steps)


def search(
    learner: Learner,
    scenario: str,
    args: tuple[Any, ...] = (),
    *,
    task: str,
    right: Callable[[Any], bool],
    executions: int = EXECUTIONS,
    bound: int = 2,
    random: int = RANDOM,
    patient: bool = False,
) -> Explored:
    """The search alone: nothing is replayed, and nothing is a verdict yet. `task` is what the learner's file must have; "": nothing."""
    request = {"scenario": scenario, "args": list(args), "bound": bound, "task": task, "patient": patient}
    done, more, claims = 0, True, dict[str, Any]()
    while more and done < executions and not _failure(claims, right):
        claims = reply(learner, "explore", **request, executions=min(ROUND, executions - done), random=0)
        done, more = done + ROUND, claims["more"] is True
    if more and random and not _failure(claims, right):
        claims = reply(learner, "explore", **request, executions=0, random=random)
    found = map(_ending, claims["outcomes"])
    endings = tuple(replace(ending, right=ending.kind == "returned" and right(ending.value)) for ending in found)
    return Explored(int(claims["executions"]), int(claims["exhausted"]), endings, _failure(claims, right))


def _in_sight(ending: Ending) -> None:
    """Raises `NoVerdict` when the program did what the scheduler cannot follow."""
    if ending.kind in OUTSIDE:
        raise NoVerdict(f"Your program cannot be tried in other orders: {OUTSIDE[ending.kind].format(ending.value)}.")


def follow(learner: Learner, found: Interleaving, schedule: str) -> Interleaving:
    """The same scenario in the order of another schedule. Raises `Raised` when it is none, `NoVerdict` when it cannot be followed."""
    again = reply(learner, "replay", scenario=found.scenario, args=list(found.args), task=found.task, followed=schedule)
    if again["followed"] is not True:
        raise NoVerdict(
            "at some step the thread whose turn it is cannot run: the schedule is of another file, or of an older state of this one"
        )
    ending = Ending(str(again["kind"]), again["value"], schedule, 1)
    steps = steps_of(again)
    ended = (
        stands_still(learner, Explored(1, -1, (), ending, steps)).text
        if ending.kind != "returned"
        else f"It returned {quoted(ending.value)}."
    )
    return replace(
        found, says=f"The order that you gave. {ended}", schedule=schedule, ending=ending.kind, steps=steps, waits=at_rest(ending)
    )


def at_rest(ending: Ending) -> tuple[Wait, ...]:
    """The wait-for graph of a deadlock; nothing for any other end."""
    # A circle of threads that stand in none of the learner's lines says nothing to them.
    return waits_of(ending.value["circle"]) or waits_of(ending.value["waits"]) if ending.kind == "deadlock" else ()


def stands_still(learner: Learner, found: Explored) -> Message:
    """The message for a scenario that did not return: it deadlocked, went on for ever, or raised. Raises `NoVerdict` when it left our sight."""
    assert found.failure
    _in_sight(found.failure)
    lines, value = found.lines(learner), found.failure.value
    match found.failure.kind:
        case "deadlock":
            held = [f"{wait.thread} waits for {wait.what}" for wait in at_rest(found.failure)]
            who = f": {', and '.join(held[:4])}" if held else ""
            return Message(f"It stands still for ever{who}.", lines, "Nobody is left who could wake them.")
        case "endless":
            return Message("It goes round for ever in a loop that nothing will end.", lines)
        case _:
            thread, kind, text = value[0]
            who = "" if thread == "main" else f" in thread {thread}"
            return Message(f"It raised {kind}{who}{': ' + text[:200] if text else ''}.", lines)


def waits_of(claims: list[dict[str, Any]]) -> tuple[Wait, ...]:
    """Who waits for what in the learner's lines, of what the worker says of it."""
    return tuple(Wait(str(wait["thread"]), int(wait["line"]), str(wait["holder"]), _waited_for(wait)) for wait in claims if wait["line"])


def _waited_for(wait: dict[str, Any]) -> str:
    if wait["through"] and wait["holder"]:
        return f"{wait['holder']} to end"
    if wait["holder"] == wait["thread"]:
        return "a lock that it holds itself"
    if wait["holder"] and wait["holder_ended"]:
        return f"a lock that {wait['holder']} has never freed"
    if wait["holder"]:
        return f"the lock that {wait['holder']} holds"
    return f"`{wait['through']}` to return" if wait["through"] else "a lock"


def reply(learner: Learner, op: str, **request: Any) -> dict[str, Any]:
    """A claim of the worker's, in the shape that it should have. Raises `Fate` when it has not."""
    claims = learner.ask_scheduler(op, **request)
    if type(claims) is not dict or set(claims) != _KEYS[op]:
        raise Fate(Outcome.CRASHED, "Something wrote to the grader's own connection.")
    return claims


def _failure(claims: dict[str, Any], right: Callable[[Any], bool]) -> Ending | None:
    endings = map(_ending, claims.get("outcomes", ()))
    return next((ending for ending in endings if ending.kind != "returned" or not right(ending.value)), None)


def _ending(claim: dict[str, Any]) -> Ending:
    return Ending(str(claim["kind"]), claim["value"], str(claim["schedule"]), int(claim["count"]))


def steps_of(claims: dict[str, Any]) -> tuple[Step, ...]:
    """The events of a replay, but for what the scenario did before it had started a thread."""
    threads = list(map(str, claims["threads"]))
    events = claims["events"]
    begun = next((place for place, event in enumerate(events) if event["thread"] > 0), 0)
    return tuple(
        Step(threads[event["thread"]], int(event["line"]), *(str(event[name])[:60] for name in ("verb", "name", "what", "value")))
        for event in events[begun:]
    )
