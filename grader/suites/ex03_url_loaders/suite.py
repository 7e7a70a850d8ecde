"""Hidden suite for exercise 03: URL loaders.

03a runs against a real site on loopback. 03b and 03c hand in a fetch of ours that meets the referee, so that the trusted side decides which
page comes, which fails, and in which order; how many are in flight is counted when the whole tree is at rest.
"""

import random
from collections.abc import Callable
from typing import Any

from grader.sandbox.wire import ErrorValue
from grader.suite.check import POLLS, NoVerdict, check, expect, generator, probes
from grader.suite.fate import deadlock_says
from grader.suite.learner import Learner
from grader.suite.rendezvous import Rendezvous
from grader.suite.site import Site
from grader.suite.witness import one_then_all
from grader.suites.ex03_url_loaders import messages

QUICK, LONGER, CROWD = {"cpu": 3}, {"cpu": 4}, {"cpu": 8}
"""CPU seconds: what is right takes a tenth of one; who asks over and over is to be answered in time, which takes longer where more wait."""
FOREVER = 900
"""A time-out, in seconds, that nobody lives to see; fetch is given it and does not use it."""

NOTHING: tuple[Any, ...] = ([], generator())

Answers = dict[str, dict[str, str]]


def addresses(draw: random.Random, count: int) -> list[str]:
    """URLs that no server has; only our fetch sees them."""
    return [f"http://site.test/{number}-{draw.getrandbits(32):08x}" for number in range(count)]


def pages_for(urls: list[str], draw: random.Random, *, empty: int | None = None) -> dict[str, bytes]:
    """A page for each URL; the one at `empty` has no bytes."""
    return {url: b"" if number == empty else draw.randbytes(draw.randint(5, 60)) for number, url in enumerate(urls)}


def serve(referee: Rendezvous, pages: dict[str, bytes], errors: dict[str, tuple[str, str]] | None = None) -> None:
    """Have the referee answer fetches with these pages, and these errors: name and text."""
    answers: Answers = {url: {"page": page.hex()} for url, page in pages.items()}
    answers |= {url: {"raise": name, "text": text} for url, (name, text) in (errors or {}).items()}
    nothing = {"raise": "ValueError", "text": "an unknown URL"}
    referee.form = lambda label: type(label) is list and len(label) == 2 and type(label[0]) is str
    referee.answers = lambda label: answers.get(label[0], nothing)
    referee.in_words = lambda label: str(label[0])


def in_order_of(urls: list[str]) -> Callable[[list[Any]], list[Any]]:
    """Let go one at each rest, the first in the list of URLs: a wrong file is wrong in the same way each time."""
    return lambda labels: sorted(labels, key=lambda label: urls.index(label[0]) if label[0] in urls else 0)[:1]


def fetched(referee: Rendezvous) -> list[str]:
    """The URLs that were fetched, in order of arrival."""
    return [url for url, _ in referee.labels]


def is_like(value: object, error: tuple[str, str]) -> bool:
    """Whether a value is an exception of that type; not that very object, for asyncio makes a new TimeoutError of a TimeoutError."""
    return isinstance(value, ErrorValue) and value.type == error[0]


def load_all(learner: Learner, referee: Rendezvous, urls: Any, **options: Any) -> tuple[Any, int]:
    """What load_all came to, and how many fetches were still to end when it returned (they have when this returns)."""
    got = learner.attempt("load_all", urls, fetch=probes.fetch, **options)
    running, begun = len(referee.held), len(referee.arrivals)
    learner.settle()
    return got, running + len(referee.arrivals) - begun


# -- 03a -----------------------------------------------------------------------------------------------------------------------------


@check("03a.body", points=1, says="the whole page, as bytes", about="short-reads", limits=QUICK)
def test_body(learner: Learner, site: Site, draw: random.Random) -> None:
    bodies = [b"plain text\nof two lines\n", b"", draw.randbytes(draw.randint(1000, 60_000)) + b"\n\xff", draw.randbytes(300_000)]
    for number, body in enumerate(bodies):
        url = site.page(f"/ok/{number}", body)
        got = learner.attempt("load_url", url, 5.0)
        if not expect(got == body, lambda got=got, body=body: messages.body(learner, got, body)):  # type: ignore[misc]
            return


