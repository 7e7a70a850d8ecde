"""A loop that owns everything; threads fetch for it, and processes score for it."""

import asyncio
import json
import multiprocessing
import re
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
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
    return asyncio.run(crawl_async(start_url, fetch, workers, max_pages))


async def crawl_async(start_url, fetch, workers, max_pages, pages=None):
    pages = {} if pages is None else pages
    loop = asyncio.get_running_loop()
    pool = ThreadPoolExecutor(workers)
    known = {start_url}

    async def visit(url):
        try:
            pages[url] = Page(url, html=await loop.run_in_executor(pool, fetch, url))
        except Exception as error:
            pages[url] = Page(url, error=f"{type(error).__name__}: {error}")
        fresh = []
        for link in links(url, pages[url].html or ""):
            if same_site(link, start_url) and link not in known and len(known) < max_pages:
                known.add(link)
                fresh.append(link)
        await asyncio.gather(*map(visit, fresh))

    try:
        await visit(start_url)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return [pages[url] for url in sorted(pages)]


def score_pages(pages, *, workers, mp_context):
    futures = {}
    with ProcessPoolExecutor(max_workers=workers, mp_context=mp_context) as pool:
        for page in pages:
            if page.html is not None:
                futures[pool.submit(score, page.html)] = page.url
        return {futures[future]: future.result() for future in as_completed(futures)}


def audit(start_url, *, fetch_workers, cpu_workers, max_pages, deadline):
    pages = {}
    loop = asyncio.new_event_loop()
    crawling = crawl_async(start_url, patient, fetch_workers, max_pages, pages)
    try:
        loop.run_until_complete(asyncio.wait_for(crawling, deadline))
        complete = True
    except TimeoutError:
        complete = False
    finally:
        loop.close()
    found = list(pages.values())
    scores = score_pages(found, workers=cpu_workers, mp_context=multiprocessing.get_context("spawn"))
    return SiteReport(scores, {page.url: page.error for page in found if page.html is None}, complete)


def patient(url):
    for _ in range(ATTEMPTS - 1):
        try:
            return fetch(url)
        except OSError:
            pass
    return fetch(url)
