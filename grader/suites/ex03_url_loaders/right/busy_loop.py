# right: asks over and over whether a page has come, without a pause: wasteful, and right

import urllib.request
from concurrent.futures import ThreadPoolExecutor


def load_url(url, timeout):
    with urllib.request.urlopen(url, timeout=timeout) as page:
        return page.read()


def load_all(urls, *, timeout=5.0, max_workers=5, fetch=load_url):
    pages = {}
    with ThreadPoolExecutor(max_workers=max_workers) as pool:
        future_to_url = {pool.submit(fetch, url, timeout): url for url in dict.fromkeys(urls)}
        while not all(future.done() for future in future_to_url):
            pass
        for future, url in future_to_url.items():
            error = future.exception()
            if error is not None and not isinstance(error, Exception):
                raise error
            pages[url] = error or future.result()
    return pages


def first_ok(urls, *, fetch, max_workers=5):
    pool = ThreadPoolExecutor(max_workers=max_workers)
    pending = {pool.submit(fetch, url): url for url in urls}
    if not pending:
        raise ValueError("no URLs")
    errors = []
    try:
        while pending:
            for future in list(pending):
                if future.done():
                    url = pending.pop(future)
                    try:
                        return url, future.result()
                    except Exception as error:
                        errors.append(error)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    raise ExceptionGroup("no page loaded", errors)
