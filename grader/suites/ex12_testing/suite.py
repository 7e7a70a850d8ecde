"""Hidden suite for exercise 12: testing concurrent code.

12a is held against a model of the drawn programs. 12b turns the tables: the learner's tests are run on caches of ours, each test by itself.
On caches that keep their promises it must pass in every order tried, with sleeps that may end early. On each of the six others one test must
fail, or never end, in every order in which nobody is interrupted, and do so too when a sleep takes no time.
"""

import copy
import random
from collections.abc import Callable
from functools import partial
from typing import Any

from grader.suite.check import NoVerdict, check, expect, probes, tasks
from grader.suite.explored import OUTSIDE, Ending, Explored, explore, search
from grader.suite.learner import Learner, Raised, Unfit, Unwritten
from grader.suites.ex12_testing import messages

Step = list[tuple[str, str, Any]]
Steps = list[list[Step]]

RIGHT = ("future", "lock", "condition")
"""The caches that keep their promises."""
ALL_RIGHT, LEAST_RIGHT = 450, 12
"""Executions for all tests on all of them, and for each test on each."""
PLANTED = 200
"""Executions for one test on a planted cache: far more than the orders of a few threads that nobody interrupts."""
ALL_LUCKY, LEAST_LUCKY = 300, 10
"""To tell a test that finds it sometimes from one that never does."""

# -- 12a -------------------------------------------------------------------------------------------------------------------------------


def expected(programs: Steps, state: dict[str, Any]) -> set[Any]:
    """Every outcome, of a model: programs are lists of steps, and where each of them is can be copied. Raises `LookupError` as they do."""
    found: set[Any] = set()

    def go_on(now: dict[str, Any], places: tuple[int, ...], own: tuple[int, ...]) -> None:
        if all(place == len(steps) for place, steps in zip(places, programs, strict=True)):
            found.add(tuple(sorted(now.items())))
        for number, place in enumerate(places):
            if place < len(programs[number]):
                after = copy.deepcopy(now)
                kept = _take(programs[number][place], after, own[number])
                go_on(after, _with(places, number, place + 1), _with(own, number, kept))

    go_on(copy.deepcopy(state), (0,) * len(programs), (0,) * len(programs))
    return found


def _with(values: tuple[int, ...], place: int, value: int) -> tuple[int, ...]:
    return (*values[:place], value, *values[place + 1 :])


def _take(step: Step, state: dict[str, Any], own: int) -> int:
    for what, name, value in step:
        if what == "say":
            state[name] += value
        elif what == "read":
            own = state[name]
        elif what == "write":
            state[name] = own + value
        elif what == "append":
            state[name][0].append(value)
        elif what == "freeze":
            state["left"] -= 1
            if state["left"] == 0:
                state[name] = "".join(state[name][0])
    return own


def says(draw: random.Random, lengths: list[int]) -> tuple[Steps, dict[str, Any]]:
    """Programs that say their steps, so that an outcome tells its order: of lengths 2 and 1, "A1B1A2" is one."""
    name = draw.choice(["said", "log", "order"])
    return [[[("say", name, f"{'ABC'[number]}{step}")] for step in range(1, length + 1)] for number, length in enumerate(lengths)], {
        name: ""
    }


def adds(draw: random.Random) -> tuple[Steps, dict[str, Any]]:
    """Two programs that each read a number in one step, and write what they make of it in the next."""
    first, second = draw.randrange(1, 9), draw.randrange(10, 90)
    return [[[("read", "n", 0)], [("write", "n", first)]], [[("read", "n", 0)], [("write", "n", second)]]], {"n": draw.randrange(100, 900)}


