"""Hidden suite for exercise 11: time-outs, retries and workers that die.

11a runs functions of ours that meet the referee: the kernel says in which process they run. One that stalls is held for as long as anything
else moves, so that a deadline which is not kept is seen as such. 11b follows a plan and records calls and pauses. 11c hands out items that
kill their process; at each rest the killers go first, so that whoever works beside them is under way when the process dies.
Deadlines here are an hour away, where they must not be met, or a moment, where nothing else can happen before them.
"""

import random
from collections import Counter
from functools import partial
from typing import Any

from grader.model import Message
from grader.sandbox.wire import ErrorValue, Name
from grader.suite.check import POLLS, NoVerdict, check, expect, probes, tasks
from grader.suite.learner import Learner
from grader.suite.rendezvous import Rendezvous
from grader.suites.ex11_failures import messages
from grader.suites.ex11_failures.messages import FAILING, MAX_RUNS, POISON

QUICK = {"cpu": 3}
CHILD = {"cpu": 5}
POOL = {"cpu": 10}
AN_HOUR = 3600
"""Beyond what a check may last: whoever waits so long waits for ever."""
A_MOMENT = 0.5
LARGE = 3 << 20
"""Bytes: no pipe and no socket of any system holds so many."""


def _fail(message: Message) -> None:
    expect(False, lambda: message)


# -- 11a -----------------------------------------------------------------------------------------------------------------------------


class Errand:
    """One call of run_with_deadline with a function of ours."""

    def __init__(self, learner: Learner, referee: Rendezvous) -> None:
        self.learner = learner
        self.referee = referee
        referee.form = lambda label: type(label) is list and label[:1] in (["runs"], ["stalls"], ["dies"]) and len(label) <= 3

    def run(self, fn: Name, args: tuple[Any, ...], seconds: float = AN_HOUR) -> tuple[str, Any]:
        """What came of it: "returned" and the value, or "raised" and the exception."""
        self.referee.hold(pick=lambda labels: labels)
        with messages.stands_still(self.learner, fn.name):
            outcome = self.learner.run(probes.run_with_deadline, tasks("run_with_deadline"), fn, args, seconds)
        kind, value = outcome
        return kind, value

    @property
    def let_go(self) -> bool:
        """Whether the function had to be let go, since nothing else moved any more."""
        return bool(self.referee.counts)

    @property
    def at_home(self) -> bool:
        """Whether the last call of fn was in the learner's own process."""
        return bool(self.referee.arrivals) and self.referee.arrivals[-1].pid == self.referee.main

    def left(self) -> tuple[int, int]:
        """(zombies, processes that still run) once nothing moves any more. One that still runs fn is let go then, and counts."""
        self.learner.settle()
        zombies = self.learner.run(probes.zombies)
        self.learner.run(probes.reap)
        return zombies, max(self.learner.remaining(self.referee.arrivals), self.let_go)


