"""Exercise 14: the site audit.

Write the three functions below. Check your work with

    course grade 14

They build on each other: `crawl` fetches with threads, `score_pages`
scores with processes, `audit` does both, with retries and a deadline.
What stands above the line is ready to use; leave it as it is.

Use the standard library only. You may add helpers, classes and imports.
Child processes import this file again: importing it must start nothing
and print nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.context import BaseContext
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.request import urlopen

ATTEMPTS = 3
"""How often `audit` tries to fetch a page."""


@dataclass(frozen=True)
class Page:
    """What became of one address.

    html   what fetch returned; None if it raised
    error  "" if it did not; else the class and the text of the
           exception: "OSError: no route"
    """

    url: str
    html: str | None = None
    error: str = ""


@dataclass(frozen=True)
class SiteReport:
    """What `audit` found out.

    scores    the score of each page that was fetched
    failed    the error of each page that could not be, as in Page
    complete  False if the deadline cut the audit short
    """

    scores: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    complete: bool = True

    def to_json(self) -> str:
        """The same text for the same findings, whatever came first."""
        return json.dumps(vars(self), indent=2, sort_keys=True)


def links(url: str, html: str) -> list[str]:
    """Every address that the page links to, absolute, without its #fragment, in order. Some may stand there twice."""
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
        return reply.read().decode("utf-8")


# ----------------------------------------------------------------------


def crawl(
    start_url: str,
    *,
    fetch: Callable[[str], str],
    workers: int,
    max_pages: int,
) -> list[Page]:
    """Fetch a site, beginning at `start_url`; return its pages, sorted by url.

    - Fetch `start_url`, then every page of the same site that a fetched
      page links to, and so on. Addresses of other sites are left alone.
    - Each address is fetched once and has one Page, however many pages
      link to it, in whatever order they come. `start_url` has no fragment.
    - `fetch(url)` returns the HTML of a page, or raises. It waits, so it
      is called in threads: `workers` calls are under way at the same
      moment while so many addresses are known, and never more. A worker
      that has nothing to do waits: the next page may bring ten links.
    - If `fetch` raises an Exception, that page has an error. The others
      go on.
    - `fetch` is called `max_pages` times at the most. A site that has as
      many pages is fetched up to there; which ones is left to you, but
      `start_url` is among them. (`max_pages` is at least 1.)
    - When crawl returns, no fetch is under way.
    """
    raise NotImplementedError("14a: crawl")


def score_pages(
    pages: Sequence[Page], *, workers: int, mp_context: BaseContext
) -> dict[str, int]:
    """Return {url: score(html)} for the pages that have html.

    `score` is the function above. It computes, so it is called in worker
    processes: `workers` of them, given as many pages or more, each with
    one page at a time. They are started by way of `mp_context` and have
    ended when score_pages returns. No page with html: an empty dict.
    """
    raise NotImplementedError("14b: score_pages")


def audit(
    start_url: str,
    *,
    fetch_workers: int,
    cpu_workers: int,
    max_pages: int,
    deadline: float,
) -> SiteReport:
    """Crawl the site of `start_url` with the `fetch` above, score its pages in processes, report.

    What `crawl` and `score_pages` promise holds here as well:
    `fetch_workers` fetches at once, `max_pages` addresses at the most,
    scores from other processes. You may call them, or not.

    - A fetch that raises OSError (HTTPError is one) is tried again at
      once, ATTEMPTS times in all. After the last attempt the page is in
      `failed`. The attempts of a page count as one of `max_pages`.
    - `deadline` is in seconds, for the whole audit. When they are over,
      audit does not wait for what is still to come: it begins no other
      fetch, and returns what it has, with `complete=False`. A page that
      was fetched by then is in `scores` if it has been scored. A page
      that was not is nowhere.
    - An audit that is done before returns at once, with `complete=True`.
      That `max_pages` was reached does not matter.
    - When audit returns, its processes have ended. A thread that waits
      in a fetch past the deadline may be left: nobody can end it.
    """
    raise NotImplementedError("14c: audit")
