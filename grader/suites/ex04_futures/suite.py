"""Hidden suite for exercise 04: futures.

The futures are made by hand in the worker, and 04a and 04b run by the clock of probes.py, put in place before the learner's file is loaded:
hundreds of its seconds go by in milliseconds. No verdict rests on how long anything took: which future had ended by which moment
decides, and the moments are the clock's own. A wait that this clock does not know ends without a verdict (`_collect`).

A spec of a future is (state, payload, seconds): what it is when the call begins, or that many seconds later.
"""

import random
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeGuard

from grader.model import Outcome
from grader.sandbox.wire import ErrorValue
from grader.suite.check import NoVerdict, check, expect, probes, tasks
from grader.suite.fate import Fate
from grader.suite.learner import Learner, Raised, Unfit
from grader.suite.rendezvous import Rendezvous
from grader.suites.ex04_futures import messages

WORDS = ("pending", "running", "cancelled", "failed", "done")
LATE = ("pending", "running")
RAISED = "raised by the task"
"""The text of every exception of ours, by which it is known again."""

Spec = tuple[str, Any, float]
Row = tuple[Any, Any, Any]

QUICK = {"cpu": 3}
"""CPU seconds: what is right takes half of one, and most takes a twentieth."""
BRIEF = QUICK | {"wall": 20}
"""And seconds of real time. With our clock in place a right answer takes less than one; a wait that the clock cannot see ends here, undecided."""

NEVER: Spec = ("running", None, 0)


def error(name: str) -> tuple[str, str]:
    """The payload that stands for an exception of that class."""
    return name, RAISED


def done(value: Any, seconds: float = 0) -> Spec:
    """A future whose task returns `value`."""
    return "done", value, seconds


def failed(name: str, seconds: float = 0) -> Spec:
    """A future whose task raises."""
    return "failed", error(name), seconds


def drawn(draw: random.Random, count: int) -> list[str]:
    """So many values, all different."""
    return [f"page {number} of {draw.getrandbits(32):08x}" for number in range(count)]


# -- 04a -----------------------------------------------------------------------------------------------------------------------------


def _describe(learner: Learner, state: str, payload: Any = None) -> tuple[Any, list[float]]:
    """What describe says (or the exception that leaves it), and how long the waits were to last that it began."""
    try:
        reply = learner.run(probes.describe, tasks("describe"), state, payload)
    except Raised as raised:
        return raised.error, []
    except Fate as fate:
        if fate.outcome is Outcome.DEADLOCKED:
            fate.text, fate.why = messages.describe_hangs(state)
        raise
    if type(reply) is not tuple or len(reply) != 2 or not _are_numbers(reply[1]):
        raise Unfit(messages.FORGED)
    return reply


@check("04a.waits", points=1, says="answers without waiting", about="result-waits", limits=QUICK)
def test_waits(learner: Learner, referee: Rendezvous) -> None:
    learner.prepare(probes.install_clock)
    for state in LATE:
        said, asked = _describe(learner, state)
        if not expect(not asked, partial(messages.describe_waits, asked)):
            return
        if not expect(said in WORDS, partial(messages.no_word, learner, state, said)):
            return


@check("04a.unsettled", points=1, says="tells pending from running", about="states", needs=("04a.waits",), limits=QUICK)
def test_unsettled(learner: Learner, referee: Rendezvous) -> None:
    learner.prepare(probes.install_clock)
    for state in ("pending", "running", "running", "pending"):
        said, _ = _describe(learner, state)
        if not expect(said == state, partial(messages.unsettled, learner, state, said)):
            return


@check("04a.cancelled", points=1, says="knows a cancelled future", about="done-includes-cancelled", limits=QUICK)
def test_cancelled(learner: Learner, referee: Rendezvous) -> None:
    learner.prepare(probes.install_clock)
    for state in ("cancelled", "only cancelled"):
        said, _ = _describe(learner, state)
        if not expect(said == "cancelled", partial(messages.cancelled, learner, said)):
            return