def _outcomes(learner: Learner, programs: Steps, state: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """What the learner's function returns, in the right form, and the state afterwards."""
    reply = learner.run(probes.outcomes, tasks("outcomes"), programs, copy.deepcopy(state))
    if type(reply) is not list or len(reply) != 3 or type(reply[1]) is not list or type(reply[2]) is not dict:
        raise Unfit(messages.FORGED)
    kind, found, after = reply
    misshapen = [each for each in found if type(each) is not tuple]
    if kind != "set" or misshapen:
        raise Unfit(messages.misshapen(kind, misshapen))
    unsorted = [each for each in found if [name for name, _ in each] != sorted(str(name) for name, _ in each)]
    if unsorted:
        raise Unfit(messages.unsorted(unsorted[0]))
    return found, after


def _reaches(learner: Learner, programs: Steps, state: dict[str, Any]) -> bool:
    """Whether the outcomes are those of the model."""
    wanted = expected(programs, state)
    found, _ = _outcomes(learner, programs, state)
    return expect(
        len(found) == len(wanted) and all(each in wanted for each in found),
        lambda: messages.orders(learner, [len(steps) for steps in programs], state, found, wanted),
    )


@check("12a.all", points=3, says="reaches every order, and no other", about="every-order")
def test_all(learner: Learner, draw: random.Random) -> None:
    for programs, state in (says(draw, [1, 1]), says(draw, [2, 2]), adds(draw), says(draw, [2, 2, 2])):
        if not _reaches(learner, programs, state):
            return


@check("12a.lengths", points=2, says="takes every step of programs of any length", about="every-order", needs=("12a.all",))
def test_lengths(learner: Learner, draw: random.Random) -> None:
    longer = draw.choice([3, 4])
    for lengths in ([1], [longer], [longer, 1], [1, longer], [3, 1, 2]):
        if not _reaches(learner, *says(draw, lengths)):
            return


@check("12a.fresh", points=2, says="begins every order anew, and leaves the state alone", about="every-order", needs=("12a.all",))
def test_fresh(learner: Learner, draw: random.Random) -> None:
    count = draw.randrange(10, 90)
    found, _ = _outcomes(learner, [], {"n": count, "said": "x"})
    if not expect(found == [(("n", count), ("said", "x"))], lambda: messages.no_programs(learner, found)):
        return
    programs: Steps = [[[("append", "log", f"{name}{step}")] for step in (1, 2)] for name in "AB"]
    for steps in programs:
        steps[-1].append(("freeze", "log", ""))
    state = {"log": ([],), "left": 2}
    wanted = expected(programs, state)
    try:
        found, after = _outcomes(learner, programs, state)
    except Raised as raised:
        error = raised.error
        expect(False, lambda: messages.not_fresh_raised(learner, error))
        return
    right = len(found) == len(wanted) and all(each in wanted for each in found)
    expect(right and after == state, lambda: messages.not_fresh(learner, state, after, [each for each in found if each not in wanted]))


@check("12a.error", points=1, says="raises what a step raises", about="every-order", needs=("12a.lengths",))
def test_error(learner: Learner) -> None:
    # Only in the order in which the other one is through before.
    programs: Steps = [[[("say", "said", "A1")], [("say", "said", "A2")]], [[("refuse", "said", "A2"), ("say", "said", "B1")]]]
    try:
        found, _ = _outcomes(learner, programs, {"said": ""})
    except Raised as raised:
        error = raised.error
        expect(error.type == "LookupError", lambda: messages.another_error(learner, error))
    else:
        expect(False, lambda: messages.swallowed(learner, found))


# -- 12b -------------------------------------------------------------------------------------------------------------------------------


def _names(learner: Learner) -> tuple[list[str], list[tuple[str, str]]]:
    """The learner's tests, and what looks like one and is none, with the reason."""
    found = search(learner, "tests_of", task="", right=lambda value: True, executions=1, bound=0, random=0)
    listed = found.endings[0].value if found.endings and found.endings[0].kind == "returned" else None
    if type(listed) is not list:
        raise NoVerdict("Your file does not load when the scheduler runs it.")
    pairs = [(str(name), str(unfit)) for name, unfit in listed]
    return [name for name, unfit in pairs if not unfit], [pair for pair in pairs if pair[1]]


def _passed(ending: Ending) -> bool:
    """Whether a test has passed. Whatever threads it leaves: that is for the caches that keep their promises."""
    if ending.kind in OUTSIDE:
        raise NoVerdict(f"Your tests cannot be tried in other orders: {OUTSIDE[ending.kind].format(ending.value)}.")
    return ending.kind == "returned" and _fields(ending.value)[0] == "passed"


def _fields(value: Any) -> list[Any]:
    if type(value) is not list or len(value) != 6:
        raise NoVerdict("A test of yours has changed the grader that ran it.")
    return value


def _run(learner: Learner, name: str, cache: str, *, quick: bool, executions: int, until: Callable[[Ending], bool]) -> Explored:
    """A test on a cache, in orders in which nobody is interrupted: all of them, or so many, or until one ends in some way."""
    found, before = None, -1
    while found is None or (
        found.exhausted < 0 and before < found.executions < executions and not any(until(ending) for ending in found.endings)
    ):
        before = found.executions if found else -1
        # A search stops at a deadlock; called again it goes on. It begins with one: most tests pass at once, or never.
        found = search(
            learner,
            "run_test",
            (name, cache, quick),
            task="",
            right=lambda value: not until(Ending("returned", value, "", 1)),
            executions=min(50, executions) if before >= 0 or found else 1,
            bound=0,
            random=0,
        )
    return found


def _always_fails(learner: Learner, name: str, cache: str, *, quick: bool) -> bool:
    """Whether it passes in no order in which nobody is interrupted."""
    found = _run(learner, name, cache, quick=quick, executions=PLANTED, until=_passed)
    return not any(map(_passed, found.endings))


@check("12b.tests", points=1, says="there are tests, and they make a cache", about="test-the-promise")
def test_tests(learner: Learner) -> None:
    names, unfit = _names(learner)
    made = 0
    for name in names:
        found = _run(learner, name, RIGHT[0], quick=False, executions=1, until=_passed)
        for ending in found.endings:
            if ending.kind == "returned":
                made += _fields(ending.value)[5]
                if _fields(ending.value)[0] == "NotImplementedError":
                    raise Unwritten(name)
            else:
                made += 1  # it has got far enough to stand still
    if expect(bool(names) and not [pair for pair in unfit if pair[1] != "class"], lambda: messages.no_tests(names, unfit)):
        expect(made > 0, lambda: messages.makes_none(names))


@check(
    "12b.right",
    points=3,
    says="pass on a cache that keeps its promises, in every order",
    about="test-the-promise",
    needs=("12b.tests",),
    limits={"cpu": 30},
)
def test_right(learner: Learner) -> None:
    names, _ = _names(learner)
    each = max(LEAST_RIGHT, ALL_RIGHT // (len(names) * len(RIGHT)))
    for name in names:
        for cache in RIGHT:
            found = explore(
                learner,
                probes.run_test,
                name,
                cache,
                False,
                task="",
                right=lambda value: _fields(value)[0] == "passed" and value[3] == 0,
                executions=each,
                bound=1,
                random=each // 4,
                patient=True,
            )
            if found.failure:
                elsewhere = any(not _always_fails(learner, name, other, quick=False) for other in RIGHT if other != cache)
                exact = _run(learner, name, cache, quick=False, executions=PLANTED, until=lambda ending: not _passed(ending))
                early = "!" in found.failure.schedule and all(map(_passed, exact.endings))
                expect(False, partial(messages.unfair, learner, name, found, elsewhere=elsewhere, early=early))
                return


def _finds(learner: Learner, cache: str) -> None:
    """Expects that some test fails on this cache whatever the order."""
    names, _ = _names(learner)
    sleepers = []
    for name in names:
        if _always_fails(learner, name, cache, quick=False):
            if _always_fails(learner, name, cache, quick=True):
                return
            sleepers.append(name)
    if sleepers:
        expect(False, lambda: messages.sleeps(learner, cache, sleepers[0]))
        return
    unheard = ""
    for name in names:
        budget = max(LEAST_LUCKY, ALL_LUCKY // len(names))
        found = _run(learner, name, cache, quick=False, executions=budget, until=lambda ending: False)
        passes = sum(ending.count for ending in found.endings if _passed(ending))
        fails = sum(ending.count for ending in found.endings if not _passed(ending))
        if fails:
            expect(False, partial(messages.lucky, learner, cache, name, fails, passes))
            return
        if any(_passed(ending) and "AssertionError" in _fields(ending.value)[4] for ending in found.endings):
            unheard = unheard or name
    expect(False, lambda: messages.unheard(learner, cache, unheard) if unheard else messages.missed(cache, names))


@check("12b.twice", points=1, says="find that a key is loaded twice", about="bring-them-together", needs=("12b.right",))
def test_twice(learner: Learner) -> None:
    _finds(learner, "twice")


@check("12b.apart", points=1, says="find that one slow key keeps the others waiting", about="bring-them-together", needs=("12b.right",))
def test_apart(learner: Learner) -> None:
    _finds(learner, "apart")


@check("12b.error", points=1, says="find that what load raised is kept", about="test-the-promise", needs=("12b.right",))
def test_kept_error(learner: Learner) -> None:
    _finds(learner, "error")


@check("12b.stuck", points=1, says="find that a key is stuck once load has raised", about="bound-every-wait", needs=("12b.right",))
def test_stuck(learner: Learner) -> None:
    _finds(learner, "stuck")


@check("12b.none", points=1, says="find that None is loaded again", about="test-the-promise", needs=("12b.right",))
def test_none(learner: Learner) -> None:
    _finds(learner, "none")


@check("12b.stale", points=1, says="find that a dropped key comes back", about="bring-them-together", needs=("12b.right",))
def test_stale(learner: Learner) -> None:
    _finds(learner, "stale")
