"""A witness: a socket of ours that a learner's threads and processes call, and that holds them so that we can count them.

    caller ---- connects, says what it wants ---->  waiting  ---- let go: the answer ---->  gone
                                                      |
                              held until the tree is at rest, then counted: the peak is exact both ways

Nothing is measured by waiting long enough. While callers are held, every thread that can still arrive does; when the tree is at rest all
have arrived, and the number held is the number that can be in flight at once: no more and no fewer.
The witness runs inside the conversation's loop: one thread, no locks.
"""

import selectors
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from . import tree

Register = Callable[[socket.socket, int, Callable[[int], None] | None], None]
"""Watch a socket for these events (0: no more) and call back with those that came."""

MAX_HELLO = 4 << 10
"""Bytes that a caller may say before it is hung up on."""
MAX_CALLERS = 256
"""Connections at once, far below the descriptors that the trusted process may have; one more is hung up on."""
MAX_ARRIVALS = 10_000
"""Requests of one check that are heard at all."""


@dataclass(eq=False)
class Caller:
    """One connection."""

    sock: socket.socket
    pid: int = 0
    """The process at the other end, from the kernel where it says so (Linux); else 0, or what the caller claims."""
    thread: int = 0
    """The thread, as the probe in that process names it; 0: unknown. For pictures only."""
    label: Any = None
    came: float = 0.0
    left: float = 0.0
    """When its request was whole, and when it was let go or hung up, by our monotonic clock. For pictures only."""
    answered: bool = False
    heard: bytearray = field(default_factory=bytearray)
    answer: bytes | None = None


def nobody(label: Any) -> bool:
    """Hold no caller."""
    return False


def everybody(labels: list[Any]) -> list[Any]:
    """Let all go, and hold no more."""
    return []


def one_by_one(labels: list[Any]) -> list[Any]:
    """For `hold(pick=...)`: one at each rest, the first that came."""
    return labels[:1]


def all_but_the_first(labels: list[Any]) -> list[Any]:
    """One is slow: the others are let go, so that whoever is next can come; the slow one at the end, when it is alone."""
    return labels[1:] or labels


def one_then_all(one: Callable[[list[Any]], list[Any]] = one_by_one) -> Callable[[list[Any]], list[Any]]:
    """For `hold(pick=...)`: at the first rest those that `one` picks, by default the first that came; at the second everybody."""
    turns = iter([one])

    def pick(labels: list[Any]) -> list[Any]:
        return next(turns, everybody)(labels)

    return pick


def in_words(label: Any) -> str:
    """What a call was about, for a picture: the label, or the first two words and numbers in it."""
    parts = label if type(label) is list else [label]
    words = [str(part) for part in parts if type(part) in (str, int, float)]
    return " ".join(words[:2]) or "a call"