@check(
    "11a.result",
    points=2,
    says="the result comes from a process of its own",
    about="a-deadline-that-is-kept",
    processes=True,
    limits=CHILD,
)
def test_result(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    errand = Errand(learner, referee)
    value = draw.randint(100, 999)
    referee.answers = lambda label: value
    kind, got = errand.run(probes.answer, ("shirt", draw.randint(1, 9)))
    if not expect((kind, got) == ("returned", value), lambda: messages.result(learner, kind, got, value)):
        return
    expect(not errand.at_home, lambda: messages.at_home(learner))


@check(
    "11a.kinds",
    points=1,
    says="any result is a result, None too",
    about="a-deadline-that-is-kept",
    needs=("11a.result",),
    processes=True,
    limits=CHILD,
)
def test_kinds(learner: Learner, referee: Rendezvous) -> None:
    errand = Errand(learner, referee)
    for what in ("None", "False", "an exception object", "a pair"):
        kind, got = errand.run(probes.returns, (what,))
        if not expect(kind == "returned" and _is_kind(what, got), partial(messages.kinds, learner, what, kind, got)):
            return


def _is_kind(what: str, got: Any) -> bool:
    if what == "an exception object":
        return isinstance(got, ErrorValue) and got.type == "ValueError"
    if what == "a pair":
        return type(got) is tuple and len(got) == 2 and got[0] is False
    return got is {"None": None, "False": False}[what]


@check(
    "11a.error",
    points=2,
    says="an error of fn comes through, its TimeoutError too",
    about="an-answer-or-an-error",
    needs=("11a.result",),
    processes=True,
    limits=CHILD,
)
def test_error(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    errand = Errand(learner, referee)
    for name in (draw.choice(("KeyError", "ValueError")), "TimeoutError", "EOFError", "OSError"):
        text = f"no {draw.choice(('soap', 'coin', 'key'))}"
        kind, got = errand.run(probes.raises, (name, text))
        right = kind == "raised" and isinstance(got, ErrorValue) and got.type == name and got.args == (text,)
        if not expect(right, partial(messages.error, learner, name, text, kind, got)):
            return


@check(
    "11a.large",
    points=2,
    says="a large result arrives",
    about="read-first-then-join",
    needs=("11a.result",),
    processes=True,
    limits=CHILD,
)
def test_large(learner: Learner, referee: Rendezvous) -> None:
    errand = Errand(learner, referee)
    kind, got = errand.run(probes.large, (LARGE,))
    expect((kind, got) == ("returned", ["large", LARGE, LARGE]), lambda: messages.large(learner, kind, got))


@check(
    "11a.deadline",
    points=3,
    says="TimeoutError when fn is not finished in time",
    about="a-deadline-that-is-kept",
    needs=("11a.result",),
    processes=True,
    limits=CHILD,
)
def test_deadline(learner: Learner, referee: Rendezvous) -> None:
    errand = Errand(learner, referee)
    kind, got = errand.run(probes.stalls, (False,), A_MOMENT)
    if errand.let_go and not referee.sure:
        raise NoVerdict(f"Whether the deadline was kept could not be seen: {POLLS}.")
    if expect(not errand.let_go, lambda: messages.too_late(learner, kind, got)):
        timed_out = kind == "raised" and isinstance(got, ErrorValue) and got.type == "TimeoutError"
        expect(timed_out, lambda: messages.no_time_out(learner, kind, got))


@check(
    "11a.gone",
    points=3,
    says="then its process is gone, no zombie",
    about="killed-and-waited-for",
    needs=("11a.deadline",),
    processes=True,
    limits=CHILD,
)
def test_gone(learner: Learner, referee: Rendezvous) -> None:
    errand = Errand(learner, referee)
    errand.run(probes.stalls, (False,), A_MOMENT)
    zombies, alive = errand.left()
    if expect(not alive, lambda: messages.alive(learner, alive)):
        expect(not zombies, lambda: messages.zombie(learner))


@check(
    "11a.stubborn",
    points=2,
    says="also one that ignores SIGTERM",
    about="killed-and-waited-for",
    needs=("11a.gone",),
    processes=True,
    limits=CHILD,
)
def test_stubborn(learner: Learner, referee: Rendezvous) -> None:
    errand = Errand(learner, referee)
    errand.run(probes.stalls, (True,), A_MOMENT)
    if errand.let_go and not referee.sure:
        raise NoVerdict(f"Whether the process was killed could not be seen: {POLLS}.")
    if expect(not errand.let_go, lambda: messages.stubborn(learner)):
        zombies, alive = errand.left()
        expect(not zombies + alive, lambda: messages.stubborn_left(learner))


@check(
    "11a.died",
    points=2,
    says="a process that dies is an error, at once",
    about="an-answer-or-an-error",
    needs=("11a.result",),
    processes=True,
    limits=CHILD,
)
def test_died(learner: Learner, referee: Rendezvous) -> None:
    errand = Errand(learner, referee)
    for how in ("exit", "signal"):
        kind, got = errand.run(probes.dies, (how,))
        right = kind == "raised" and isinstance(got, ErrorValue) and got.type != "TimeoutError"
        if not expect(right, partial(messages.died, learner, how, kind, got)):
            return


# -- 11b -----------------------------------------------------------------------------------------------------------------------------


def _retry(learner: Learner, plan: list[list[Any]], attempts: int, retry_on: Any, backoff: float) -> tuple[Any, list[Any], Any]:
    with messages.sleeps_itself(learner):
        outcome, events, which = learner.run(probes.retry, tasks("retry"), plan, attempts, retry_on, backoff)
    return outcome, events, which


def _backoff(draw: random.Random) -> float:
    """Seconds that nobody waits out: a multiple of half an hour that no other small step gives."""
    return float(AN_HOUR * draw.randint(2, 9))


@check("11b.returns", points=1, says="what fn returns, at once", about="try-again", limits=QUICK)
def test_returns(learner: Learner, draw: random.Random) -> None:
    for value in (draw.randint(10, 99), None, False):
        outcome, events, _ = _retry(learner, [["return", value]], 3, "OSError", _backoff(draw))
        right = outcome == ("returned", value) and events == ["call"]
        if not expect(right, partial(messages.returns, learner, value, outcome, events)):
            return


@check("11b.again", points=2, says="one that fails is called again", about="try-again", needs=("11b.returns",), limits=QUICK)
def test_again(learner: Learner, draw: random.Random) -> None:
    value = draw.randint(10, 99)
    plan: list[list[Any]] = [["raise", "ConnectionResetError", "one"], ["raise", "TimeoutError", "two"], ["return", value]]
    for attempts, retry_on in ((5, ["ConnectionError", "TimeoutError"]), (3, "OSError")):
        outcome, events, _ = _retry(learner, plan, attempts, retry_on, _backoff(draw))
        right = outcome == ("returned", value) and events.count("call") == 3
        if not expect(right, partial(messages.again, learner, value, attempts, outcome, events)):
            return


@check("11b.attempts", points=2, says="`attempts` calls, no more", about="try-again", needs=("11b.returns",), limits=QUICK)
def test_attempts(learner: Learner, draw: random.Random) -> None:
    for attempts in (draw.randint(3, 5), 2, 1):
        _, events, _ = _retry(learner, [["raise", "OSError", "again"]], attempts, "OSError", _backoff(draw))
        calls = events.count("call")
        if not expect(calls == attempts, partial(messages.attempts, learner, attempts, calls)):
            return


@check(
    "11b.pauses",
    points=2,
    says="pauses between them, each twice the last",
    about="a-pause-that-grows",
    needs=("11b.attempts",),
    limits=QUICK,
)
def test_pauses(learner: Learner, draw: random.Random) -> None:
    backoff = _backoff(draw)
    _, events, _ = _retry(learner, [["raise", "OSError", "again"]], 4, "OSError", backoff)
    right = ["call", backoff, "call", 2 * backoff, "call", 4 * backoff, "call"]
    expect(events == right, lambda: messages.pauses(learner, events, backoff))


@check("11b.last", points=2, says="the last error itself comes out", about="try-again", needs=("11b.attempts",), limits=QUICK)
def test_last(learner: Learner, draw: random.Random) -> None:
    for attempts in (3, 1):
        plan: list[list[Any]] = [["raise", "OSError", f"attempt {number + 1}"] for number in range(attempts)]
        outcome, _, which = _retry(learner, plan, attempts, "OSError", _backoff(draw))
        if not expect(which == attempts - 1, partial(messages.last, learner, attempts, outcome, which)):
            return


@check("11b.others", points=2, says="other errors come through at once", about="which-errors-pass", needs=("11b.returns",), limits=QUICK)
def test_others(learner: Learner, draw: random.Random) -> None:
    for name, retry_on in (
        (draw.choice(("ValueError", "KeyError")), "OSError"),
        ("KeyboardInterrupt", "Exception"),
        ("ValueError", ["OSError", "KeyError"]),
    ):
        plan: list[list[Any]] = [["raise", name, "not yours"], ["return", 1]]
        outcome, events, which = _retry(learner, plan, 3, retry_on, _backoff(draw))
        if not expect(which == 0 and events == ["call"], partial(messages.others, learner, name, retry_on, outcome, events)):
            return


@check("11b.refuses", points=1, says="attempts below 1 is a ValueError", about="try-again", needs=("11b.returns",), limits=QUICK)
def test_refuses(learner: Learner, draw: random.Random) -> None:
    for attempts in (0, -draw.randint(1, 5)):
        outcome, events, _ = _retry(learner, [["return", 1]], attempts, "OSError", _backoff(draw))
        kind, value = outcome
        right = kind == "raised" and isinstance(value, ErrorValue) and value.is_a("ValueError") and "call" not in events
        if not expect(right, partial(messages.refuses, learner, attempts, outcome, events)):
            return


# -- 11c -----------------------------------------------------------------------------------------------------------------------------


class Laundry:
    """Calls of resilient_map: what the referee saw of them."""

    def __init__(self, learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
        self.learner = learner
        self.referee = referee
        self._offset = draw.randint(1000, 9000)
        referee.form = lambda label: type(label) is list and len(label) == 2 and label[0] == "works" and type(label[1]) is int
        referee.answers = self._answer

    def _answer(self, label: list[Any]) -> Any:
        # One that is run again and again is let live at last: the verdict stands, and it need not go on.
        if label[1] >= POISON and self.runs[label[1]] > MAX_RUNS + 1:
            return "enough"
        return self.value(label[1])

    def value(self, item: int) -> int:
        """What work answers."""
        return item + self._offset

    def call(self, items: list[int], workers: int, *, once: bool = False) -> Any:
        """What resilient_map returns, each Settled as (status, value, error); or the exception that it raised."""
        with messages.never_comes_back(self.learner, items):
            return self.learner.attempt(probes.resilient_map, tasks("resilient_map"), items, workers, once)

    @property
    def runs(self) -> Counter[int]:
        """How often each item was worked on."""
        return Counter(label[1] for label in self.referee.labels)

    @property
    def at_home(self) -> int:
        """How many of the calls were in the learner's own process."""
        return self.referee.in_main

    def killers_first(self) -> None:
        """At each rest let the poison items go, if there are any; else everybody who is held."""
        self.referee.hold(pick=lambda labels: [label for label in labels if label[1] >= POISON] or labels)

    def left(self) -> int:
        """Processes that worked and are still there once nothing moves any more."""
        self.learner.settle()
        self.learner.run(probes.reap)
        return self.learner.remaining(self.referee.arrivals)

    def done(self, item: int, one: Any) -> bool:
        return type(one) is tuple and one == ("done", self.value(item), None)


def _shirts(draw: random.Random, count: int) -> list[int]:
    return draw.sample(range(1, FAILING), count)


@check(
    "11c.results",
    points=2,
    says="one Settled for each item, in order",
    about="what-became-of-each",
    processes=True,
    limits=POOL,
)
def test_results(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    laundry = Laundry(learner, referee, draw)
    shirts = _shirts(draw, 5)
    shirts.append(shirts[1])
    referee.hold(only=lambda label: label[1] == shirts[0])  # it ends last
    got = laundry.call(shirts, 2, once=True)
    if not expect(_all_done(laundry, shirts, got), lambda: messages.results(learner, laundry, shirts, got)):
        return
    if not expect(not laundry.at_home, lambda: messages.at_home_map(learner)):
        return
    got = laundry.call([], 2)
    expect(got == [], lambda: messages.no_items(learner, got))


def _all_done(laundry: Laundry, items: list[int], got: Any) -> bool:
    return type(got) is list and len(got) == len(items) and all(laundry.done(item, one) for item, one in zip(items, got, strict=True))


@check(
    "11c.failed",
    points=1,
    says="an exception is the result of its item",
    about="what-became-of-each",
    needs=("11c.results",),
    processes=True,
    limits=POOL,
)
def test_failed(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    laundry = Laundry(learner, referee, draw)
    bad = draw.randint(FAILING, POISON - 1)
    items = [*_shirts(draw, 1), bad, *_shirts(draw, 2)]
    got = laundry.call(items, 2)
    if not expect(type(got) is list and len(got) == len(items), lambda: messages.gave_up(learner, got, "fn raised KeyError for one item")):
        return
    status, value, error = got[1]
    right = (
        status == "failed" and value is None and isinstance(error, ErrorValue) and error.type == "KeyError" and error.args == (f"no {bad}",)
    )
    expect(right, lambda: messages.failed(learner, got[1]))
    others = [(item, one) for item, one in zip(items, got, strict=True) if item != bad]
    expect(all(laundry.done(item, one) for item, one in others), lambda: messages.others_failed(learner, others))


@check(
    "11c.overlap",
    points=2,
    says="max_workers items at once, then no process is left",
    about="what-became-of-each",
    needs=("11c.results",),
    processes=True,
    limits=POOL,
)
def test_overlap(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    laundry = Laundry(learner, referee, draw)
    workers = 3
    processes: list[int] = []

    def look(labels: list[Any]) -> list[Any]:
        processes.append(len({caller.pid for caller in referee.waiting}))
        return [] if referee.sure else labels

    referee.hold(pick=look)
    laundry.call(_shirts(draw, 7), workers)
    right = referee.peak == workers == max(processes, default=0)
    if not right and not referee.sure:
        raise NoVerdict(f"How many run at once could not be counted: {POLLS}. Seen: {referee.peak}.")
    if expect(right, lambda: messages.overlap(learner, referee.peak, max(processes, default=0), workers)):
        left = laundry.left()
        expect(not left, lambda: messages.left_over(learner, left))


@check(
    "11c.survives",
    points=4,
    says="the others are done though one kills its process",
    about="who-was-it",
    needs=("11c.results",),
    processes=True,
    limits=POOL,
)
def test_survives(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    laundry = Laundry(learner, referee, draw)
    items = _shirts(draw, 5)
    items.insert(draw.choice((1, 2)), draw.randint(POISON, POISON + 99))
    laundry.killers_first()
    got = laundry.call(items, 3)
    if not expect(type(got) is list and len(got) == len(items), lambda: messages.gave_up(learner, got, "one process died")):
        return
    innocent = [(item, one) for item, one in zip(items, got, strict=True) if item < POISON]
    expect(all(laundry.done(item, one) for item, one in innocent), lambda: messages.innocent(learner, laundry, innocent))
    expect(not laundry.at_home, lambda: messages.at_home_map(learner))


@check(
    "11c.poison",
    points=3,
    says='those that kill it are "died", after a few runs',
    about="who-was-it",
    needs=("11c.survives",),
    processes=True,
    limits=POOL,
)
def test_poison(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    laundry = Laundry(learner, referee, draw)
    even, odd = POISON + 2 * draw.randint(0, 40), POISON + 2 * draw.randint(0, 40) + 1
    items = [even, *_shirts(draw, 2), odd]
    laundry.killers_first()
    got = laundry.call(items, 2)
    if not expect(type(got) is list and len(got) == len(items), lambda: messages.gave_up(learner, got, "two processes died")):
        return
    most = max(laundry.runs.values())
    if not expect(most <= MAX_RUNS, lambda: messages.runs(learner, laundry.runs)):
        return
    for item, one in zip(items, got, strict=True):
        if item >= POISON:
            right = one[0] == "died" and one[1] is None and isinstance(one[2], ErrorValue)
            if not expect(right, partial(messages.died_as, learner, one)):
                return
        elif not expect(laundry.done(item, one), partial(messages.innocent, learner, laundry, [(item, one)])):
            return
    left = laundry.left()
    expect(not left, lambda: messages.left_over(learner, left))
