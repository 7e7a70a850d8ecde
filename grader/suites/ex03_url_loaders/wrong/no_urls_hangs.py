# fails: 03c.empty | waits for an answer that nobody will give
import queue
import urllib.request
from concurrent.futures import ThreadPoolExecutor, as_completed


def load_url(url: str, timeout: float) -> bytes:
    with urllib.request.urlopen(url, timeout=timeout) as page:
        return page.read()


def load_all(urls, *, timeout=5.0, max_workers=5, fetch=load_url):
    pages = {}
    with ThreadPoolExecutor(max_workers=max_workers) as pool:
        future_to_url = {pool.submit(fetch, url, timeout): url for url in set(urls)}
        for future in as_completed(future_to_url):
            try:
                pages[future_to_url[future]] = future.result()
            except Exception as error:
                pages[future_to_url[future]] = error
    return pages


def first_ok(urls, *, fetch, max_workers=5):
    answers = queue.Queue()
    pool = ThreadPoolExecutor(max_workers=max_workers)

    def work(url):
        try:
            answers.put((url, fetch(url), None))
        except Exception as error:
            answers.put((url, None, error))

    futures = [pool.submit(work, url) for url in urls]
    errors = []
    try:
        while True:
            url, page, error = answers.get()
            if error is None:
                return url, page
            errors.append(error)
            if len(errors) == len(futures):
                raise ExceptionGroup("no page loaded", errors)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
