"""Hidden suite for exercise 05: the GIL, cores and choosing.

05a and 05c are asked with numbers that are exact in binary, so that no order of the arithmetic tips a boundary. 05b runs in the scheduler, and
its clock counts events: a time is right when exactly the submits and ends that belong to it lie in it.
"""

import operator
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from grader.suite.check import POLLS, NoVerdict, check, expect, probes, tasks
from grader.suite.explored import Explored, explore
from grader.suite.learner import Learner, Raised
from grader.suite.rendezvous import Rendezvous
from grader.suites.ex05_gil_and_cores import messages

QUICK = {"cpu": 2}
EXACT: dict[str, Any] = {"executions": 60, "bound": 0, "random": 0}
"""One order of forced switches after another: for what does not depend on who is interrupted."""
SOME: dict[str, Any] = {"executions": 60, "bound": 1, "random": 10}
SECONDS = 17.125
"""By the probes' clock, for each call that is submitted and ends."""
FAR_WORKERS = 2
CHUNK = 16
"""The largest chunk of which every worker still gets one."""


# -- 05a -------------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Job:
    """As in the stub."""

    cpu_s: float = 1.0
    wait_s: float = 0.25
    tasks: int = 8
    payload_bytes: int = 0
    picklable: bool = True
    free_threaded: bool = False

    @property
    def row(self) -> tuple[Any, ...]:
        """The fields, in the stub's order."""
        return self.cpu_s, self.wait_s, self.tasks, self.payload_bytes, self.picklable, self.free_threaded


