"""Hidden suite for exercise 13: an executor of one's own, code for any executor, and the bridge to asyncio.

13a is asked in the worker. 13b is handed real pools, and one of nobody's library; its function meets the referee, which decides who ends when.
In 13c a load waits until the event loop has rung a bell: whoever blocks the loop waits for himself, and that is seen without a clock.
"""

import random
from functools import partial
from typing import Any

from grader.sandbox.wire import ErrorValue
from grader.suite.check import check, expect, probes, tasks
from grader.suite.counting import is_wrong
from grader.suite.learner import Learner
from grader.suite.rendezvous import Rendezvous
from grader.suite.witness import all_but_the_first, one_then_all
from grader.suites.ex13_executors import messages

QUICK = {"cpu": 3}
POOL = {"cpu": 8}
CROWD = 48
"""URLs for counting threads: more than asyncio's own pool has on any machine, which is 32."""

# -- 13a -----------------------------------------------------------------------------------------------------------------------------


@check("13a.submit", points=2, says="submit does the work and returns a finished future", about="an-engine-of-your-own", limits=QUICK)
def test_submit(learner: Learner, draw: random.Random) -> None:
    value = draw.randint(100, 999)
    with messages.submit_waits():
        found = learner.run(probes.SerialExecutor, tasks("SerialExecutor"), value)
    kind, done, result, calls, in_time = found
    right = kind == "future" and done is True and result == value and calls == [True] and in_time == 1
    if expect(right, lambda: messages.submit(learner, kind, done, result, calls, in_time, value)):
        expect(learner.run(probes.submit_twice, tasks("SerialExecutor")) is True, lambda: messages.one_future(learner))


@check("13a.arguments", points=1, says="every argument belongs to fn", about="the-interface", needs=("13a.submit",), limits=QUICK)
def test_arguments(learner: Learner) -> None:
    got = learner.attempt(probes.arguments, tasks("SerialExecutor"))
    right = [(1, 2), [("args", 5), ("fn", 3), ("self", 4), ("timeout", 6)]]
    expect(got == right, lambda: messages.arguments(learner, got))


@check("13a.errors", points=2, says="what fn raises is kept in the future", about="an-error-is-kept", needs=("13a.submit",), limits=QUICK)
def test_errors(learner: Learner) -> None:
    for name in ("KeyError", "ValueError"):
        found = learner.run(probes.keeps, tasks("SerialExecutor"), name)
        if not expect(found == "kept", partial(messages.keeps, learner, name, found)):
            return


@check("13a.exits", points=1, says="SystemExit is kept, too", about="an-error-is-kept", needs=("13a.errors",), limits=QUICK)
def test_exits(learner: Learner) -> None:
    for name in ("SystemExit", "KeyboardInterrupt"):
        found = learner.run(probes.keeps, tasks("SerialExecutor"), name)
        if not expect(found == "kept", partial(messages.keeps, learner, name, found)):
            return


@check("13a.closed", points=2, says="no work after shutdown", about="closing-time", needs=("13a.submit",), limits=QUICK)
def test_closed(learner: Learner) -> None:
    for how in ("shutdown", "twice", "with"):
        found = learner.attempt(probes.closed, tasks("SerialExecutor"), how)
        if not expect(found == ("RuntimeError", 0), partial(messages.closed, learner, how, found)):
            return


@check("13a.map", points=1, says="map works as it is inherited", about="the-interface", needs=("13a.errors",), limits=QUICK)
def test_map(learner: Learner) -> None:
    for bad, right in ((3, [3, 2, 3, 4]), (0, [3, 2, "ZeroDivisionError"])):
        got = learner.attempt(probes.mapped, tasks("SerialExecutor"), bad)
        if not expect(got == right, partial(messages.mapped, learner, got, right)):
            return


# -- 13b -----------------------------------------------------------------------------------------------------------------------------


