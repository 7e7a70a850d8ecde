"""Solution 14: the site audit."""

from __future__ import annotations

import json
import multiprocessing
import re
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from multiprocessing.context import BaseContext
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.request import urlopen

ATTEMPTS = 3


@dataclass(frozen=True)
class Page:
    """What became of one address."""

    url: str
    html: str | None = None
    error: str = ""


@dataclass(frozen=True)
class SiteReport:
    """What `audit` found out."""

    scores: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    complete: bool = True

    def to_json(self) -> str:
        """The same text for the same findings, whatever came first."""
        return json.dumps(vars(self), indent=2, sort_keys=True)


def links(url: str, html: str) -> list[str]:
    """Every address that the page links to, absolute, without its #fragment, in order."""
    found = re.findall(r'<a\s[^>]*href="([^"]*)"', html)
    return [urldefrag(urljoin(url, href)).url for href in found]


def same_site(url: str, other: str) -> bool:
    """Whether two addresses have the same scheme, host and port."""
    return urlsplit(url)[:2] == urlsplit(other)[:2]


def score(html: str) -> int:
    """How rich the page is: the letters of its different words."""
    return sum(len(word) for word in set(html.split()))


def fetch(url: str) -> str:
    """The page at this address. Raises OSError or ValueError."""
    with urlopen(url, timeout=20) as reply:
        text: str = reply.read().decode("utf-8")
        return text


# ----------------------------------------------------------------------


def crawl(start_url: str, *, fetch: Callable[[str], str], workers: int, max_pages: int) -> list[Page]:
    """Fetch a site, beginning at `start_url`; return its pages, sorted by url."""
    pages, _ = _crawl(start_url, fetch, workers, max_pages, end=None)
    return pages


def _crawl(
    start_url: str, fetch: Callable[[str], str], workers: int, max_pages: int, end: float | None
) -> tuple[list[Page], bool]:
    """The pages, and whether they are all; `end` is a moment of time.monotonic()."""
    # One thread, this one, owns everything: what is known, what waits, what is under way. The workers only fetch.
    known = {start_url}
    waiting = [start_url]
    under_way: set[Future[Page]] = set()
    pages: list[Page] = []
    pool = ThreadPoolExecutor(workers)
    try:
        while waiting or under_way:
            if end is not None and time.monotonic() >= end:
                return _sorted(pages), False
            while waiting and len(under_way) < workers:
                under_way.add(pool.submit(_fetched, fetch, waiting.pop(0)))
            left = None if end is None else max(0.0, end - time.monotonic())
            done, under_way = wait(under_way, left, FIRST_COMPLETED)
            for page in (future.result() for future in done):
                pages.append(page)
                for url in links(page.url, page.html or ""):
                    if same_site(url, start_url) and url not in known and len(known) < max_pages:
                        known.add(url)
                        waiting.append(url)
        return _sorted(pages), True
    finally:
        # Past the deadline a fetch may still wait: nobody waits for it.
        pool.shutdown(wait=not under_way, cancel_futures=True)


def _sorted(pages: list[Page]) -> list[Page]:
    return sorted(pages, key=lambda page: page.url)


def _fetched(fetch: Callable[[str], str], url: str) -> Page:
    try:
        return Page(url, html=fetch(url))
    except Exception as error:
        return Page(url, error=f"{type(error).__name__}: {error}")


def score_pages(pages: Sequence[Page], *, workers: int, mp_context: BaseContext) -> dict[str, int]:
    """Return {url: score(html)} for the pages that have html."""
    scores, _ = _score_pages(pages, workers, mp_context, end=None)
    return scores


def _score_pages(pages: Sequence[Page], workers: int, mp_context: BaseContext, end: float | None) -> tuple[dict[str, int], bool]:
    texts = {page.url: page.html for page in pages if page.html is not None}
    if not texts:
        return {}, True
    with ProcessPoolExecutor(workers, mp_context=mp_context) as pool:
        futures = {url: pool.submit(score, html) for url, html in texts.items()}
        left = None if end is None else max(0.0, end - time.monotonic())
        done, late = wait(futures.values(), left)
        pool.shutdown(cancel_futures=True)
    return {url: future.result() for url, future in futures.items() if future in done}, not late


def audit(start_url: str, *, fetch_workers: int, cpu_workers: int, max_pages: int, deadline: float) -> SiteReport:
    """Crawl the site of `start_url`, score its pages in processes, report."""
    end = time.monotonic() + deadline
    over = threading.Event()
    pages, all_fetched = _crawl(start_url, _Patient(over), fetch_workers, max_pages, end)
    over.set()
    scores, all_scored = _score_pages(pages, cpu_workers, multiprocessing.get_context(), end)
    failed = {page.url: page.error for page in pages if page.html is None}
    return SiteReport(scores, failed, complete=all_fetched and all_scored)


class _Patient:
    """A fetch that tries again, until the audit is over."""

    def __init__(self, over: threading.Event) -> None:
        self._over = over

    def __call__(self, url: str) -> str:
        for _ in range(ATTEMPTS - 1):
            try:
                return fetch(url)
            except OSError:
                if self._over.is_set():
                    raise
        return fetch(url)
