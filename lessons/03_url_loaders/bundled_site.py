"""A newspaper of five pages, served from this machine, for the demo of lesson 03.

    with bundled_site(Door()) as base:
        urllib.request.urlopen(base + "/front", timeout=5)

Three pages have a fixed size, one answers 404, and one hangs up without an answer. Nothing leaves
the computer. The `Door` decides when a request is answered, so the order is the same each run.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeVar

HOST = "127.0.0.1"
SIZES = {"/front": 12_000, "/news": 48_000, "/sport": 20_000}
PAGES = ["/front", "/news", "/gone", "/sport", "/drop"]
"""All five, in the order in which the demo asks for them. `/gone` is a 404, `/drop` hangs up."""

Item = TypeVar("Item")


class Door:
    """Every request waits here for its turn, and is counted.

    It opens for good when `together` requests have come. With `paced=True` it lets one through
    for each item that `pace` yields: of those inside, the last in the order of `PAGES`.
    """

    def __init__(self, together: int = 1, *, paced: bool = False) -> None:
        self.most = 0
        """The largest number of requests that were inside at once."""
        self.total = 0
        """How many requests came."""
        self._together = together
        self._open = False
        self._paced = paced
        self._inside: list[str] = []
        self._called: set[str] = set()
        self._changed = threading.Condition()

    def enter(self, path: str) -> None:
        """Wait for the turn of `path`. Called by the site, in the thread of that request."""
        with self._changed:
            self.total += 1
            self._inside.append(path)
            self.most = max(self.most, len(self._inside))
            if self.total >= self._together and not self._paced:
                self._open = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._open or path in self._called)
            self._inside.remove(path)

    def pace(self, answers: Iterator[Item]) -> Iterator[Item]:
        """Yield from `answers`, and have one page answered before each."""
        for left in range(len(PAGES), 0, -1):
            self._call_one(min(left, self._together))
            yield next(answers)

    def _call_one(self, needed: int) -> None:
        # Threads arrive in any order. Waiting until `needed` are inside makes the choice the same each run.
        with self._changed:
            self._changed.wait_for(lambda: len(self._inside) >= needed)
            self._called.add(max(self._inside, key=PAGES.index))
            self._changed.notify_all()

    def open(self) -> None:
        """Let everybody through from now on."""
        with self._changed:
            self._open = True
            self._changed.notify_all()


class _Newspaper(ThreadingHTTPServer):
    request_queue_size = 64

    def __init__(self, door: Door) -> None:
        super().__init__((HOST, 0), _Pages)
        self.door = door

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing when a reader has gone away before the answer."""


class _Pages(BaseHTTPRequestHandler):
    server: _Newspaper

    def do_GET(self) -> None:
        self.server.door.enter(self.path)
        if self.path == "/drop":
            return  # the connection is closed with nothing sent
        if self.path not in SIZES:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(SIZES[self.path]))
        self.end_headers()
        self.wfile.write(b"." * SIZES[self.path])

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing for a request: the demo's own lines are the output."""


@contextmanager
def bundled_site(door: Door | None = None) -> Iterator[str]:
    """Serve the pages while the block runs, and yield the base URL, such as `http://127.0.0.1:8000`."""
    server = _Newspaper(door or Door())
    # Port 0 asked the system for any free port; server_port is the one it gave.
    loop = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    loop.start()
    try:
        with _direct(HOST):
            yield f"http://{HOST}:{server.server_port}"
    finally:
        server.door.open()
        server.shutdown()
        server.server_close()
        loop.join()


@contextmanager
def _direct(host: str) -> Iterator[None]:
    """Keep requests for `host` away from a proxy: with `http_proxy` set, even loopback goes through it."""
    before = os.environ.get("no_proxy")
    known = before or os.environ.get("NO_PROXY", "")
    if known != "*":
        os.environ["no_proxy"] = f"{known},{host}" if known else host
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("no_proxy", None)
        else:
            os.environ["no_proxy"] = before
