# right: multiprocessing's ThreadPool, imap_unordered with labels
import socket
import urllib.parse
from multiprocessing.pool import ThreadPool


def load_url(url: str, timeout: float) -> bytes:
    """HTTP/1.0 over a plain socket."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme != "http":
        raise ValueError(url)
    request = f"GET {parts.path or '/'} HTTP/1.0\r\nHost: {parts.netloc}\r\n\r\n"
    with socket.create_connection((parts.hostname, parts.port or 80), timeout) as connection:
        connection.sendall(request.encode("ascii"))
        with connection.makefile("rb") as answer:
            status = answer.readline().split()
            if len(status) < 2:
                raise ConnectionError("no answer")
            length = None
            while (line := answer.readline()) not in (b"\r\n", b"\n", b""):
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            body = answer.read()
    if status[1] != b"200":
        raise OSError(f"status {status[1].decode()}")
    if length is not None and len(body) < length:
        raise EOFError(f"{len(body)} of {length} bytes")
    return body


def load_all(urls, *, timeout=5.0, max_workers=5, fetch=load_url):
    def one(url):
        try:
            return url, fetch(url, timeout), None
        except Exception as error:
            return url, error, None
        except BaseException as error:
            return url, None, error

    pages = {}
    with ThreadPool(max_workers) as pool:
        for url, value, fatal in pool.imap_unordered(one, set(urls)):
            if fatal is not None:
                raise fatal
            pages[url] = value
    return pages


def first_ok(urls, *, fetch, max_workers=5):
    won = []

    def one(url):
        if won:
            return "skipped", url, None
        try:
            page = fetch(url)
        except Exception as error:
            return "failed", url, error
        won.append(url)
        return "loaded", url, page

    urls = list(urls)
    if not urls:
        raise ValueError("nothing to fetch")
    pool = ThreadPool(max_workers)
    outcomes = pool.imap_unordered(one, urls)
    pool.close()
    errors = []
    for outcome, url, value in outcomes:
        if outcome == "loaded":
            return url, value
        if outcome == "failed":
            errors.append(value)
    raise ExceptionGroup("no page", errors)
