# right: concurrent.futures.wait, and futures kept by URL
import urllib.request
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait


def load_url(url: str, timeout: float) -> bytes:
    request = urllib.request.Request(url, headers={"User-Agent": "lesson-03"})
    page = urllib.request.urlopen(request, None, timeout)
    try:
        return page.read()
    finally:
        page.close()


def load_all(urls, *, timeout=5.0, max_workers=5, fetch=load_url):
    futures = {}
    with ThreadPoolExecutor(max_workers) as pool:
        for url in urls:
            if url not in futures:
                futures[url] = pool.submit(fetch, url, timeout)
        wait(futures.values())
    pages = {}
    for url, future in futures.items():
        error = future.exception()
        if error is None:
            pages[url] = future.result()
        elif isinstance(error, Exception):
            pages[url] = error
        else:
            raise error
    return pages


def first_ok(urls, *, fetch, max_workers=5):
    pool = ThreadPoolExecutor(max_workers)
    waiting = {pool.submit(fetch, url): url for url in urls}
    if not waiting:
        raise ValueError("no URLs")
    errors = []
    while waiting:
        done, _ = wait(waiting, return_when=FIRST_COMPLETED)
        for future in done:
            url = waiting.pop(future)
            if future.exception() is None:
                pool.shutdown(wait=False, cancel_futures=True)
                return url, future.result()
            errors.append(future.exception())
    pool.shutdown()
    raise ExceptionGroup(f"all {len(errors)} failed", errors)
