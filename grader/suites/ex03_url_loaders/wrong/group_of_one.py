# fails: 03c.all_fail | errors are missing from the group
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
    errors = []
    pool = ThreadPoolExecutor(max_workers=max_workers)
    future_to_url = {pool.submit(fetch, url): url for url in urls}
    if not future_to_url:
        raise ValueError("no URLs")
    try:
        for future in as_completed(future_to_url):
            try:
                return future_to_url[future], future.result()
            except Exception as error:
                errors = [error]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    raise ExceptionGroup("no page loaded", errors)