class Witness:
    """Accepts, holds, counts and answers callers. A subclass says how a caller speaks (`parse`) and what it is told (`reply`)."""

    in_words: Callable[[Any], str] = staticmethod(in_words)
    """What a label says, for a picture."""

    def __init__(self, listener: socket.socket, register: Register, main: int) -> None:
        self.listener = listener
        self.register = register
        self.main = main
        """The worker's own process."""
        self.callers: set[Caller] = set()
        self.waiting: list[Caller] = []
        self.arrivals: list[Caller] = []
        """All that ever asked, in order."""
        self.counts: list[int] = []
        """How many callers were held at each rest since the last `hold`."""
        self.sure = True
        """False when callers were let go because nobody came for long, though a clock or a busy thread could still have brought one."""
        self._holds: Callable[[Any], bool] = nobody
        self._pick: Callable[[list[Any]], list[Any]] = everybody
        listener.setblocking(False)
        register(listener, selectors.EVENT_READ, self._accept)

    # -- what a suite says -------------------------------------------------------------------------------------------------------------

    def hold(
        self,
        only: Callable[[Any], bool] = lambda label: True,
        pick: Callable[[list[Any]], list[Any]] | None = None,
    ) -> None:
        """Hold the callers whose label `only` accepts, from now on; count anew.

        Without `pick`, they are all let go at the first rest, and nobody is held after it. With it, at each rest `pick` gets the labels of
        those held, in order of arrival, and returns those to let go; the others, and whoever comes later, are held on. When it returns
        nothing, all go and nobody is held any more.
        """
        self.counts, self.sure = [], True
        self._holds, self._pick = only, pick or everybody

    @property
    def peak(self) -> int:
        """The most callers held at once, counted when the tree was at rest."""
        return max(self.counts, default=0)

    @property
    def held(self) -> list[Any]:
        """The labels of those held now."""
        return [caller.label for caller in self.waiting]

    # -- what a kind of witness says ---------------------------------------------------------------------------------------------------

    def parse(self, caller: Caller) -> bool:
        """Whether `caller.heard` is a whole request; then `caller.label` is set."""
        raise NotImplementedError

    def reply(self, caller: Caller) -> bytes:
        """What a caller is told when it is let go."""
        raise NotImplementedError

    def timed_waits(self) -> int:
        """How many threads may wait with a time-out for an answer that we hold back: their clock is no reason to wait."""
        return 0

    def rested(self, sample: tree.Sample, *, sure: bool) -> bool:
        """The tree is at rest (or, not `sure`, as good as): count who is held and let go. False when nobody is held."""
        if not self.waiting:
            return False
        self.counts.append(self.count())
        self.sure = self.sure and sure
        chosen = self._pick(self.held)
        if not chosen:
            self._holds, chosen = nobody, self.held
        self.let_go(self._matching(chosen))
        return True

    def _matching(self, labels: list[Any]) -> list[Caller]:
        """One caller for each of these labels, in order of arrival: two callers may have the same label."""
        found, left = [], list(labels)
        for caller in self.waiting:
            if caller.label in left:
                left.remove(caller.label)
                found.append(caller)
        return found

    def count(self) -> int:
        """How many callers are in flight: here, all that are held."""
        return len(self.waiting)

    # -- the loop's side ---------------------------------------------------------------------------------------------------------------

    def let_go(self, callers: Iterable[Caller]) -> None:
        """Answer these callers."""
        now = time.monotonic()
        for caller in callers:
            self.waiting.remove(caller)
            caller.left, caller.answered = now, True
            caller.answer = self.reply(caller)
            self._send(caller)

    def close(self) -> None:
        """Hang up on everybody."""
        self.register(self.listener, 0, None)
        self.listener.close()
        for caller in list(self.callers):
            self._drop(caller)

    def _accept(self, _: int) -> None:
        try:
            sock, _address = self.listener.accept()
        except OSError:
            return  # it hung up before we looked
        if len(self.callers) >= MAX_CALLERS or len(self.arrivals) >= MAX_ARRIVALS:
            sock.close()
            return
        sock.setblocking(False)
        caller = Caller(sock, peer(sock))
        self.callers.add(caller)
        self.register(sock, selectors.EVENT_READ, lambda events: self._ready(caller, events))

    def _ready(self, caller: Caller, events: int) -> None:
        if events & selectors.EVENT_WRITE:
            self._send(caller)
            return
        try:
            data = caller.sock.recv(MAX_HELLO)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data or len(caller.heard) + len(data) > MAX_HELLO:
            self._drop(caller)
        elif caller not in self.waiting and caller.answer is None:
            caller.heard += data
            if self.parse(caller):
                caller.heard.clear()
                caller.came = time.monotonic()
                self.arrivals.append(caller)
                self.waiting.append(caller)
                if not self._holds(caller.label):
                    self.let_go([caller])

    def _send(self, caller: Caller) -> None:
        """Send what is left of the answer; hang up when it is out."""
        try:
            while caller.answer:
                caller.answer = caller.answer[caller.sock.send(caller.answer) :]
        except BlockingIOError:
            self.register(caller.sock, selectors.EVENT_WRITE, lambda events: self._ready(caller, events))
            return
        except OSError:
            pass  # the caller hung up: its own affair
        self._drop(caller)

    def _drop(self, caller: Caller) -> None:
        if caller in self.callers:
            self.callers.remove(caller)
            if caller in self.waiting:
                self.waiting.remove(caller)
                caller.left = time.monotonic()
            self.register(caller.sock, 0, None)
            caller.sock.close()


def peer(sock: socket.socket) -> int:
    """The process that connected, as the kernel attests it (SO_PEERCRED, unix(7)); 0 where it does not."""
    if sys.platform != "linux" or sock.family != socket.AF_UNIX:
        return 0
    pid, _, _ = struct.unpack("3i", sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return int(pid)
