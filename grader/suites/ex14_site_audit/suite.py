"""Hidden suite for exercise 14: the site audit.

14a fetches from the referee, which knows how many calls are under way, and decides which page comes when; that no page is fetched twice is
tried in every order of two threads. 14b scores pages that say in which process they are. 14c loads a real site on loopback: the trusted side
holds its requests, drops some, and counts. A deadline is an hour away, or a moment with one page held for as long as anything else moves.
"""

import json
import random
from functools import partial
from typing import Any

from grader.suite.check import POLLS, NoVerdict, check, expect, probes, tasks
from grader.suite.counting import is_wrong
from grader.suite.explored import explore
from grader.suite.learner import Learner
from grader.suite.rendezvous import Rendezvous
from grader.suite.site import Site
from grader.suite.witness import all_but_the_first, one_then_all
from grader.suites.ex14_site_audit import messages
from grader.suites.ex14_site_audit.messages import ATTEMPTS, MODULE

QUICK = {"cpu": 4}
POOL = {"cpu": 8}
ORDERS: dict[str, Any] = {"executions": 400, "bound": 1, "random": 40}
AN_HOUR = 3600
CORES = 5
"""What the worker believes this machine to have: not the number of workers."""
A_MOMENT = 0.8
WORDS = ["ferry", "market", "bridge", "council", "harbour", "library", "school", "museum", "station", "garden"]


def score(html: str) -> int:
    """As in the stub."""
    return sum(len(word) for word in set(html.split()))


def _page(draw: random.Random, hrefs: list[str]) -> str:
    """A page with some words, and these links."""
    words = " ".join(draw.choices(WORDS, k=draw.randint(3, 8)))
    return f"<h1>{words}</h1>\n" + "\n".join(f'<p><a href="{href}">{href}</a></p>' for href in hrefs)


# -- 14a -----------------------------------------------------------------------------------------------------------------------------


class Town:
    """A site that the referee serves: hrefs by path, and the crawls of it."""

    def __init__(self, learner: Learner, referee: Rendezvous, draw: random.Random, site: dict[str, list[str]], broken: str = "") -> None:
        self.learner = learner
        self.referee = referee
        self.root = f"http://{draw.choice(('town', 'port', 'vale'))}.test"
        self.pages = {self.root + path: _page(draw, hrefs) for path, hrefs in site.items()}
        self.broken = self.root + broken if broken else ""
        referee.form = lambda label: type(label) is list and list(map(type, label)) == [str, str, bool] and label[0] == "fetch"
        referee.answers = lambda label: self._order(label[1])

    def _order(self, url: str) -> dict[str, str]:
        if url == self.broken or url not in self.pages:
            return {"error": f"no route to {url}"}
        return {"html": self.pages[url]}

    def crawl(self, workers: int = 2, max_pages: int = 50) -> Any:
        """Each page as (url, html, error), or the exception that was raised."""
        with messages.crawl_waits(self):
            return self.learner.attempt(probes.crawl, tasks("crawl"), f"{self.root}/", workers, max_pages)

    @property
    def fetched(self) -> list[str]:
        """The addresses that were asked for, in order."""
        return [label[1] for label in self.referee.labels]

    @property
    def right(self) -> list[tuple[str, str | None, str]]:
        """What a whole crawl returns."""
        return [
            (url, None, f"OSError: no route to {url}") if url == self.broken else (url, html, "")
            for url, html in sorted(self.pages.items())
        ]


CIRCLE = {
    "/": ["/market", "library#hours", "/"],
    "/market": ["ferry", "/library", "#stalls"],
    "/library": ["/market", "/ferry"],
    "/ferry": ["/", "/times/winter"],
    "/times/winter": ["summer", "../ferry"],
    "/times/summer": ["winter"],
}
"""Pages that link to each other, in every way of writing it."""


