"""Hidden suite for exercise 09: queues, events, semaphores.

Each check is a scenario of probes.py, run by the scheduler. Time is virtual there: a sleep costs nothing, and passes when nobody else can go
on. How far a pump reads ahead is counted where the items are pulled and where their work ends, so the number is exact. What holds at any
moment is tried in every order of up to two preemptions. What takes its time (three calls in three intervals) is tried in those without any,
in which no time-out comes early: `EXACT`.
"""

import random
from functools import partial
from typing import Any

from grader.suite.check import check, expect, probes
from grader.suite.explored import explore
from grader.suite.learner import Learner
from grader.suites.ex09_queues import messages

MANY: dict[str, Any] = {"executions": 250, "bound": 2, "random": 40}
"""Where two threads meet."""
SOME: dict[str, Any] = {"executions": 70, "bound": 1, "random": 15}
"""Where there are more of them, and each mistake needs one preemption at most."""
TICKING: dict[str, Any] = {"executions": 150, "bound": 2, "random": 0}
"""Where there is a clock: of random orders, some would let it tick for ever before anybody else comes to his turn."""
EXACT: dict[str, Any] = {"executions": 60, "bound": 0, "random": 0}
"""Virtual time as a clock would show it."""

# -- 09a -------------------------------------------------------------------------------------------------------------------------------


@check("09a.pairs", points=1, says="each item with its result", about="one-hands-over-one-takes")
def test_pairs(learner: Learner, draw: random.Random) -> None:
    items = draw.sample(range(10, 99), 4)
    for given, streamed, workers in ((items, False, 1), (items, True, 1), ([], True, 1)):
        wanted = sorted([item, item * 10] for item in given)
        found = explore(learner, probes.pump_each, given, streamed, workers, task="pump", right=partial(_same, wanted), **EXACT)
        if not expect(found.failure is None, partial(messages.each, learner, found, given, streamed, workers, wanted)):
            return


def _same(wanted: list[Any], got: Any) -> bool:
    """The same pairs, in whatever order."""
    return type(got) is list and all(type(pair) is list for pair in got) and sorted(map(repr, got)) == sorted(map(repr, wanted))


def _all_through(wanted: list[Any], got: Any) -> bool:
    """The pairs, and no thread that is left."""
    return type(got) is list and len(got) == 2 and _same(wanted, got[0]) and got[1] == 0


def _as_texts(wanted: list[str], got: Any) -> bool:
    """Pairs as text, in whatever order."""
    return type(got) is list and sorted(map(str, got)) == wanted


def _at_most(most: int, got: Any) -> bool:
    return type(got) is int and got <= most


@check("09a.every", points=3, says="in every order all come through, and all threads end", about="no-more-items", needs=("09a.pairs",))
def test_every(learner: Learner, draw: random.Random) -> None:
    for count, seconds, budget in ((3, 5, EXACT), (2, 0, MANY)):
        items = draw.sample(range(10, 99), count)
        wanted = [[item, item * 10] for item in items]
        found = explore(
            learner,
            probes.pump_in_every_order,
            items,
            seconds,
            task="pump",
            right=partial(_all_through, wanted),
            **budget,
        )
        if not expect(found.failure is None, partial(messages.every_order, learner, found, items)):
            return


@check("09a.any", points=1, says="an item may be anything, and so may a result", about="no-more-items", needs=("09a.every",))
def test_any(learner: Learner) -> None:
    for items in (["tea", "cake", "tea"], [0, "", [], False], [None, "tea"], ["tea", "returned"]):
        wanted = sorted(repr([item, LookupError("a value") if item == "returned" else item]) for item in items)
        found = explore(
            learner,
            probes.pump_odd,
            items,
            task="pump",
            right=partial(_as_texts, wanted),
            **EXACT,
        )
        if not expect(found.failure is None, partial(messages.odd, learner, found, items)):
            return


@check("09a.bound", points=3, says="never reads further ahead than it may", about="a-queue-that-is-full", needs=("09a.every",))
def test_bound(learner: Learner) -> None:
    for count, workers, capacity in ((9, 1, 2), (7, 3, 1)):
        found = explore(
            learner,
            probes.pump_far,
            count,
            workers,
            capacity,
            task="pump",
            right=partial(_at_most, workers + capacity + 1),
            **SOME,
        )
        if not expect(found.failure is None, partial(messages.too_far, learner, found, count, workers, capacity)):
            return


@check("09a.ahead", points=1, says="lets so many wait as may", about="a-queue-that-is-full", needs=("09a.every",))
def test_ahead(learner: Learner) -> None:
    for workers, capacity in ((2, 3), (3, 1)):
        found = explore(learner, probes.pump_held, workers, capacity, task="pump", right=lambda got: got is True, **EXACT)
        if not expect(found.failure is None, partial(messages.not_ahead, learner, found, workers, capacity)):
            return


@check("09a.workers", points=2, says="exactly so many at work as there are workers", about="one-hands-over-one-takes", needs=("09a.every",))
def test_workers(learner: Learner) -> None:
    found = explore(learner, probes.pump_at_once, 7, 3, task="pump", right=lambda got: got == 3, **EXACT)
    expect(found.failure is None, lambda: messages.at_work(learner, found, 3))


