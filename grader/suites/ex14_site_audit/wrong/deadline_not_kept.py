# fails: 14c.deadline | what is left of the deadline
import json
import multiprocessing
import re
import time
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.request import urlopen

ATTEMPTS = 3


@dataclass(frozen=True)
class Page:
    url: str
    html: str | None = None
    error: str = ""


@dataclass(frozen=True)
class SiteReport:
    scores: dict = field(default_factory=dict)
    failed: dict = field(default_factory=dict)
    complete: bool = True

    def to_json(self):
        return json.dumps(vars(self), indent=2, sort_keys=True)


def links(url, html):
    found = re.findall(r'<a\s[^>]*href="([^"]*)"', html)
    return [urldefrag(urljoin(url, href)).url for href in found]


def same_site(url, other):
    return urlsplit(url)[:2] == urlsplit(other)[:2]


def score(html):
    return sum(len(word) for word in set(html.split()))


def fetch(url):
    with urlopen(url, timeout=20) as reply:
        return reply.read().decode("utf-8")


def crawl(start_url, *, fetch, workers, max_pages):
    return crawl_until(start_url, fetch, workers, max_pages, None)[0]


def crawl_until(start_url, fetch, workers, max_pages, end):
    known, waiting, under_way, pages = {start_url}, [start_url], set(), []
    pool = ThreadPoolExecutor(workers)
    try:
        while waiting or under_way:
            if end is not None and time.monotonic() >= end:
                return by_url(pages), False
            while waiting and len(under_way) < workers:
                under_way.add(pool.submit(fetched, fetch, waiting.pop(0)))
            left = None if end is None else max(0, end - time.monotonic())
            done, under_way = wait(under_way, left, FIRST_COMPLETED)
            for future in done:
                page = future.result()
                pages.append(page)
                for url in links(page.url, page.html or ""):
                    if same_site(url, start_url) and url not in known and len(known) < max_pages:
                        known.add(url)
                        waiting.append(url)
        return by_url(pages), True
    finally:
        pool.shutdown(wait=not under_way, cancel_futures=True)


def by_url(pages):
    return sorted(pages, key=lambda page: page.url)


def fetched(fetch, url):
    try:
        return Page(url, html=fetch(url))
    except Exception as error:
        return Page(url, error=f"{type(error).__name__}: {error}")


def score_pages(pages, *, workers, mp_context):
    texts = {page.url: page.html for page in pages if page.html is not None}
    with ProcessPoolExecutor(workers, mp_context=mp_context) as pool:
        return dict(zip(texts, pool.map(score, texts.values())))


def audit(start_url, *, fetch_workers, cpu_workers, max_pages, deadline):
    end = time.monotonic() + deadline
    pages, complete = crawl_until(start_url, patient, fetch_workers, max_pages, None)
    scores = score_pages(pages, workers=cpu_workers, mp_context=multiprocessing.get_context())
    return SiteReport(scores, {page.url: page.error for page in pages if page.html is None}, complete)


def patient(url):
    for attempt in range(ATTEMPTS):
        try:
            return fetch(url)
        except OSError:
            if attempt == ATTEMPTS - 1:
                raise
