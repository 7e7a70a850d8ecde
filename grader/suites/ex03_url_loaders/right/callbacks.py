# right: add_done_callback fills the dict and a future of our own
import threading
import urllib.request
from concurrent.futures import Future, ThreadPoolExecutor


def load_url(url: str, timeout: float) -> bytes:
    with urllib.request.urlopen(url, timeout=timeout) as page:
        return bytes(page.read())


def load_all(urls, *, timeout=5.0, max_workers=5, fetch=load_url):
    pages, fatal = {}, []

    def keep(url, future):
        error = future.exception()
        if error is None:
            pages[url] = future.result()
        elif isinstance(error, Exception):
            pages[url] = error
        else:
            fatal.append(error)

    pool = ThreadPoolExecutor(max_workers=max_workers)
    try:
        for url in set(urls):
            pool.submit(fetch, url, timeout).add_done_callback(lambda done, url=url: keep(url, done))
    finally:
        pool.shutdown(wait=True)
    if fatal:
        raise fatal[0]
    return pages


def first_ok(urls, *, fetch, max_workers=5):
    urls = tuple(urls)
    if len(urls) == 0:
        raise ValueError("urls is empty")
    answer = Future()
    errors = []
    lock = threading.Lock()
    pool = ThreadPoolExecutor(max_workers=max_workers)

    def arrived(url, future):
        if future.cancelled():
            return
        with lock:
            if answer.done():
                return
            if future.exception() is None:
                answer.set_result((url, future.result()))
                return
            errors.append(future.exception())
            if len(errors) == len(urls):
                answer.set_exception(ExceptionGroup("all failed", errors))

    for url in urls:
        pool.submit(fetch, url).add_done_callback(lambda future, url=url: arrived(url, future))
    try:
        return answer.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
