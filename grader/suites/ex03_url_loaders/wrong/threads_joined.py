# fails: 03c.returns | waits for the fetches that still run
import threading
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
    todo, winners, errors = list(urls), [], []
    lock = threading.Lock()
    if not todo:
        raise ValueError("no URLs")

    def work():
        while True:
            with lock:
                if winners or not todo:
                    return
                url = todo.pop(0)
            try:
                page = fetch(url)
            except Exception as error:
                errors.append(error)
            else:
                with lock:
                    winners.append((url, page))

    threads = [threading.Thread(target=work) for _ in range(max_workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if winners:
        return winners[0]
    raise ExceptionGroup("no page loaded", errors)