@check("03a.timeout", points=2, says="gives up on a page that never comes", about="time-outs", needs=("03a.body",), limits=QUICK)
def test_timeout(learner: Learner, site: Site, draw: random.Random) -> None:
    timeout = draw.randint(20, 40) / 100
    site.hold_slow()
    outcome = learner.run(probes.slow, site.page("/slow"), timeout)
    returned, value, error, defaults = outcome if type(outcome) is tuple and len(outcome) == 4 else (True, outcome, None, [])
    if not expect(not defaults, lambda: messages.default_timeout(learner)):
        return
    if site.unclear:
        raise NoVerdict(f"Whether load_url gives up in time could not be seen: {POLLS}.")
    if not expect(site.endless is None, lambda: messages.endless(learner, site, timeout)):
        return
    if not expect(len(site.arrivals) == 1, lambda: messages.retried(len(site.arrivals))):
        return
    expect(not returned, lambda: messages.no_page(learner, value))
    expect(returned or isinstance(error, ErrorValue), "load_url neither returned nor raised.")


@check("03a.errors", points=2, says="what goes wrong is raised", about="errors-are-values", needs=("03a.body",), limits=QUICK)
def test_errors(learner: Learner, site: Site) -> None:
    for path in ("/404", "/500", "/drop", "/short", "not-a-url"):
        url = path if path == "not-a-url" else site.page(path)
        got = learner.attempt("load_url", url, 5.0)
        expect(isinstance(got, ErrorValue), lambda got=got, path=path: messages.not_raised(learner, got, path))  # type: ignore[misc]


# -- 03b -----------------------------------------------------------------------------------------------------------------------------