@check("04a.outcome", points=1, says="raised is failed, returned is done", about="raised-or-returned", limits=QUICK)
def test_outcome(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    learner.prepare(probes.install_clock)
    returned: list[Any] = [
        None,
        0,
        False,
        "",
        [],
        "page",
        error("ValueError"),
        error("TimeoutError"),
        error("CancelledError"),
        *drawn(draw, 3),
    ]
    for value in returned:
        said, _ = _describe(learner, "done", value)
        if not expect(said == "done", partial(messages.returned, learner, value, said)):
            break
    for name in ("ValueError", "TimeoutError", "ReadTimeout", "CancelledError", "SystemExit", "KeyboardInterrupt", "StopIteration"):
        said, _ = _describe(learner, "failed", error(name))
        if not expect(said == "failed", partial(messages.raised, learner, name, said)):
            return


# -- 04b -----------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Collected:
    """What one call of collect came to."""

    rows: list[Row]
    """Status, value and error of each answer; value and error as the number of the future that they came from."""
    seconds: float
    """How long it took, by the clock of the probes."""
    asked: list[float]
    """How long the waits were to last that it began."""
    cancelled: list[bool]
    """Which of the futures are cancelled afterwards."""

    @property
    def done(self) -> set[int]:
        """The futures reported as done, with their values."""
        return {value for status, value, error in self.rows if status == "done" and type(value) is int and error is None}

    @property
    def late(self) -> list[str]:
        """The words for those that were not settled."""
        return [status for status, value, error in self.rows if status in LATE and value is None and error is None]

    @property
    def whole(self) -> bool:
        """Whether every answer is either."""
        return len(self.done) + len(self.late) == len(self.rows)


def _collect(
    learner: Learner, referee: Rendezvous, specs: list[Spec], places: list[int] | None = None, timeout: float | None = None
) -> Collected | ErrorValue:
    """Call collect on these futures (at these places of its list), or the exception that leaves it.

    Where something is still to happen, it must wait in a way that the clock knows; in any other a rest or a busy loop proves nothing.
    """
    try:
        reply = learner.run(probes.collect, tasks("collect"), specs, list(range(len(specs))) if places is None else places, timeout)
    except Raised as raised:
        return raised.error
    except Fate as fate:
        at_once = timeout == 0 or all(state not in LATE and not seconds for state, _, seconds in specs)
        seen = at_once or (fate.outcome is Outcome.DEADLOCKED and "stuck" in referee.labels)
        if fate.outcome in (Outcome.DEADLOCKED, Outcome.TIMED_OUT) and not seen:
            raise NoVerdict(messages.UNSEEN) from fate
        if fate.outcome is Outcome.DEADLOCKED:
            fate.text, fate.why = messages.collect_hangs(learner, timeout)
        raise
    return _collected(reply)


def _collected(reply: Any) -> Collected:
    """The probe's reply, if it is one; raises `Unfit`."""
    match reply:
        case {"type": str(kind)} if kind != "list":
            raise Unfit(messages.no_list(kind))
        case {"rows": list(rows), "seconds": int() | float() as seconds, "asked": list(asked), "cancelled": list(cancelled)}:
            if all(type(row) is tuple and 0 < len(row) <= 3 for row in rows) and _are_numbers(asked):
                if odd := next((row for row in rows if len(row) != 3), None):
                    raise Unfit(messages.no_settled(str(odd[0])))
                return Collected(rows, seconds, asked, cancelled)
    raise Unfit(messages.FORGED)


def _are_numbers(values: Any) -> bool:
    return type(values) is list and all(type(value) in (int, float) for value in values)


@check("04b.order", points=1, says="reports in the order of the list", about="sets-have-no-order", limits=BRIEF)
def test_order(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    learner.prepare(probes.install_clock)
    values = drawn(draw, 7)
    twins = _collect(learner, referee, [done(values[0]), done(values[1])], [0, 1, 0])
    if not _returned(twins, learner):
        return
    if not expect(len(twins.rows) == 3, partial(messages.twins_merged, len(twins.rows))):
        return

    ends, places = _orders(draw, 7)
    specs = [done(value, 1 + ends.index(number)) for number, value in enumerate(values)]
    got = _collect(learner, referee, specs, places)
    if not _returned(got, learner):
        return
    order = [value for _, value, _ in got.rows]
    if not expect(order == places, messages.in_order_of_ends if order == ends else partial(messages.mixed_up, 7)):
        return
    expect([value for _, value, _ in twins.rows] == [0, 1, 0], partial(messages.mixed_up, 3))

    nothing = _collect(learner, referee, [])
    if not _returned(nothing, learner) or not expect(not nothing.rows, messages.out_of_nothing):
        return
    try:
        mixed = _collect(learner, referee, [NEVER, done(values[2]), done(values[3])], [0, 1, 2, 0], timeout=5)
    except Fate as fate:
        if fate.outcome is Outcome.DEADLOCKED:
            return  # a time-out that is not kept is for the other checks to say
        raise
    if isinstance(mixed, Collected):
        kept = len(mixed.rows) == 4 and all(
            row[0] != "done" or row[1] == place for row, place in zip(mixed.rows, [0, 1, 2, 0], strict=True)
        )
        expect(kept, messages.settled_first)


def _orders(draw: random.Random, count: int) -> tuple[list[int], list[int]]:
    """The order in which so many futures end, and that in which they are listed: neither is the other, nor that of their making."""
    making = list(range(count))
    while True:
        ends, places = draw.sample(making, count), draw.sample(making, count)
        if making not in (ends, places) and ends not in (places, places[::-1]):
            return ends, places


def _returned(got: Collected | ErrorValue, learner: Learner) -> TypeGuard[Collected]:
    """Whether collect returned at all; says so if it did not."""
    return expect(isinstance(got, Collected), partial(messages.left, learner, "collect", got))


@check("04b.outcomes", points=1, says="reports values, errors, cancels", about="raised-or-returned", limits=BRIEF)
def test_outcomes(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    learner.prepare(probes.install_clock)
    one, another = drawn(draw, 2)
    specs = [done(0), done(""), done(error("ValueError")), done(one), ("cancelled", None, 0)]
    specs += [failed("ValueError"), failed("SystemExit"), failed("KeyboardInterrupt"), done(another)]
    for spec in specs:
        got = _collect(learner, referee, [spec])
        if not _returned(got, learner):
            return
        if not expect(got.rows == [_expected(spec, 0)], partial(messages.outcome, spec, got.rows)):
            return
    got = _collect(learner, referee, specs)
    if _returned(got, learner) and expect(len(got.rows) == len(specs), partial(messages.not_all, len(got.rows), len(specs))):
        expect(_sorted(got.rows) == _sorted([_expected(spec, number) for number, spec in enumerate(specs)]), messages.mixed_outcomes)


def _expected(spec: Spec, number: int) -> Row:
    """The answer for a settled future, number so and so of the call."""
    state, _, _ = spec
    return state, number if state == "done" else None, number if state == "failed" else None


def _sorted(rows: list[Row]) -> list[Row]:
    """The same answers in an order of ours: their own is for 04b.order."""
    return sorted(rows, key=repr)


@check(
    "04b.own_timeout",
    points=1,
    says="a task's TimeoutError is a failure",
    about="whose-timeouterror",
    needs=("04b.outcomes",),
    limits=BRIEF,
)
def test_own_timeout(learner: Learner, referee: Rendezvous) -> None:
    learner.prepare(probes.install_clock)
    cases: list[tuple[Spec, float | None]] = [
        (failed(name), timeout) for name in ("TimeoutError", "ReadTimeout") for timeout in (None, 200)
    ]
    for spec, timeout in [*cases, (failed("TimeoutError", 100), 200)]:
        got = _collect(learner, referee, [spec], timeout=timeout)
        if not _returned(got, learner):
            return
        if not expect(got.rows == [("failed", None, 0)], partial(messages.own_timeout, got.rows)):
            return


@check("04b.total", points=2, says="keeps one deadline for the whole list", about="one-deadline", limits=BRIEF)
def test_total(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    """A to E end as the rubric of a deadline T says. What was reported decides, then a time that is off by half of T and more."""
    learner.prepare(probes.install_clock)
    T = draw.randint(160, 250)  # noqa: N806 - more than twice the wall limit: a wait in real time can only end there, without a verdict
    values = drawn(draw, 4)
    spread = draw.sample([0.9, 1.8, 2.7, 3.6], 4)
    calls: dict[str, tuple[list[Spec], float | None]] = {
        "A": ([done(values[0], 0.8 * T), done(values[1], 1.7 * T), NEVER, done(values[3])], T),
        "B": ([done(value, part * T) for value, part in zip(values, spread, strict=True)], T),
        "C": ([done(values[0], 0.1 * T), done(values[1], 0.2 * T), done(values[2])], T),
        "D": ([done(values[0], 5 * T)], None),
        "E": ([NEVER, done(values[1], 1.7 * T)], T),
    }
    got: dict[str, Collected] = {}
    for name, (specs, timeout) in calls.items():
        answer = _collect(learner, referee, specs, timeout=timeout)
        if not _returned(answer, learner):
            return
        got[name] = answer
    a, b, c, d, e = (got[name] for name in "ABCDE")
    first = spread.index(0.9)
    early = [each.seconds for each, known in ((a, 0), (b, first), (e, None)) if each.seconds < 0.95 * T and known not in each.done]
    verdicts = (
        (not e.done and e.seconds <= 1.5 * T, partial(messages.each_its_own, T, e.seconds, len(e.rows))),
        (b.seconds <= 1.5 * T, partial(messages.restarts, T, b.seconds)),
        (not early, partial(messages.too_early, T, early)),
        (3 in a.done, partial(messages.not_looked_at, a.late)),
        (c.seconds <= 0.6 * T, partial(messages.sleeps, T, c.seconds, 0.2 * T)),
        (d.done == {0}, partial(messages.none_ends, d.seconds)),
        (a.done == {0, 3} and a.whole and len(a.rows) == 4, messages.misreported),
        (b.done == {first} and b.whole and len(b.rows) == 4, messages.misreported),
        (c.done == {0, 1, 2} and len(c.rows) == 3 and e.whole and len(e.rows) == 2, messages.misreported),
    )
    for ok, message in verdicts:
        if not expect(ok, message):
            return


@check("04b.zero", points=1, says="timeout=0 looks once", about="zero-is-not-none", limits=BRIEF)
def test_zero(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    learner.prepare(probes.install_clock)
    one, another = drawn(draw, 2)
    got = _collect(learner, referee, [done(one), ("pending", None, 0), NEVER, done(another)], timeout=0)
    if not _returned(got, learner):
        return
    if expect(not got.asked, messages.zero_waits):
        words = [status for status, _, _ in got.rows]
        right = got.done == {0, 3} and sorted(got.late) == ["pending", "running"] and got.whole and len(words) == 4
        expect(right, partial(messages.zero, words))


@check("04b.keeps", points=1, says="cancels nothing", about="result-waits", limits=BRIEF)
def test_keeps(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    learner.prepare(probes.install_clock)
    specs: list[Spec] = [("pending", None, 0), NEVER, ("pending", None, 0), done(drawn(draw, 1)[0])]
    got = _collect(learner, referee, specs, timeout=50)
    if isinstance(got, ErrorValue) and got.type == "TimeoutError":
        return  # for 04b.total to say
    if _returned(got, learner) and expect(got.cancelled == [False] * 4, messages.cancels):
        expect(len(got.rows) == 4, partial(messages.not_all, len(got.rows), 4))


# -- 04c -----------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counted:
    """What one call of cancel_all came to."""

    stopped: int
    too_late: int
    cancelled: list[bool]
    """Which of the futures are cancelled afterwards."""

    @property
    def counts(self) -> tuple[int, int]:
        """(stopped, too_late)."""
        return self.stopped, self.too_late


def _cancel(learner: Learner, states: list[str], places: list[int] | None = None, *, once: bool = False) -> Counted:
    """Call cancel_all on futures in these states, at these places of its list (`once`: of its generator). Without the clock."""
    places = list(range(len(states))) if places is None else places
    try:
        reply = learner.run(probes.cancel_all, tasks("cancel_all"), states, places, once)
    except Fate as fate:
        if fate.outcome is Outcome.DEADLOCKED:
            fate.text, fate.why = messages.cancel_hangs(states)
        raise
    match reply:
        case {"counts": (int(stopped), int(too_late)), "cancelled": list(cancelled)}:
            return Counted(stopped, too_late, cancelled)
        case {"type": str(kind)}:
            raise Unfit(messages.no_cancelled(kind))
    raise Unfit(messages.FORGED)


@check("04c.stopped", points=1, says="cancels all that is pending", about="cancel-asks", limits=QUICK)
def test_stopped(learner: Learner, draw: random.Random) -> None:
    count = draw.randint(4, 7)
    got = _cancel(learner, ["pending"] * count)
    if not expect(
        got.counts == (count, 0) and got.cancelled == [True] * count, partial(messages.stopped, count, got.counts, got.cancelled)
    ):
        return
    got = _cancel(learner, ["running", "pending", "done", "pending"])
    expect(got.cancelled == [False, True, False, True], partial(messages.gave_up, got.cancelled))


@check("04c.too_late", points=1, says="counts running and finished as too late", about="cancel-asks", limits=QUICK)
def test_too_late(learner: Learner) -> None:
    for state in ("running", "done", "failed"):
        from_list = _cancel(learner, [state])
        if not expect(from_list.counts == (0, 1), partial(messages.too_late, state, from_list.counts)):
            return
        from_generator = _cancel(learner, [state], once=True)
        if not expect(from_generator.counts == (0, 1), messages.twice_over):
            return


@check("04c.already", points=1, says="leaves out those cancelled before", about="cancel-asks", needs=("04c.stopped",), limits=QUICK)
def test_already(learner: Learner) -> None:
    for count in (1, 3):
        got = _cancel(learner, ["cancelled"] * count)
        if not expect(got.counts == (0, 0), partial(messages.already, got.counts)):
            return


@check("04c.duplicates", points=1, says="counts a future once", about="your-turn", needs=("04c.stopped", "04c.too_late"), limits=QUICK)
def test_duplicates(learner: Learner) -> None:
    for state, times, counts in (("pending", 3, (1, 0)), ("running", 2, (0, 1)), ("done", 2, (0, 1))):
        got = _cancel(learner, [state], [0] * times)
        if not expect(got.counts == counts, partial(messages.counted_twice, times, got.counts)):
            return