MB25 = 25_000_000
"""Bytes that take a quarter of a second to travel."""
SMALL = (
    Job(tasks=1, cpu_s=32.0),
    Job(tasks=1, cpu_s=0.5, wait_s=8.0),
    Job(tasks=4, cpu_s=0.015625, wait_s=0.0),
    Job(tasks=2, cpu_s=0.0, wait_s=0.03125),
    Job(tasks=3, cpu_s=0.03125, wait_s=0.0, free_threaded=True),
)
WAITS = (
    Job(cpu_s=0.5, wait_s=0.5),
    Job(cpu_s=0.0, wait_s=2.0, picklable=False),
    Job(cpu_s=0.5, wait_s=0.75, tasks=100, payload_bytes=4 * MB25),
    Job(tasks=2, cpu_s=0.0, wait_s=0.0625),
    Job(tasks=4, cpu_s=0.015625, wait_s=0.015625, free_threaded=True),
)
FREE = (
    Job(free_threaded=True),
    Job(free_threaded=True, picklable=False),
    Job(free_threaded=True, tasks=2, cpu_s=0.0625, wait_s=0.0),
    Job(free_threaded=True, cpu_s=0.25, wait_s=0.125, payload_bytes=8 * MB25),
)
STAYS = (Job(picklable=False), Job(picklable=False, cpu_s=64.0, tasks=64), Job(picklable=False, cpu_s=0.5, wait_s=0.375))
PAYS = (
    (Job(tasks=8, cpu_s=0.5), "processes"),
    (Job(tasks=4, cpu_s=0.25, wait_s=0.125), "processes"),
    (Job(tasks=2, cpu_s=0.375, wait_s=0.0), "processes"),  # 0.5625 saved, 0.5 the cost
)
PAYS_NOT = (
    (Job(tasks=2, cpu_s=0.25, wait_s=0.0), "serial"),  # 0.375 saved
    (Job(tasks=8, cpu_s=0.0625, wait_s=0.0), "serial"),
    (Job(tasks=2, cpu_s=0.0625, wait_s=0.0), "serial"),  # 0.125 in all: rule 1 says less
    (Job(tasks=8, cpu_s=0.25, wait_s=0.125, payload_bytes=3 * MB25), "serial"),
    (Job(tasks=64, cpu_s=1.0, payload_bytes=4 * MB25), "serial"),
)
EVEN = (
    (Job(tasks=8, cpu_s=0.25, wait_s=0.0, payload_bytes=MB25 // 2), "serial"),  # 1.5 saved, 1.5 the cost
    (Job(tasks=4, cpu_s=0.5, wait_s=0.25, payload_bytes=MB25), "serial"),  # 1.5 and 1.5
)


def _recommended(learner: Learner, jobs: list[Job]) -> list[Any]:
    said = learner.run(probes.recommend, tasks("recommend"), tasks("Job"), [job.row for job in jobs])
    return said if isinstance(said, list) and len(said) == len(jobs) else [said] * len(jobs)


def _each(learner: Learner, draw: random.Random, rule: int, wanted: list[tuple[Job, str]]) -> None:
    """Ask about these jobs, and about neighbours of each to which the same rule applies."""
    near = [(_near(draw, job), *_rule(job)) for job, _ in wanted]
    asked = [*wanted, *((job, word) for job, number, word in near if _rule(job) == (number, word))]
    for (job, word), said in zip(asked, _recommended(learner, [job for job, _ in asked]), strict=True):
        if not expect(said == word, partial(messages.recommended, job.row, said, word, rule)):
            return


def _near(draw: random.Random, job: Job) -> Job:
    return replace(job, tasks=job.tasks * draw.choice((1, 2, 3)), cpu_s=job.cpu_s * draw.choice((0.5, 1, 2)))


def _rule(job: Job) -> tuple[int, str]:
    """The first rule of the stub that applies, and its word."""
    saved, cost = job.tasks * job.cpu_s * 0.75, 0.5 + job.tasks * job.payload_bytes / (4 * MB25)
    rules = (
        (job.tasks == 1 or job.tasks * (job.cpu_s + job.wait_s) < 0.125, "serial"),
        (job.wait_s >= job.cpu_s, "threads"),
        (job.free_threaded, "threads"),
        (not job.picklable, "serial"),
        (saved > cost, "processes"),
        (True, "serial"),
    )
    return next((number, word) for number, (applies, word) in enumerate(rules, 1) if applies)


@check("05a.small", points=2, says="does what is little, or one thing, by itself", about="too-small-to-share", limits=QUICK)
def test_small(learner: Learner, draw: random.Random) -> None:
    _each(learner, draw, 1, [(job, "serial") for job in SMALL])


@check("05a.waits", points=2, says="lets waits overlap in threads", about="waits-overlap", limits=QUICK)
def test_waits(learner: Learner, draw: random.Random) -> None:
    _each(learner, draw, 2, [(job, "threads") for job in WAITS])


@check("05a.free", points=1, says="without the GIL threads compute at once", about="without-the-stamp", limits=QUICK)
def test_free(learner: Learner, draw: random.Random) -> None:
    _each(learner, draw, 3, [(job, "threads") for job in FREE])


@check("05a.stays", points=1, says="sends nothing that cannot be pickled", about="what-processes-cost", limits=QUICK)
def test_stays(learner: Learner, draw: random.Random) -> None:
    _each(learner, draw, 4, [(job, "serial") for job in STAYS])


@check("05a.pays", points=1, says="takes processes where they pay", about="what-processes-cost", limits=QUICK)
def test_pays(learner: Learner, draw: random.Random) -> None:
    _each(learner, draw, 5, list(PAYS))


@check("05a.costs", points=2, says="and not where they cost more than they save", about="what-processes-cost", limits=QUICK)
def test_costs(learner: Learner, draw: random.Random) -> None:
    _each(learner, draw, 6, [*PAYS_NOT, *EVEN])


# -- 05b -------------------------------------------------------------------------------------------------------------------------------


def _measured(learner: Learner, right: Callable[[Any], bool], budget: dict[str, Any], *args: Any) -> Explored:
    return explore(learner, probes.measure, *args, task="measure", right=lambda got: type(got) is dict and right(got), **budget)


def _results(items: list[int], warm_up: bool, got: dict[str, Any]) -> bool:
    return bool(got["results"] == [item * 10 for item in items] and got["calls"] == sorted([*items, *items[:1]] if warm_up else items))


def _took(count: int, got: dict[str, Any]) -> bool:
    return bool(got["seconds"] == SECONDS * count)


@check("05b.results", points=2, says="calls fn once with each item, results in order", about="measure-the-work")
def test_results(learner: Learner, draw: random.Random) -> None:
    for items, streamed in ((draw.sample(range(10, 99), 4), False), (draw.sample(range(10, 99), 3), True), ([7, 3, 7], False), ([], True)):
        found = _measured(learner, partial(_results, items, False), EXACT, items, 2, streamed, False)
        if not expect(found.failure is None, partial(messages.results, learner, found, items, streamed)):
            return
    items = draw.sample(range(10, 99), 3)
    found = _measured(learner, lambda got: got["results"] == [item * 10 for item in items], SOME, items, 3, False, False)
    expect(found.failure is None, partial(messages.results, learner, found, items, False))


@check(
    "05b.given",
    points=1,
    says="works in the executor that it is given, and leaves it open",
    about="measure-the-work",
    needs=("05b.results",),
)
def test_given(learner: Learner, draw: random.Random) -> None:
    for warm_up in (False, True):
        items = draw.sample(range(10, 99), 3)
        found = _measured(learner, lambda got: not got["elsewhere"] and not got["over"], EXACT, items, 2, False, warm_up)
        if not expect(found.failure is None, partial(messages.given, learner, found)):
            return


@check("05b.clock", points=1, says="reads the clock in the thread that measures", about="measure-the-work", needs=("05b.results",))
def test_clock(learner: Learner, draw: random.Random) -> None:
    found = _measured(learner, lambda got: set(got["readers"]) <= {"main"}, EXACT, draw.sample(range(10, 99), 3), 2, False, False)
    expect(found.failure is None, partial(messages.clock, learner, found))


@check("05b.at_once", points=2, says="as many calls at once as the executor has workers", about="measure-the-work", needs=("05b.given",))
def test_at_once(learner: Learner) -> None:
    for count, workers in ((6, 3), (4, 1)):
        found = explore(learner, probes.measure_meeting, count, workers, task="measure", right=partial(operator.eq, workers), **EXACT)
        if not expect(found.failure is None, partial(messages.at_once, learner, found, count, workers)):
            return


@check(
    "05b.seconds",
    points=3,
    says="the time holds all of the work, and nothing else",
    about="measure-the-work",
    needs=("05b.clock", "05b.at_once"),
)
def test_seconds(learner: Learner, draw: random.Random) -> None:
    for count, workers, budget in ((4, 2, EXACT), (2, 2, SOME), (0, 1, EXACT)):
        items = draw.sample(range(10, 99), count)
        found = _measured(learner, partial(_took, count), budget, items, workers, False, False)
        if not expect(found.failure is None, partial(messages.seconds, learner, found, count)):
            return


@check("05b.warm_up", points=2, says="warms up before the time begins, when asked", about="the-first-call", needs=("05b.seconds",))
def test_warm_up(learner: Learner, draw: random.Random) -> None:
    for count, streamed, budget in ((3, False, EXACT), (2, True, SOME), (0, False, EXACT)):
        items = draw.sample(range(10, 99), count)

        def right(got: dict[str, Any], items: list[int] = items) -> bool:
            return _results(items, True, got) and got["seconds"] == SECONDS * len(items)

        found = _measured(learner, right, budget, items, 2, streamed, True)
        if not expect(found.failure is None, partial(messages.warm_up, learner, found, items)):
            return


@check(
    "05b.processes",
    points=2,
    says="works in a pool of processes too",
    about="measure-the-work",
    needs=("05b.warm_up",),
    processes=True,
    limits={"cpu": 8},
)
def test_processes(learner: Learner, referee: Rendezvous, draw: random.Random, start_method: str) -> None:
    referee.form = lambda label: type(label) is int
    referee.answers = lambda label: label * 10
    for warm_up in (False, True):
        items = draw.sample(range(10, 99), CHUNK * FAR_WORKERS)
        calls = len(items) + warm_up
        if not warm_up:
            referee.hold()
        before = len(referee.arrivals)
        with messages.far_away():
            try:
                got = learner.run(probes.measure_far, tasks("measure"), items, FAR_WORKERS, warm_up)
            except Raised as raised:
                got = raised.error
        made = len(referee.arrivals) - before
        if not expect(
            got == [item * 10 for item in items] and made == calls and not referee.in_main,
            partial(messages.far, learner, items, warm_up, got, made, referee.in_main),
        ):
            return
        if not warm_up and referee.peak != FAR_WORKERS:
            if not referee.sure:
                raise NoVerdict(f"How many calls run at once could not be counted: {POLLS}. Seen: {referee.peak}.")
            expect(False, partial(messages.far_in_turn, learner, calls, referee.peak, FAR_WORKERS))
            return


@check("05b.error", points=1, says="raises what a call raises", about="measure-the-work", needs=("05b.results",))
def test_error(learner: Learner, draw: random.Random) -> None:
    items = draw.sample(range(10, 99), 4)
    for bad in (items[0], items[2]):
        found = explore(
            learner,
            probes.measure_failing,
            items,
            bad,
            task="measure",
            right=lambda got: type(got) is dict and got["said"] == "LookupError",
            **EXACT,
        )
        if not expect(found.failure is None, partial(messages.error, learner, found, bad)):
            return


# -- 05c -------------------------------------------------------------------------------------------------------------------------------


def _parts(learner: Learner, kind: str, count: int, n: int) -> tuple[Any, bool]:
    """What `split` makes of so many items, and whether they are as they were."""
    parts, same = learner.run(probes.split, tasks("split"), kind, count, n)
    return parts, same


def _items(kind: str, count: int) -> list[Any]:
    return [chr(97 + item) for item in range(count)] if kind == "str" else list(range(count))


def _whole(parts: Any) -> list[Any]:
    """All items of the parts, in order; None where they are no parts."""
    good = isinstance(parts, list) and all(isinstance(part, list) for part in parts)
    return [item for part in parts for item in part] if good else [None]


@check("05c.whole", points=2, says="nothing is lost, doubled or moved", about="equal-parts", limits=QUICK)
def test_whole(learner: Learner, draw: random.Random) -> None:
    for count, n in (
        (6, 3),
        (7, 3),
        (5, 1),
        (0, 3),
        (15, 11),  # 11 steps of 15 / 11, a float, end before 15
        (30, 13),
        (draw.randint(20, 40), draw.randint(3, 7)),
        (draw.randint(41, 90), draw.randint(8, 13)),
    ):
        parts, _ = _parts(learner, "list", count, n)
        if not expect(_whole(parts) == list(range(count)), partial(messages.whole, count, n, parts)):
            return


@check("05c.even", points=2, says="no part has two items more than another", about="equal-parts", needs=("05c.whole",), limits=QUICK)
def test_even(learner: Learner, draw: random.Random) -> None:
    for count, n in ((9, 4), (7, 3), (10, 4), (8, 3), (16, 5), (12, 12), (draw.randint(20, 60), draw.randint(3, 9))):
        parts, _ = _parts(learner, "list", count, n)
        sizes = [len(part) for part in parts]
        # What is missing to n parts is 05c.many's where there are enough items.
        if not expect(len(sizes) == min(n, count) and max(sizes) - min(sizes) <= 1, partial(messages.even, count, n, sizes)):
            return


@check("05c.few", points=1, says="no part is empty", about="equal-parts", needs=("05c.whole",), limits=QUICK)
def test_few(learner: Learner) -> None:
    for count, n in ((2, 5), (0, 1), (1, 2), (0, 4), (3, 4)):
        parts, _ = _parts(learner, "list", count, n)
        if not expect([len(part) for part in parts] == [1] * count, partial(messages.few, count, n, parts)):
            return


@check("05c.kinds", points=1, says="any sequence will do, and stays as it is", about="equal-parts", needs=("05c.whole",), limits=QUICK)
def test_kinds(learner: Learner) -> None:
    for kind in ("list", "tuple", "str", "range", "shelf"):
        parts, same = _parts(learner, kind, 7, 3)
        if not expect(_whole(parts) == _items(kind, 7) and same, partial(messages.kinds, kind, parts, same)):
            return


@check("05c.refuses", points=1, says="fewer than one worker is an error", about="equal-parts", limits=QUICK)
def test_refuses(learner: Learner) -> None:
    for count, n in ((3, 0), (5, -2), (0, 0)):
        said = learner.run(probes.refused, tasks("split"), count, n)
        if not expect(said == "ValueError", partial(messages.refuses, count, n, said)):
            return
