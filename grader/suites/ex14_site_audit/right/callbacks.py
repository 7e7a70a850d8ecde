"""A pool, callbacks that hand in what comes next, and an event for the end."""

import json
import multiprocessing
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
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
    lock, ended = threading.RLock(), threading.Event()
    known, pages = set(), {}
    pool = ThreadPoolExecutor(workers)

    def hand_in(url):
        known.add(url)
        pool.submit(fetched, fetch, url).add_done_callback(arrived)

    def arrived(future):
        if future.cancelled():
            return
        page = future.result()
        with lock:
            pages[page.url] = page
            fresh = []
            for url in links(page.url, page.html or ""):
                if same_site(url, start_url) and url not in known and len(known) < max_pages and not late.is_set():
                    known.add(url)
                    fresh.append(url)
            # All are known before the first is handed in: it may be there at once, and must not look like the last.
            for url in fresh:
                hand_in(url)
            if len(pages) == len(known):
                ended.set()

    late = threading.Event()
    with lock:
        hand_in(start_url)
    complete = ended.wait(None if end is None else max(0, end - time.monotonic()))
    late.set()
    pool.shutdown(wait=complete, cancel_futures=True)
    with lock:
        return [pages[url] for url in sorted(pages)], complete


def fetched(fetch, url):
    try:
        return Page(url, html=fetch(url))
    except Exception as error:
        return Page(url, error=f"{type(error).__name__}: {error}")


def score_pages(pages, *, workers, mp_context):
    texts = {page.url: page.html for page in pages if page.html is not None}
    if not texts:
        return {}
    with mp_context.Pool(workers) as pool:
        scores = pool.map(score, texts.values(), chunksize=1)
        pool.close()
        pool.join()
    return dict(zip(texts, scores))


def audit(start_url, *, fetch_workers, cpu_workers, max_pages, deadline):
    end = time.monotonic() + deadline
    pages, complete = crawl_until(start_url, patient, fetch_workers, max_pages, end)
    scores = score_pages(pages, workers=cpu_workers, mp_context=multiprocessing.get_context())
    return SiteReport(scores, {page.url: page.error for page in pages if page.html is None}, complete)


def patient(url):
    for attempt in range(ATTEMPTS):
        try:
            return fetch(url)
        except OSError:
            if attempt == ATTEMPTS - 1:
                raise