@check(
    "09a.error", points=2, says="an error of the work comes through, and all threads end", about="an-error-on-the-way", needs=("09a.every",)
)
def test_error(learner: Learner) -> None:
    for bad, workers in (([4], 2), ([0, 1, 2, 3, 4], 1), ([0, 1, 2, 3, 4], 2)):
        found = explore(learner, probes.pump_failing, 5, bad, workers, task="pump", right=lambda got: got == ["LookupError", 0], **SOME)
        if not expect(found.failure is None, partial(messages.error, learner, found, bad, workers)):
            return


@check(
    "09a.stops",
    points=1,
    says="after an error the source is left alone",
    about="an-error-on-the-way",
    needs=("09a.error", "09a.bound", "09a.workers"),
)
def test_stops(learner: Learner) -> None:
    count = 12
    found = explore(learner, probes.pump_on, count, task="pump", right=lambda got: type(got) is int and got < count, **SOME)
    expect(found.failure is None, lambda: messages.goes_on(learner, found, count))


@check("09a.source", points=1, says="an error of the source comes through too", about="an-error-on-the-way", needs=("09a.every",))
def test_source(learner: Learner) -> None:
    for items in ([7, 8, 9], []):
        found = explore(learner, probes.pump_broken, items, task="pump", right=lambda got: got == ["OSError", 0], **SOME)
        if not expect(found.failure is None, partial(messages.broken_source, learner, found, items)):
            return


@check("09a.refuses", points=1, says="fewer than one of either is an error", about="a-queue-that-is-full", needs=("09a.pairs",))
def test_refuses(learner: Learner) -> None:
    for workers, capacity in ((1, 0), (2, -1), (0, 1), (-1, 2)):
        found = explore(learner, probes.pump_refused, workers, capacity, task="pump", right=lambda got: got == ["ValueError", 0], **EXACT)
        if not expect(found.failure is None, partial(messages.not_refused, learner, found, workers, capacity)):
            return


# -- 09b -------------------------------------------------------------------------------------------------------------------------------


@check("09b.passes", points=1, says="arguments in, results out", about="a-few-at-a-time")
def test_passes(learner: Learner) -> None:
    wanted = [["tea"], ["tea", "cake", "tea", "cake"], None, "one: soup", "other: rice"]
    found = explore(learner, probes.call_limited, task="limited", right=lambda got: got == wanted, **EXACT)
    expect(found.failure is None, lambda: messages.passed(learner, found, wanted))


@check("09b.named", points=1, says="name and documentation are kept", about="a-few-at-a-time", needs=("09b.passes",))
def test_named(learner: Learner) -> None:
    found = explore(learner, probes.named, task="limited", right=lambda got: got == ["simmer", "Let it simmer."], **EXACT)
    expect(found.failure is None, lambda: messages.unnamed(learner, found))


def _let_in(n: int, wanted: list[Any], got: Any) -> bool:
    """Never more than n, and each has got what it should."""
    return type(got) is list and len(got) == 2 and got[0] in range(n + 1) and got[1] == wanted


@check("09b.most", points=3, says="never more than n at once, and the others wait", about="a-few-at-a-time", needs=("09b.passes",))
def test_most(learner: Learner) -> None:
    for n, callers, rounds in ((1, 2, 2), (2, 3, 1)):
        wanted = [[who * 10] * rounds for who in range(callers)]
        found = explore(
            learner,
            probes.crowd_in,
            n,
            callers,
            rounds,
            task="limited",
            right=partial(_let_in, n, wanted),
            **SOME,
        )
        if not expect(found.failure is None, partial(messages.crowded, learner, found, n, callers, rounds, wanted)):
            return


@check("09b.all", points=2, says="n at once can be in", about="a-few-at-a-time", needs=("09b.passes",))
def test_all(learner: Learner) -> None:
    found = explore(learner, probes.fill, 3, task="limited", right=lambda got: got == 3, **EXACT)
    expect(found.failure is None, lambda: messages.not_filled(learner, found, 3))


@check("09b.error", points=2, says="an error frees the place", about="a-few-at-a-time", needs=("09b.most",))
def test_error_frees(learner: Learner) -> None:
    for interrupt, name in ((False, "LookupError"), (True, "KeyboardInterrupt")):
        wanted = [name, ["in", "in"], 1]
        found = explore(learner, probes.leave_by_error, interrupt, task="limited", right=wanted.__eq__, **SOME)
        if not expect(found.failure is None, partial(messages.kept_place, learner, found, name)):
            return


@check("09b.apart", points=1, says="each function has places of its own", about="a-few-at-a-time", needs=("09b.passes",))
def test_apart(learner: Learner) -> None:
    for shared in (False, True):
        found = explore(learner, probes.doors_apart, shared, task="limited", right=lambda got: got == "soup with salt", **EXACT)
        if not expect(found.failure is None, partial(messages.same_door, learner, found, shared)):
            return


