# fails: 03c.first | tries one URL after another
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
    for url in urls:
        try:
            return url, fetch(url)
        except Exception as error:
            errors.append(error)
    if not errors:
        raise ValueError("no URLs")
    raise ExceptionGroup("no page loaded", errors)
