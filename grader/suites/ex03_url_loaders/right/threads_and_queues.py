# right: threads and queues by hand, and http.client for the page
import http.client
import queue
import threading
from urllib.parse import urlsplit


def load_url(url: str, timeout: float) -> bytes:
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError(f"not an http address: {url!r}")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=timeout)
    try:
        connection.request("GET", target)
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if not 200 <= answer.status < 300:
        raise http.client.HTTPException(f"{answer.status} {answer.reason}")
    return body


def load_all(urls, *, timeout=5.0, max_workers=5, fetch=load_url):
    todo = queue.Queue()
    for url in dict.fromkeys(urls):
        todo.put(url)
    results = queue.Queue()

    def work():
        while True:
            try:
                url = todo.get_nowait()
            except queue.Empty:
                return
            try:
                results.put((url, fetch(url, timeout)))
            except BaseException as error:
                results.put((url, error))

    threads = [threading.Thread(target=work) for _ in range(max_workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pages = {}
    while not results.empty():
        url, value = results.get()
        if isinstance(value, BaseException) and not isinstance(value, Exception):
            raise value
        pages[url] = value
    return pages


def first_ok(urls, *, fetch, max_workers=5):
    todo = list(urls)[::-1]
    if not todo:
        raise ValueError("no URLs")
    expected = len(todo)
    lock = threading.Lock()
    answers = queue.Queue()

    def work():
        while True:
            with lock:
                if not todo:
                    return
                url = todo.pop()
            try:
                answers.put((url, fetch(url), None))
            except Exception as error:
                answers.put((url, None, error))

    for _ in range(max_workers):
        threading.Thread(target=work, daemon=True).start()
    errors = []
    while len(errors) < expected:
        url, page, error = answers.get()
        if error is None:
            with lock:
                todo.clear()
            return url, page
        errors.append(error)
    raise ExceptionGroup("every page failed", errors)
