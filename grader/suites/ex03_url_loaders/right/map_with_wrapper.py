# right: map over a wrapper that never raises an Exception
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from functools import partial


def load_url(url: str, timeout: float) -> bytes:
    with urllib.request.build_opener().open(url, timeout=timeout) as page:
        return page.read()


def attempt(fetch, timeout, url):
    try:
        return fetch(url, timeout)
    except Exception as error:
        return error


def load_all(urls, *, timeout=5.0, max_workers=5, fetch=load_url):
    unique = sorted(set(urls))
    with ThreadPoolExecutor(max_workers=max_workers, thread_name_prefix="loader") as pool:
        return dict(zip(unique, pool.map(partial(attempt, fetch, timeout), unique)))


def first_ok(urls, *, fetch, max_workers=5):
    urls = list(urls)
    if not urls:
        raise ValueError("no URLs to try")
    won = threading.Event()
    left = threading.Semaphore(0)
    winners, errors = [], []

    def attempt_one(url):
        if won.is_set():
            return
        try:
            page = fetch(url)
        except Exception as error:
            errors.append(error)
        else:
            winners.append((url, page))
            won.set()
        left.release()

    pool = ThreadPoolExecutor(max_workers)
    for url in urls:
        pool.submit(attempt_one, url)
    pool.shutdown(wait=False)
    for _ in urls:
        left.acquire()
        if winners:
            return winners[0]
    raise ExceptionGroup("none of them", errors)
