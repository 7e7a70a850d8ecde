"""A small web site on loopback, served by the trusted side, that holds requests and counts how many are in flight.

/ok/N      page N, a different one each run         /404     not found, with a page that says so (/500: likewise)
/slow      never answers                            /drop    the connection closes without an answer
/short   fewer bytes than its Content-Length says
"""

import random
import socket

from . import tree
from .witness import Caller, Register, Witness


class Site(Witness):
    """The pages are drawn from `draw`, so that nobody knows them but who fetched them."""

    def __init__(self, listener: socket.socket, register: Register, main: int, draw: random.Random) -> None:
        super().__init__(listener, register, main)
        self.root = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.draw = draw
        self.pages: dict[str, bytes] = {}
        """Body by URL, of the pages made so far."""
        self.dropped: dict[str, int] = {}
        """How many more requests for a path are hung up on before one is answered."""
        self.endless: str | None = None
        """How a client waited for /slow: "for ever", or "too long" when its time-out was far beyond what was asked; None: it gave up."""
        self.timeout_seen: float | None = None
        """Seconds, when `endless` is "too long" and the kernel showed them."""
        self.unclear = False
        """Whether how a client waited for /slow cannot be told: it was let go while something else was at work."""

    def page(self, path: str, body: bytes | None = None) -> str:
        """The URL of `path`; /ok/N gets this body, or a drawn one."""
        url = self.root + path
        if path.startswith("/ok/"):
            self.pages[url] = f"page {path[4:]}: {self.draw.randbytes(20).hex()}".encode() if body is None else body
        return url

    # -- as a witness ------------------------------------------------------------------------------------------------------------------

    def parse(self, caller: Caller) -> bool:
        if b"\r\n\r\n" not in caller.heard:
            return False
        words = bytes(caller.heard.partition(b"\r\n")[0]).decode("latin-1").split()
        caller.label = words[1] if len(words) == 3 else ""
        return True

    def reply(self, caller: Caller) -> bytes:
        path = caller.label
        if self.dropped.get(path, 0) > 0:
            self.dropped[path] -= 1
            return b""
        body = self.pages.get(self.root + path)
        if path == "/drop":
            return b""
        if path == "/short":
            return _response(b"only the beginning" * 4000, length=100_000)
        if path == "/slow":
            return _response(b"too late")
        if path == "/500":
            return _response(b"the site is broken", status="500 Internal Server Error")
        if body is None:
            return _response(b"no such page", status="404 Not Found")
        return _response(body)

    def hold_slow(self) -> None:
        """Never answer /slow, until it is known how its client waits."""
        self.hold(only=lambda path: path == "/slow")

    def timed_waits(self) -> int:
        """A client of a page that we hold waits with the time-out it was given; one of /slow is watched for just that."""
        return sum(caller.label != "/slow" for caller in self.waiting)

    def rested(self, sample: tree.Sample, *, sure: bool) -> bool:
        if any(caller.label == "/slow" for caller in self.waiting):
            clocks = [thread.left for thread in sample.threads if thread.wait]
            self.unclear = not (sure or sample.still())
            self.endless = "too long" if clocks else "for ever"
            self.timeout_seen = max((left for left in clocks if left), default=None)
        return super().rested(sample, sure=sure)


def _response(body: bytes, status: str = "200 OK", length: int | None = None) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {length or len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body
