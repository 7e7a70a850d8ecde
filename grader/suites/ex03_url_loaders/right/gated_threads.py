# right: a thread for each URL, and a semaphore that lets max_workers fetch
import threading
import urllib.request


def load_url(url: str, timeout: float) -> bytes:
    with urllib.request.urlopen(url, timeout=timeout) as page:
        expected = page.headers.get("Content-Length")
        body = bytearray()
        while piece := page.read(8192):
            body += piece
    if expected is not None and len(body) != int(expected):
        raise OSError(f"{len(body)} of {expected} bytes")
    return bytes(body)


class Loader(threading.Thread):
    def __init__(self, url, gate, fetch, *args):
        super().__init__()
        self.url, self.gate, self.fetch, self.args = url, gate, fetch, args
        self.page = self.error = None

    def run(self):
        with self.gate:
            try:
                self.page = self.fetch(self.url, *self.args)
            except BaseException as error:
                self.error = error


def load_all(urls, *, timeout=5.0, max_workers=5, fetch=load_url):
    gate = threading.BoundedSemaphore(max_workers)
    loaders = [Loader(url, gate, fetch, timeout) for url in set(urls)]
    for loader in loaders:
        loader.start()
    pages = {}
    for loader in loaders:
        loader.join()
    for loader in loaders:
        if loader.error is not None and not isinstance(loader.error, Exception):
            raise loader.error
        pages[loader.url] = loader.page if loader.error is None else loader.error
    return pages


def first_ok(urls, *, fetch, max_workers=5):
    gate = threading.BoundedSemaphore(max_workers)
    changed = threading.Condition()
    winner, errors, over = [], [], threading.Event()
    urls = list(urls)
    if not urls:
        raise ValueError("first_ok of nothing")

    def run(url):
        with gate:
            if over.is_set():
                return
            try:
                outcome, value = winner, (url, fetch(url))
            except Exception as error:
                outcome, value = errors, error
            with changed:
                outcome.append(value)
                if outcome is winner:
                    over.set()
                changed.notify()

    for url in urls:
        threading.Thread(target=run, args=(url,), daemon=True).start()
    with changed:
        changed.wait_for(lambda: winner or len(errors) == len(urls))
    if winner:
        return winner[0]
    raise ExceptionGroup("no luck", errors)
