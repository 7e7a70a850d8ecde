# fails: 03b.labels | under another URL
import urllib.request
from concurrent.futures import ThreadPoolExecutor, as_completed


def load_url(url: str, timeout: float) -> bytes:
    with urllib.request.urlopen(url, timeout=timeout) as page:
        return page.read()


def load_all(urls, *, timeout=5.0, max_workers=5, fetch=load_url):
    pages = {}
    urls = list(dict.fromkeys(urls))
    with ThreadPoolExecutor(max_workers=max_workers) as pool:
        futures = [pool.submit(fetch, url, timeout) for url in urls]
        for url, future in zip(urls, as_completed(futures)):
            try:
                pages[url] = future.result()
            except Exception as error:
                pages[url] = error
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
                errors.append(error)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    raise ExceptionGroup("no page loaded", errors)