@check("09b.refuses", points=1, says="fewer than one place is an error", about="a-few-at-a-time", needs=("09b.passes",))
def test_limited_refuses(learner: Learner) -> None:
    for n in (0, -1):
        found = explore(learner, probes.refuse, n, task="limited", right=lambda got: got == "ValueError", **EXACT)
        if not expect(found.failure is None, partial(messages.no_places, learner, found, n)):
            return


# -- 09c -------------------------------------------------------------------------------------------------------------------------------


@check("09c.ticks", points=1, says="calls fn after each interval", about="a-wait-that-can-be-ended")
def test_ticks(learner: Learner, draw: random.Random) -> None:
    for interval in (0.5, draw.choice([2, 4, 8])):
        found = explore(learner, probes.tick, interval, task="Ticker", right=lambda got: got == [0, 3, False], **EXACT)
        if not expect(found.failure is None, partial(messages.ticked, learner, found, interval)):
            return


@check("09c.after", points=3, says="after stop fn is not called, nor under way", about="stop-and-wait-for-the-end", needs=("09c.ticks",))
def test_after(learner: Learner) -> None:
    more = explore(learner, probes.stop_in_between, task="Ticker", right=lambda got: got == 0, **EXACT)
    if not expect(more.failure is None, lambda: messages.one_call_more(learner, more)):
        return
    for wait in (True, False):
        found = explore(learner, probes.stop_and_look, wait, task="Ticker", right=lambda got: got == [0, 0], **TICKING)
        if not expect(found.failure is None, partial(messages.still_called, learner, found)):
            return


@check("09c.prompt", points=2, says="stop does not wait for the interval", about="a-wait-that-can-be-ended", needs=("09c.ticks",))
def test_prompt(learner: Learner) -> None:
    found = explore(learner, probes.stop_at_length, 64, task="Ticker", right=lambda got: got is False, **EXACT)
    expect(found.failure is None, lambda: messages.stopped_late(learner, found))


@check(
    "09c.waits", points=1, says="between two calls nothing looks whether it is time", about="a-wait-that-can-be-ended", needs=("09c.ticks",)
)
def test_waits(learner: Learner) -> None:
    found = explore(learner, probes.wait_long, 1, 8, task="Ticker", right=lambda got: type(got) is int and got < ASIDE, **EXACT)
    expect(found.failure is None, lambda: messages.looks_again(learner, found))


ASIDE = 6
"""Steps. One that waits takes none more for eight seconds than for one; one that looks each second takes seven at least."""


@check("09c.idle", points=1, says="stop is harmless before start, and twice", about="stop-and-wait-for-the-end", needs=("09c.ticks",))
def test_idle(learner: Learner) -> None:
    found = explore(learner, probes.stop_idle, task="Ticker", right=lambda got: got == [None, 1, None, None, 0], **EXACT)
    expect(found.failure is None, lambda: messages.stopped_idle(learner, found))


@check("09c.twice", points=1, says="a second start changes nothing", about="stop-and-wait-for-the-end", needs=("09c.ticks",))
def test_twice(learner: Learner) -> None:
    found = explore(learner, probes.start_twice, task="Ticker", right=lambda got: got == [None, 2, 0], **EXACT)
    expect(found.failure is None, lambda: messages.started_twice(learner, found))


@check("09c.again", points=1, says="after stop it can be started anew", about="stop-and-wait-for-the-end", needs=("09c.ticks",))
def test_again(learner: Learner) -> None:
    found = explore(learner, probes.start_again, task="Ticker", right=lambda got: got == [None, 2, 0], **EXACT)
    expect(found.failure is None, lambda: messages.started_again(learner, found))


@check("09c.inside", points=2, says="fn may stop it", about="stop-and-wait-for-the-end", needs=("09c.ticks",))
def test_inside(learner: Learner) -> None:
    found = explore(learner, probes.stop_from_inside, task="Ticker", right=lambda got: got == [[None], 2, 0], **EXACT)
    if expect(found.failure is None, lambda: messages.stopped_inside(learner, found)):
        both = explore(learner, probes.stop_from_both, task="Ticker", right=lambda got: got == [[None, None], 1], **TICKING)
        expect(both.failure is None, lambda: messages.stopped_from_both(learner, both))


@check("09c.apart", points=1, says="two tickers know nothing of each other", about="stop-and-wait-for-the-end", needs=("09c.ticks",))
def test_tickers_apart(learner: Learner) -> None:
    found = explore(learner, probes.tickers_apart, task="Ticker", right=lambda got: got == 2, **EXACT)
    expect(found.failure is None, lambda: messages.not_apart(learner, found))


@check(
    "09c.threads",
    points=2,
    says="two threads may start and stop it at once",
    about="stop-and-wait-for-the-end",
    needs=("09c.after", "09c.again"),
)
def test_threads(learner: Learner) -> None:
    for scenario, wanted, message in (
        (probes.stop_together, [[0, 0], 0, 0], messages.stopped_together),
        (probes.start_together, [1, 0, 0], messages.started_together),
        (probes.start_and_stop, [0, 0], messages.started_and_stopped),
    ):
        found = explore(learner, scenario, task="Ticker", right=wanted.__eq__, **TICKING)
        if not expect(found.failure is None, partial(message, learner, found)):
            return
