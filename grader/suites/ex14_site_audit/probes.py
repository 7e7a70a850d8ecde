"""What runs in the worker for exercise 14: a fetch that meets the trusted side, pages that say where they are scored, and contexts that count.

A probe of a task has the task's name. What it returns is a claim, as data; the trusted side says what is right.
"""

import importlib
import multiprocessing
import multiprocessing.context
import os
import threading

from witness import meet

# -- before the file is loaded -------------------------------------------------------------------------------------------------------


def set_cores(count):
    """A machine of so many cores."""
    os.cpu_count = os.process_cpu_count = lambda: count
    os.sched_getaffinity = lambda pid: set(range(count))


def reap():
    """Wait for the children that have ended."""
    return len(multiprocessing.active_children())


# -- 14a -----------------------------------------------------------------------------------------------------------------------------


def fetch(url):
    """Held until the trusted side lets it go, and answered with a page or an error."""
    at_home = threading.current_thread() is threading.main_thread()
    order = meet(["fetch", url if type(url) is str else repr(url), at_home])
    if "error" in order:
        raise OSError(order["error"])
    return order["html"]


def crawl(task, start, workers, max_pages):
    """Each page of the crawl as (url, html, error), or what came back instead."""
    return _told(task(start, fetch=fetch, workers=workers, max_pages=max_pages))


def _told(pages):
    if type(pages) is not list:
        return pages
    return [tuple(getattr(page, part, "missing") for part in ("url", "html", "error")) for page in pages]


def crawl_in_every_order(learner, site):
    """A crawl by two threads in the scheduler: the addresses fetched, in order of the alphabet, and those of its pages."""
    fetched = []

    def look_up(url):
        fetched.append(url)
        return site[url]

    pages = learner.crawl(min(site), fetch=look_up, workers=2, max_pages=9)
    urls = [getattr(page, "url", None) for page in pages] if type(pages) is list else []
    return [sorted(fetched), urls]


# -- 14b -----------------------------------------------------------------------------------------------------------------------------


class Html(str):
    """A page that says where it is scored: `score` splits it into words."""

    __slots__ = ("url",)

    def __new__(cls, text, url):
        page = super().__new__(cls, text)
        page.url = url
        return page

    def split(self, *args):
        meet(["score", self.url, threading.current_thread() is threading.main_thread()])
        return super().split(*args)

    def __reduce__(self):
        return Html, (str(self), self.url)


def score_pages(task, pages, workers, method):
    """What the task makes of pages (url, text); a text of None is a page with an error. And how many processes its context started."""
    context, started = counting(method)
    learner = importlib.import_module(task.__module__)
    given = [
        learner.Page(url, html=Html(text, url)) if text is not None else learner.Page(url, error="OSError: no route") for url, text in pages
    ]
    return task(given, workers=workers, mp_context=context), len(started)


def counting(method):
    """A context of this method that notes each process it makes."""
    context = multiprocessing.get_context(method)
    started = []
    lock = threading.Lock()

    class Counting(type(context)):
        """As the one it is made of."""

        def Process(self, *args, **kwargs):  # noqa: N802 - the name in multiprocessing
            with lock:
                started.append(1)
            return context.Process(*args, **kwargs)

    return Counting(), started


# -- 14c -----------------------------------------------------------------------------------------------------------------------------


def watch_fetch(module):
    """Have the pages of the file's own `fetch` say where they are scored, under whichever start method."""
    learner = importlib.import_module(module)
    fetch = learner.fetch
    learner.fetch = lambda url: Html(fetch(url), url)


def audit(task, start, fetch_workers, cpu_workers, max_pages, deadline):
    """The report of an audit: (scores, failed, complete, its JSON); or what came back instead."""
    report = task(start, fetch_workers=fetch_workers, cpu_workers=cpu_workers, max_pages=max_pages, deadline=deadline)
    if not all(hasattr(report, part) for part in ("scores", "failed", "complete", "to_json")):
        return report
    return report.scores, report.failed, report.complete, report.to_json()