@check("03b.pages", points=1, says="each URL has its page", about="futures-to-inputs", limits=QUICK)
def test_pages(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    urls = addresses(draw, 6)
    pages = pages_for(urls, draw, empty=draw.randrange(6))
    serve(referee, pages)
    referee.hold(pick=in_order_of(urls))
    got, running = load_all(learner, referee, generator(*urls), timeout=FOREVER, max_workers=3)
    if not expect(got == pages and not running, lambda: messages.pages(learner, referee, running, got, pages, urls)):
        return
    for nothing in NOTHING:
        got, _ = load_all(learner, referee, nothing)
        if not expect(type(got) is dict and not got, lambda got=got: messages.no_urls(learner, got)):  # type: ignore[misc]
            return


@check("03b.once", points=1, says="a repeated URL is fetched once", about="futures-to-inputs", limits=QUICK)
def test_once(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    urls = addresses(draw, 4)
    serve(referee, pages_for(urls, draw))
    rests: list[list[str]] = []

    def note(labels: list[Any]) -> list[Any]:
        rests.append([label[0] for label in labels])
        return labels

    referee.hold(pick=note)
    load_all(learner, referee, [urls[place] for place in (0, 1, 0, 2, 1, 0, 3)], timeout=FOREVER, max_workers=3)
    calls = fetched(referee)
    if not expect(bool(calls), lambda: messages.own_fetch(learner)):
        return
    repeated = [url for url in urls if calls.count(url) > 1]
    expect(not repeated, lambda: messages.repeated(learner, calls, rests, urls))


@check("03b.overlap", points=3, says="exactly max_workers at once", about="result-waits", limits=CROWD)
def test_overlap(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    some, other = draw.sample((3, 4, 7), 2)
    # The default, and more than any default pool has (32), so that a size that depends on the machine is caught on every machine.
    rows: list[messages.Overlap] = []
    for size, count, options in (
        (some, 12, {"max_workers": some}),
        (5, 12, {}),
        (other, 12, {"max_workers": other}),
        (36, 50, {"max_workers": 36}),
    ):
        urls = addresses(draw, count)
        serve(referee, pages_for(urls, draw))
        before = len(referee.arrivals)
        referee.hold(pick=one_then_all())
        result, _ = load_all(learner, referee, urls, timeout=FOREVER, **options)
        elsewhere = any(caller.pid != referee.main for caller in referee.arrivals[before:])
        row = messages.Overlap(size, count, tuple(referee.counts), referee.sure, len(referee.arrivals) - before, elsewhere, result)
        rows.append(row)
        if row.stop():
            break
    wrong = next((row for row in rows if not row.right()), None)
    if wrong and not wrong.sure and wrong.peak <= wrong.size:
        raise NoVerdict(f"How many fetches run at once could not be counted: {POLLS}. Seen: {wrong.peak}.")
    expect(wrong is None, lambda: messages.overlap(learner, rows))


@check("03b.labels", points=1, says="each page under its own URL", about="as-completed", limits=QUICK)
def test_labels(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    urls = addresses(draw, 5)
    pages = pages_for(urls, draw)
    serve(referee, pages)
    backwards = in_order_of(urls[::-1])
    referee.hold(pick=backwards)
    got, running = load_all(learner, referee, urls, timeout=FOREVER, max_workers=5)
    expect(got == pages, lambda: messages.labels(learner, referee, running, got, pages))


@check("03b.failures", points=2, says="a failure is a value; others load", about="errors-are-values", limits=LONGER)
def test_failures(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    urls = addresses(draw, 9)
    names = ["HTTPError", "TimeoutError", "RemoteDisconnected", "IncompleteRead", "ValueError", "KeyError"]
    draw.shuffle(names)
    # The first and the last URL load, so that what comes before and after a failure is seen.
    failing = sorted(draw.sample(range(1, 8), len(names)))
    errors = {urls[place]: (name, f"failure {place}") for place, name in zip(failing, names, strict=True)}
    pages = {url: page for url, page in pages_for(urls, draw).items() if url not in errors}
    serve(referee, pages, errors)
    referee.hold(pick=in_order_of(urls))
    got, running = load_all(learner, referee, urls, timeout=FOREVER, max_workers=4)
    right = type(got) is dict and got.keys() == set(urls)
    right = right and all(is_like(got[url], errors[url]) if url in errors else got[url] == pages[url] for url in urls)
    expect(right, lambda: messages.failures(learner, referee, running, got, urls, pages, errors))


@check("03b.timeout", points=1, says="the time-out is for fetch alone", about="time-outs", limits=QUICK)
def test_timeout_is_for_fetch(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    urls = addresses(draw, 4)
    timeout = draw.randint(4, 8) / 100
    serve(referee, pages_for(urls, draw))
    referee.hold(pick=in_order_of(urls))
    got, _ = load_all(learner, referee, urls, timeout=timeout, max_workers=2)
    given = [seconds for _, seconds in referee.labels]
    if not expect(bool(given), lambda: messages.own_fetch(learner)):
        return
    if not expect(given == [timeout] * len(given), lambda: messages.timeout_lost(learner, given, timeout)):
        return
    values = got.values() if type(got) is dict else [got]
    gave_up = [value for value in values if isinstance(value, ErrorValue) and value.is_a("TimeoutError", "CancelledError")]
    expect(not gave_up, lambda: messages.own_limit(learner, got))


@check("03b.interrupt", points=1, says="KeyboardInterrupt is no value", about="catching-too-much", limits=LONGER)
def test_interrupt(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    for name in ("KeyboardInterrupt", "SystemExit"):
        urls = addresses(draw, 4)
        serve(referee, pages_for(urls[:-1], draw), {urls[-1]: (name, "")})
        referee.hold(pick=in_order_of(urls))
        got, running = load_all(learner, referee, urls, timeout=FOREVER, max_workers=2)
        right = isinstance(got, ErrorValue) and got.type == name
        if not expect(right, lambda: messages.interrupt(learner, referee, running, got, urls, name)):  # noqa: B023 - called at once
            return


# -- 03c -----------------------------------------------------------------------------------------------------------------------------


@check("03c.first", points=1, says="the first success in time wins", about="first-success", limits=QUICK)
def test_first(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    urls = addresses(draw, 6)
    error = ("OSError", "no route")
    pages = dict.fromkeys(urls, b"late") | {urls[4]: b""}
    serve(referee, pages, {urls[1]: error, urls[3]: error})
    # 1 and 3 fail; then 4, which could only begin because they ended, is the first to succeed, with an empty page.
    order = [urls[1], urls[3], urls[4]]

    def pick(labels: list[Any]) -> list[Any]:
        if not order:
            return []
        wanted = order.pop(0)
        found = [label for label in labels if label[0] == wanted]
        if not found:
            stuck.append(wanted)
            order.clear()
        return found

    stuck: list[str] = []
    referee.hold(pick=pick)
    got = learner.attempt("first_ok", generator(*urls), fetch=probes.fetch_one, max_workers=3)
    if stuck and not referee.sure:
        raise NoVerdict(f"Whether first_ok takes the first page in time could not be told: {POLLS}.")
    expect(got == (urls[4], b""), lambda: messages.first(learner, got, urls, stuck, fetched(referee)))


@check("03c.returns", points=1, says="does not wait for slow pages", about="first-success", limits=QUICK)
def test_returns(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    urls = addresses(draw, 3)
    pages = pages_for(urls, draw)
    serve(referee, pages)
    waited: list[int] = []

    def pick(labels: list[Any]) -> list[Any]:
        first = [label for label in labels if label[0] == urls[0]]
        if not first:
            waited.append(len(labels))  # at rest again: it had its page, did not return, and waits for these
        return first

    referee.hold(pick=pick)
    got = learner.attempt("first_ok", urls, fetch=probes.fetch_one, max_workers=3)
    if waited and not referee.sure:
        raise NoVerdict(f"Whether first_ok waits for slow pages could not be told: {POLLS}.")
    if expect(not waited, lambda: messages.waited(learner, waited[0])):
        expect(got == (urls[0], pages[urls[0]]), lambda: messages.first_result(learner, got, urls[0]))


@check("03c.queued", points=1, says="no fetch starts after the return", about="first-success", limits=QUICK)
def test_queued(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    urls = addresses(draw, 12)
    serve(referee, pages_for(urls, draw))
    referee.hold(pick=one_then_all(in_order_of(urls)))
    learner.attempt("first_ok", urls, fetch=probes.fetch_one, max_workers=2)
    at_once = max(referee.counts, default=0)
    if not expect(at_once <= 2, lambda: messages.unbounded(learner, at_once, len(urls))):
        return
    started = len(referee.arrivals)
    if not expect(started > 0, lambda: messages.nothing_fetched(learner)):
        return
    if started > 3 and not referee.sure:
        raise NoVerdict(f"Whether first_ok waits for the queue could not be told: {POLLS}.")
    if started > 3:  # they were let go because first_ok did not return: it waited for the whole queue
        expect(False, lambda: messages.queue_ran(learner, started - 2, returned=False))
        return
    referee.hold(pick=lambda labels: labels)
    learner.settle()
    late = len(referee.arrivals) - started
    expect(late <= 1, lambda: messages.queue_ran(learner, late, returned=True))


@check("03c.all_fail", points=1, says="all failed: every error in a group", about="errors-are-values", limits=QUICK)
def test_all_fail(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    urls = addresses(draw, 6)
    names = ["OSError", "ValueError", "TimeoutError", "TimeoutError", "KeyError", "IncompleteRead"]
    errors = {url: (name, "too slow" if name == "TimeoutError" else f"failure of {url}") for url, name in zip(urls, names, strict=True)}
    serve(referee, {}, errors)
    referee.hold(pick=in_order_of(urls))
    with deadlock_says(*messages.ALL_FAIL_HANGS):
        got = learner.attempt("first_ok", urls, fetch=probes.fetch_one, max_workers=2)
    group = isinstance(got, ErrorValue) and got.is_a("ExceptionGroup")
    right = group and sorted(error.type for error in got.errors) == sorted(names)
    expect(right, lambda: messages.all_fail(learner, got, len(fetched(referee)), len(urls)))


@check("03c.empty", points=1, says="no URLs: ValueError", about="first-success", limits=QUICK)
def test_empty(learner: Learner, referee: Rendezvous) -> None:
    for nothing in NOTHING:
        with deadlock_says(*messages.EMPTY_HANGS):
            got = learner.attempt("first_ok", nothing, fetch=probes.fetch_one)
        right = isinstance(got, ErrorValue) and got.is_a("ValueError")
        if not expect(right, lambda got=got: messages.empty(learner, got)):  # type: ignore[misc]
            return