class Office:
    """Calls of process_all: the letters, and what the referee saw."""

    def __init__(self, learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
        self.learner = learner
        self.referee = referee
        self._offset = draw.randint(1000, 9000)
        self.failing: list[int] = []
        referee.form = lambda label: type(label) is list and list(map(type, label)) == [str, int, bool] and label[0] == "stamp"
        referee.answers = lambda label: self._answer(label[1])

    def _answer(self, letter: int) -> Any:
        return f"no {letter}" if letter in self.failing else self.stamped(letter)

    def stamped(self, letter: int) -> int:
        """What the function answers."""
        return letter + self._offset

    def call(self, letters: list[int], engine: str, workers: int = 2) -> Any:
        """(what process_all returned, how the executor was used, whether it still works), or the exception that was raised."""
        with messages.never_returns(engine):
            return self.learner.attempt(probes.process_all, tasks("process_all"), letters, engine, workers)


def _letters(draw: random.Random, count: int) -> list[int]:
    return draw.sample(range(1, 900), count)


@check("13b.results", points=2, says="one result for each item, in order", about="code-for-any-engine", limits=POOL)
def test_results(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    office = Office(learner, referee, draw)
    letters = _letters(draw, 5)
    letters.append(letters[1])
    referee.hold(only=lambda label: label[1] == letters[0])  # it ends last
    got = messages.result_of(office.call(letters, "threads"))
    if not expect(got == [office.stamped(letter) for letter in letters], lambda: messages.results(learner, office, letters, got)):
        return
    got = messages.result_of(office.call([], "threads"))
    expect(got == [], lambda: messages.no_items(learner, got))


@check(
    "13b.processes",
    points=3,
    says="a process pool does as well",
    about="what-has-to-be-picklable",
    needs=("13b.results",),
    processes=True,
    limits=POOL,
)
def test_processes(learner: Learner, referee: Rendezvous, draw: random.Random, start_method: str) -> None:
    office = Office(learner, referee, draw)
    letters = _letters(draw, 4)
    got = messages.result_of(office.call(letters, start_method))
    if expect(got == [office.stamped(letter) for letter in letters], lambda: messages.processes(learner, got)):
        expect(not referee.in_main, lambda: messages.elsewhere(learner, "a process pool"))


@check(
    "13b.given",
    points=2,
    says="the work goes to the executor it is given",
    about="code-for-any-engine",
    needs=("13b.results",),
    limits=POOL,
)
def test_given(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    office = Office(learner, referee, draw)
    letters = _letters(draw, 4)
    reply = office.call(letters, "outside")
    got = messages.result_of(reply)
    if not expect(got == [office.stamped(letter) for letter in letters], lambda: messages.outside(learner, got)):
        return
    strange = sum(not label[2] for label in referee.labels)
    if expect(not strange, lambda: messages.elsewhere(learner, "an executor of another library")):
        submits = reply[1].count("submit")
        expect(submits == len(letters), lambda: messages.submits(learner, submits, len(letters)))


@check(
    "13b.open", points=2, says="the caller's executor stays open", about="who-closes-it", needs=("13b.results", "13b.given"), limits=POOL
)
def test_open(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    office = Office(learner, referee, draw)
    reply = office.call(_letters(draw, 3), "outside")
    if expect(type(reply) is tuple and len(reply) == 3, lambda: messages.outside(learner, reply)):
        _, used, works = reply
        expect(works and "shutdown" not in used, lambda: messages.closed_it(learner))


@check(
    "13b.overlap",
    points=2,
    says="all items are handed in first",
    about="code-for-any-engine",
    needs=("13b.results", "13b.given"),
    limits=POOL,
)
def test_overlap(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    office = Office(learner, referee, draw)
    workers = draw.choice((3, 4))
    referee.hold(pick=one_then_all(all_but_the_first))
    office.call(_letters(draw, 10), "threads", workers)
    if is_wrong(referee, referee.counts[:2], workers):
        expect(False, lambda: messages.overlap(learner, referee.counts, workers))


@check("13b.error", points=1, says="the first item's error comes through", about="code-for-any-engine", needs=("13b.results",), limits=POOL)
def test_error(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    office = Office(learner, referee, draw)
    letters = _letters(draw, 5)
    office.failing = [letters[1], letters[3]]
    referee.hold(only=lambda label: label[1] == letters[1])  # the second failure comes first
    got = messages.result_of(office.call(letters, "threads"))
    right = isinstance(got, ErrorValue) and got.type == "KeyError" and got.args == (f"no {letters[1]}",)
    expect(right, lambda: messages.error(learner, got, f"no {letters[1]}"))


# -- 13c -----------------------------------------------------------------------------------------------------------------------------


class Loop:
    """Calls of load_all_async in a loop of ours."""

    def __init__(self, learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
        self.learner = learner
        self.pages: dict[str, str] = {}
        self.errors: dict[str, str] = {}
        self._draw = draw
        referee.form = lambda label: type(label) is list and list(map(type, label)) == [str, str, bool, bool] and label[0] == "load"
        referee.answers = lambda label: self._order(label[1])

    def _order(self, url: str) -> dict[str, str]:
        return {"error": self.errors[url]} if url in self.errors else {"page": self.pages.get(url, "no page")}

    def urls(self, count: int) -> list[str]:
        """New URLs, each with a page."""
        urls = [f"http://site.test/{number}" for number in self._draw.sample(range(100, 999), count)]
        self.pages |= {url: f"page {self._draw.getrandbits(32):08x}" for url in urls}
        return urls

    def call(self, urls: list[str], limit: int, kind: str = "meet") -> Any:
        """(what load_all_async returned, threads seen), or the exception that was raised."""
        return self.learner.attempt(probes.load_all_async, tasks("load_all_async"), urls, limit, kind)


@check("13c.loop", points=3, says="the event loop is free meanwhile", about="the-loop-must-not-wait", limits=QUICK)
def test_loop(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    loop = Loop(learner, referee, draw)
    urls = loop.urls(3)
    with messages.loop_waits(learner):
        got = messages.result_of(loop.call(urls, 2, "bell"))
    expect(type(got) is list and len(got) == len(urls), lambda: messages.shape(learner, got, len(urls)))


@check("13c.results", points=2, says="each URL's page, in order", about="a-few-at-a-time", needs=("13c.loop",), limits=QUICK)
def test_pages(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    loop = Loop(learner, referee, draw)
    urls = loop.urls(4)
    urls.append(urls[1])
    referee.hold(only=lambda label: label[1] == urls[0])  # it comes last
    got = messages.result_of(loop.call(urls, 2))
    if not expect(got == [loop.pages[url] for url in urls], lambda: messages.pages(learner, got, [loop.pages[url] for url in urls])):
        return
    got = messages.result_of(loop.call([], 2))
    expect(got == [], lambda: messages.no_urls(learner, got))


@check("13c.overlap", points=3, says="exactly `limit` at once", about="a-few-at-a-time", needs=("13c.loop",), limits=QUICK)
def test_limit(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    loop = Loop(learner, referee, draw)
    for limit in (draw.choice((2, 3)), 5):
        referee.hold(pick=one_then_all(all_but_the_first))
        loop.call(loop.urls(12), limit)
        if is_wrong(referee, referee.counts[:2], limit):
            expect(False, partial(messages.limit, learner, referee.counts, limit))
            return


@check("13c.errors", points=2, says="an error is the result of its URL", about="an-error-is-a-result", needs=("13c.results",), limits=QUICK)
def test_load_errors(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    loop = Loop(learner, referee, draw)
    urls = loop.urls(5)
    loop.errors = {urls[1]: "no route"}
    got = messages.result_of(loop.call(urls, 2))
    right = type(got) is list and len(got) == len(urls)
    for url, one in zip(urls, got if right else (), strict=False):
        if url in loop.errors:
            right = right and isinstance(one, ErrorValue) and one.type == "KeyError" and one.args == (loop.errors[url],)
        else:
            right = right and one == loop.pages[url]
    loaded = len({label[1] for label in referee.labels})
    expect(right, lambda: messages.load_errors(learner, got, loaded, len(urls)))


@check("13c.threads", points=1, says="threads are used again", about="a-few-at-a-time", needs=("13c.loop",), limits=QUICK)
def test_threads(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    loop = Loop(learner, referee, draw)
    reply = loop.call(loop.urls(CROWD), 2, "count")
    got = messages.result_of(reply)
    if expect(type(got) is list and len(got) == CROWD, lambda: messages.shape(learner, got, CROWD)):
        threads = reply[1]
        expect(0 < threads < CROWD, lambda: messages.threads(learner, threads, CROWD))