@check("14a.pages", points=3, says="every page of the site, sorted", about="who-knows-what", limits=QUICK)
def test_pages(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    town = Town(learner, referee, draw, CIRCLE)
    got = town.crawl()
    expect(got == town.right, lambda: messages.pages(town, got))


@check("14a.once", points=3, says="no page twice, in whatever order they come", about="who-knows-what", needs=("14a.pages",))
def test_once(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    root = f"http://{draw.choice(('town', 'port'))}.test"
    urls = [f"{root}/{name}" for name in ("a", "market", "school", "zoo")]
    hrefs: tuple[list[str], ...] = (["market", "school"], ["zoo"], ["zoo"], [])
    site = {url: _page(draw, to) for url, to in zip(urls, hrefs, strict=True)}
    try:
        found = explore(learner, probes.crawl_in_every_order, site, task="crawl", right=lambda got: got == [urls, urls], **ORDERS)
    except NoVerdict:
        if not learner.find(r"\basyncio\b"):
            raise
        # An event loop is out of the scheduler's sight, and is one thread that owns everything. Then both pages that link to the same one come at the same moment.
        town = Town(learner, referee, draw, {"/": ["/market", "/school"], "/market": ["/zoo"], "/school": ["/zoo"], "/zoo": []})
        referee.hold(pick=lambda labels: labels)
        got = town.crawl()
        expect(got == town.right and len(town.fetched) == len(town.pages), lambda: messages.pages(town, got))
        return
    expect(found.failure is None, lambda: messages.twice(learner, found, urls))


@check("14a.elsewhere", points=1, says="other sites are left alone", about="who-knows-what", needs=("14a.pages",), limits=QUICK)
def test_elsewhere(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    outside = ["http://elsewhere.test/", "HTTPS/", "HTTP:8080/", "mailto:mayor@elsewhere.test"]
    town = Town(learner, referee, draw, {"/": ["/market", *outside], "/market": outside})
    for url, html in town.pages.items():
        town.pages[url] = html.replace("HTTPS", town.root.replace("http", "https")).replace("HTTP", town.root)
    got = town.crawl()
    strange = [url for url in town.fetched if url not in town.pages]
    if expect(not strange, lambda: messages.strange(learner, strange)):
        expect(got == town.right, lambda: messages.pages(town, got))


@check(
    "14a.overlap",
    points=3,
    says="exactly `workers` fetches at once",
    about="a-worker-with-nothing-to-do",
    needs=("14a.pages",),
    limits=QUICK,
)
def test_overlap(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    workers = draw.choice((3, 4))
    many = [f"/{n}" for n in range(workers)]
    site = {"/": ["/market"], "/market": many, **{path: [f"{path}/{n}" for n in range(3)] for path in many}}
    site |= {href: [] for path in many for href in site[path]}
    town = Town(learner, referee, draw, site)

    def pick(labels: list[Any]) -> list[Any]:
        return labels if len(referee.counts) < 3 else all_but_the_first(labels) if len(referee.counts) == 3 else []

    referee.hold(pick=pick)
    town.crawl(workers)
    # First the start page alone, then the one that it links to, then as many as there are workers; and as many again while one is slow.
    if is_wrong(referee, referee.counts[2:4], workers):
        at_home = all(label[2] for label in referee.labels)
        expect(False, lambda: messages.overlap(learner, referee.counts, workers, at_home=at_home))


@check(
    "14a.failures", points=2, says="a page that fails is a page with an error", about="one-page-fails", needs=("14a.pages",), limits=QUICK
)
def test_failures(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    town = Town(learner, referee, draw, CIRCLE, broken="/library")
    got = town.crawl()
    expect(got == town.right, lambda: messages.failures(town, got))


@check("14a.bound", points=2, says="max_pages fetches at the most", about="a-bound-for-each-stage", needs=("14a.pages",), limits=QUICK)
def test_bound(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    for max_pages in (draw.choice((4, 5)), 1):
        town = Town(learner, referee, draw, {"/": [f"/{n}" for n in range(8)], **{f"/{n}": ["/", "/7"] for n in range(8)}})
        before = len(referee.arrivals)
        got = town.crawl(3, max_pages)
        calls = town.fetched[before:]
        right = type(got) is list and len(got) == max_pages == len(calls) and got == [page for page in town.right if page[0] in calls]
        if not expect(right and f"{town.root}/" in calls, partial(messages.bound, learner, got, len(calls), max_pages)):
            return


# -- 14b -----------------------------------------------------------------------------------------------------------------------------


class Desk:
    """Calls of score_pages, and what the referee saw of the scoring."""

    def __init__(self, learner: Learner, referee: Rendezvous, start_method: str) -> None:
        self.learner = learner
        self.referee = referee
        self.method = start_method
        referee.form = _is_score
        learner.prepare(probes.set_cores, CORES)

    def call(self, pages: list[tuple[str, str | None]], workers: int) -> tuple[Any, int]:
        """What score_pages returned or raised, and how many processes its context made."""
        reply = self.learner.attempt(probes.score_pages, tasks("score_pages"), pages, workers, self.method)
        return reply if type(reply) is tuple and len(reply) == 2 else (reply, 0)

    def left(self) -> int:
        """Processes that scored and are still there once nothing moves any more."""
        self.learner.settle()
        self.learner.run(probes.reap)
        return self.learner.remaining(self.referee.arrivals)


def _is_score(label: Any) -> bool:
    return type(label) is list and list(map(type, label)) == [str, str, bool] and label[0] == "score"


def _texts(draw: random.Random, count: int) -> list[tuple[str, str | None]]:
    return [(f"http://town.test/{number}", _page(draw, [])) for number in draw.sample(range(100, 999), count)]


@check("14b.scores", points=2, says="the score of each page that has html", about="scores-from-processes", processes=True, limits=POOL)
def test_scores(learner: Learner, referee: Rendezvous, draw: random.Random, start_method: str) -> None:
    desk = Desk(learner, referee, start_method)
    pages = _texts(draw, 4)
    pages[1:1] = [("http://town.test/empty", "")]
    pages.insert(2, ("http://town.test/broken", None))
    right = {url: score(text) for url, text in pages if text is not None}
    got, _ = desk.call(pages, 2)
    if not expect(got == right, lambda: messages.scores(learner, got, right)):
        return
    got, _ = desk.call([("http://town.test/broken", None)], 2)
    expect(got == {}, lambda: messages.nothing_to_score(learner, got))


@check(
    "14b.workers",
    points=3,
    says="`workers` processes score at once, then end",
    about="scores-from-processes",
    needs=("14b.scores",),
    processes=True,
    limits=POOL,
)
def test_workers(learner: Learner, referee: Rendezvous, draw: random.Random, start_method: str) -> None:
    desk = Desk(learner, referee, start_method)
    workers = 3
    processes: list[int] = []

    def look(labels: list[Any]) -> list[Any]:
        processes.append(len({caller.pid for caller in referee.waiting}))
        return all_but_the_first(labels)

    referee.hold(pick=look)
    _, started = desk.call(_texts(draw, 7), workers)
    if not expect(not referee.in_main, lambda: messages.scored_at_home(learner, "score_pages", referee)):
        return
    if is_wrong(referee, [*processes[:3], *referee.counts[:3]], workers):
        expect(False, lambda: messages.score_overlap(learner, referee.counts, processes, workers))
        return
    if expect(started > 0, lambda: messages.another_context(learner)):
        left = desk.left()
        expect(not left, lambda: messages.left_over(learner, "score_pages", left))


# -- 14c -----------------------------------------------------------------------------------------------------------------------------


class Audit:
    """Calls of audit on a site of ours on loopback, whose pages are /ok/0 and so on."""

    def __init__(self, learner: Learner, site: Site, draw: random.Random, links: list[list[str]]) -> None:
        self.learner = learner
        self.site = site
        self.count = len(links)
        self.texts = {site.root + f"/ok/{number}": _page(draw, hrefs) for number, hrefs in enumerate(links)}
        for number, text in enumerate(self.texts.values()):
            site.page(f"/ok/{number}", text.encode())
        self.start = f"{site.root}/ok/0"

    def call(self, *, fetch_workers: int = 2, cpu_workers: int = 2, max_pages: int = 50, deadline: float = AN_HOUR) -> Any:
        """(scores, failed, complete, JSON), or the exception that was raised."""
        with messages.audit_waits():
            return self.learner.attempt(probes.audit, tasks("audit"), self.start, fetch_workers, cpu_workers, max_pages, deadline)

    @property
    def scores(self) -> dict[str, int]:
        """Of all pages."""
        return {url: score(text) for url, text in self.texts.items()}

    def asked(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(caller.label == path for caller in self.site.arrivals)


def _star(count: int) -> list[list[str]]:
    """A start page that links to all others, which link back."""
    return [[f"{number}" for number in range(1, count)], *[["0", "/ok/1"] for _ in range(1, count)]]


@check("14c.report", points=3, says="scores, errors and the same JSON each time", about="the-same-report", processes=True, limits=POOL)
def test_report(learner: Learner, site: Site, draw: random.Random, start_method: str) -> None:
    audit = Audit(learner, site, draw, [["1", "2", "http://elsewhere.test/"], ["0", "/404"], ["1"]])
    lost = f"{site.root}/404"
    got = audit.call()
    if not expect(type(got) is tuple and len(got) == 4, lambda: messages.no_report(learner, got)):
        return
    scores, failed, complete, text = got
    if not expect(scores == audit.scores, lambda: messages.audit_scores(learner, scores, audit.scores, site)):
        return
    if not expect(type(failed) is dict and list(failed) == [lost], lambda: messages.failed(learner, failed, site)):
        return
    if expect("HTTPError" in str(failed[lost]), lambda: messages.failed(learner, failed, site)):
        right = {"scores": audit.scores, "failed": failed, "complete": True}
        expect(complete is True, lambda: messages.not_complete(learner, complete))
        expect(text == json.dumps(right, indent=2, sort_keys=True), lambda: messages.json_text(learner))


@check(
    "14c.overlap",
    points=2,
    says="exactly fetch_workers requests at once",
    about="a-bound-for-each-stage",
    needs=("14c.report",),
    limits=POOL,
)
def test_audit_overlap(learner: Learner, site: Site, draw: random.Random) -> None:
    audit = Audit(learner, site, draw, _star(9))
    workers = 2
    site.hold(only=lambda path: path != "/ok/0", pick=one_then_all(all_but_the_first))
    audit.call(fetch_workers=workers, cpu_workers=3)
    if is_wrong(site, site.counts[:2], workers):
        expect(False, lambda: messages.audit_overlap(learner, site.counts, workers))


@check(
    "14c.cpu",
    points=2,
    says="pages are scored in processes, which then end",
    about="scores-from-processes",
    needs=("14c.report",),
    limits=POOL,
)
def test_cpu(learner: Learner, site: Site, referee: Rendezvous, draw: random.Random) -> None:
    referee.form = _is_score
    audit = Audit(learner, site, draw, _star(4))
    learner.run(probes.watch_fetch, MODULE)
    audit.call()
    if not referee.arrivals:
        raise NoVerdict("Where the pages were scored could not be seen: what the module's fetch returned did not come to its score.")
    if expect(not referee.in_main, lambda: messages.scored_at_home(learner, "audit", referee)):
        learner.settle()
        learner.run(probes.reap)
        left = learner.remaining(referee.arrivals)
        expect(not left, lambda: messages.left_over(learner, "audit", left))


@check(
    "14c.retry", points=2, says="a fetch that fails is tried again", about="try-again-but-not-for-ever", needs=("14c.report",), limits=POOL
)
def test_retry(learner: Learner, site: Site, draw: random.Random) -> None:
    audit = Audit(learner, site, draw, [["1", "/drop"], []])
    site.dropped["/ok/1"] = ATTEMPTS - 1
    got = audit.call()
    asked = audit.asked("/ok/1")
    right = type(got) is tuple and got[0] == audit.scores
    if expect(right, lambda: messages.not_again(learner, got, asked, site)):
        in_vain = audit.asked("/drop")
        expect(in_vain == ATTEMPTS, lambda: messages.attempts(learner, in_vain))


@check("14c.bound", points=1, says="max_pages addresses at the most", about="a-bound-for-each-stage", needs=("14c.report",), limits=POOL)
def test_audit_bound(learner: Learner, site: Site, draw: random.Random) -> None:
    audit = Audit(learner, site, draw, _star(8))
    got = audit.call(max_pages=4)
    asked = len({caller.label for caller in site.arrivals})
    right = type(got) is tuple and asked == 4 == len(got[0])
    expect(right, lambda: messages.audit_bound(learner, got, asked, 4))


@check(
    "14c.deadline",
    points=3,
    says="at the deadline it returns what it has",
    about="a-deadline-for-all-of-it",
    needs=("14c.report",),
    limits=POOL,
)
def test_deadline(learner: Learner, site: Site, draw: random.Random) -> None:
    audit = Audit(learner, site, draw, _star(8))
    site.hold(only=lambda path: path in ("/ok/1", "/ok/2"), pick=lambda labels: labels)
    got = audit.call(fetch_workers=2, deadline=A_MOMENT)
    if site.counts and not site.sure:
        raise NoVerdict(f"Whether the deadline was kept could not be seen: {POLLS}.")
    if not expect(not site.counts, lambda: messages.too_late(learner)):
        return
    if not expect(type(got) is tuple and len(got) == 4, lambda: messages.no_report(learner, got)):
        return
    scores, failed, complete, _ = got
    known = type(scores) is dict and all(audit.scores.get(url) == value for url, value in scores.items())
    if not expect(known and not failed and complete is False, lambda: messages.cut_short(learner, scores, failed, complete)):
        return
    before = len(site.arrivals)
    learner.settle()
    after = len(site.arrivals) - before
    expect(not after, lambda: messages.goes_on(learner, after))
