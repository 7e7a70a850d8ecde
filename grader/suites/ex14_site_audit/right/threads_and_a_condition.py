"""Workers of its own, and a condition that tells them of work and of the end."""

import json
import multiprocessing
import re
import threading
import time
from concurrent.futures import ProcessPoolExecutor
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
    known, waiting, pages = {start_url}, [start_url], []
    busy = 0
    changed = threading.Condition()

    def work():
        nonlocal busy
        while True:
            with changed:
                while not waiting and busy:
                    changed.wait()
                if not waiting or (end is not None and time.monotonic() >= end):
                    changed.notify_all()
                    return
                url = waiting.pop(0)
                busy += 1
            page = fetched(fetch, url)
            with changed:
                pages.append(page)
                for link in links(url, page.html or ""):
                    if same_site(link, start_url) and link not in known and len(known) < max_pages:
                        known.add(link)
                        waiting.append(link)
                busy -= 1
                changed.notify_all()

    threads = [threading.Thread(target=work, daemon=True) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(None if end is None else max(0, end - time.monotonic()))
    with changed:
        return by_url(pages), not waiting and not busy


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
