"""One worker, from its first request to its end: one loop that waits for replies, serves the witnesses and watches the tree.

    ask ->  [ select: channel | keeper | output | stacks | witnesses' sockets ]  -> reply
                    | nothing came for a tick
                    v
            one look at the tree (watch.py), which may let callers go, or end it all

The first fate of a worker sticks: a suite that goes on after a soft failure gets the same one again.
"""

import os
import secrets
import selectors
import signal
import socket
import time
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from grader.model import Evidence, Outcome, Timeline
from grader.sandbox import wire
from grader.sandbox.jail import Jail, SandboxError
from grader.sandbox.limits import Limits

from . import sightings, stacks, tree
from .fate import Fate
from .watch import TICK, Watch, out_of_time
from .witness import Witness

MAX_STACKS = 1 << 18
"""Bytes that are read of what a worker's processes say of their threads."""
DUMP_SECONDS = 2.0
"""For asking every process where its threads are: who catches the signal and says nothing is not waited for."""

W = TypeVar("W", bound=Witness)


class Conversation:
    """Ask, and get the reply or a `Fate`."""

    def __init__(self, jail: Jail, limits: Limits, module: str, method: str | None = None, coverage: str | None = None) -> None:
        self.jail = jail
        self.limits = limits
        self.module = module
        self.method = method
        self.began = time.monotonic()
        self.line = jail.start(limits, method, coverage)
        self.fate: Fate | None = None
        self.witnesses: list[Witness] = []
        self.printed = bytearray()
        self.printed_total = 0
        self._frames = wire.Frames()
        self._nonce = ""
        """Of the question that is open, which its answer must repeat: nobody knows it before he is asked."""
        self._reply: dict[str, Any] | None = None
        self._descriptors: list[int] = []
        self._expects_descriptor = False
        self._stacks = bytearray()
        self._code: int | None = None
        self._gone = False
        self._watch = Watch(self.line.keeper, self.line.pid, limits, self.witnesses)
        self.line.channel.settimeout(limits.wall)  # a worker that was stopped must not stop us
        self._selector = selectors.DefaultSelector()
        self._on(self.line.channel, self._on_channel)
        self._on(jail.control, self._on_keeper)
        self._on(self.line.output, self._on_output)
        self._on(self.line.stacks, self._on_stacks)

    # -- for the learner proxy ---------------------------------------------------------------------------------------------------------

    def ask(self, **request: Any) -> dict[str, Any]:
        """Send a request; the worker's reply. Raises `Fate`."""
        if self.fate:
            raise self.fate
        self._nonce = secrets.token_hex(8)
        try:
            self.line.channel.sendall(wire.pack({**request, "nonce": self._nonce}))
        except OSError:
            self._gone = True
        self._wait_until(lambda: self._reply is not None)
        reply, self._reply, self._nonce = self._reply, None, ""
        assert reply is not None
        return reply

    def run_to_end(self, **request: Any) -> int:
        """Send a request that replaces the worker's program; the exit code of that. Raises `Fate`."""
        if self.fate:
            raise self.fate
        self._off(self.line.channel)
        self.line.channel.sendall(wire.pack(request))
        self._wait_until(lambda: self._code is not None)
        self._drain()
        assert self._code is not None
        return self._code

    def loaded(self) -> None:
        """The learner's file is imported: the check's CPU seconds count from here."""
        self._watch.anew()

    def settle(self) -> None:
        """Wait, without asking anything, until the tree is at rest: what the learner's code left running has then done what it can."""
        if self.fate:
            raise self.fate
        self._watch.settle(True)
        try:
            self._wait_until(lambda: self._watch.rested)
        finally:
            self._watch.settle(False)

    def witness(self, kind: str, make: Callable[[socket.socket, Callable[..., None], int], W]) -> W:
        """A new witness around a listening socket that the worker makes ("unix" or "tcp"). Before the learner's file is loaded."""
        self._expects_descriptor = True
        self.ask(op="listen", kind=kind)
        self._expects_descriptor = False
        found = make(socket.socket(fileno=self._descriptors.pop()), self._register, self.line.pid)
        self.witnesses.append(found)
        return found

    def processes(self) -> int:
        """How many processes the worker's tree has now besides itself; 0 where there is no /proc."""
        return len(tree.sample(self.line.keeper).processes - {self.line.pid}) if tree.available() else 0

    def remaining(self, pids: set[int]) -> int:
        """How many of these processes are still in the worker's tree; 0 where there is no /proc."""
        return len(tree.sample(self.line.keeper).processes & pids) if tree.available() else 0

    def close(self) -> None:
        """End the worker's whole tree, then hang up."""
        try:
            self.jail.end()
        except SandboxError:
            pass  # the next worker gets a new keeper, and the launcher then kills what this one left
        for witness in self.witnesses:
            witness.close()
        self._drain()
        self._selector.close()
        self.line.close()

    # -- the loop ----------------------------------------------------------------------------------------------------------------------

    def _wait_until(self, done: Callable[[], bool]) -> None:
        looked = time.monotonic()
        while not done():
            tick = self._watch.tick
            came = self._serve(tick)
            now = time.monotonic()
            if came:
                self._watch.moved(now)
                if self._gone and not done():
                    self._fail(self._ended())
            if not done() and (not came or now - looked >= tick):
                looked = now
                try:
                    self._watch.look(now, lambda: bool(self._selector.select(0)))
                except Fate as fate:
                    self._fail(fate)

    def _serve(self, seconds: float) -> bool:
        """Wait this long at most for something to come, and handle it; whether something did."""
        events = self._selector.select(seconds)
        for key, mask in events:
            key.data(mask)
        return bool(events)

    def _fail(self, fate: Fate) -> NoReturn:
        """The end of this worker: raise its fate, with where its threads are."""
        dump = self._dump() if fate.outcome is not Outcome.CRASHED else ""
        fate.waits = stacks.waits(dump, f"{self.module}.py")
        fate.in_pool_terminate = fate.outcome is Outcome.DEADLOCKED and stacks.in_pool_terminate(dump)
        self.fate = fate
        raise fate

    def _ended(self) -> Fate:
        """How the worker ended by itself."""
        if self._code is None:
            self._wait_for_code()
        code = self._code
        if self.jail.broken:
            return Fate(Outcome.CRASHED, "Your program killed a process of the grader's own.")
        if code is None:
            return Fate(Outcome.CRASHED, "Your program closed the grader's connection, so nothing more can be asked of it.")
        if code >= 0:
            return Fate(Outcome.CRASHED, f"The process ended itself with exit code {code} before it answered.")
        if -code == signal.SIGXCPU:
            return out_of_time(self.limits)
        name = signal.Signals(-code).name if -code in signal.valid_signals() else str(-code)
        return Fate(Outcome.CRASHED, f"The process was killed by {name} before it answered.")

    def _wait_for_code(self) -> None:
        """The channel's end and the keeper's word about the exit code may come in either order."""
        end = time.monotonic() + 1
        while self._code is None and not self.jail.broken and time.monotonic() < end:
            self._serve(TICK)

    # -- where the threads are -----------------------------------------------------------------------------------------------------------

    def _dump(self) -> str:
        """Where each thread of the tree is: faulthandler writes it from a signal, even under a deadlock."""
        if not tree.available():
            return ""
        end = time.monotonic() + DUMP_SECONDS
        for pid in sorted(tree.sample(self.line.keeper).processes):
            if tree.catches(pid, signal.SIGUSR1) and time.monotonic() < end:  # one after another: they write into one pipe
                os.kill(pid, signal.SIGUSR1)
                self._read_stacks(end)
        return self._stacks.decode("utf-8", "replace")

    def _read_stacks(self, end: float) -> None:
        """Read what one process writes of its threads, until no more comes, or that moment."""
        begun, quiet = len(self._stacks), 0
        while quiet < tree.QUIET_SAMPLES and time.monotonic() < end:
            before = len(self._stacks)
            self._serve(TICK)
            quiet = quiet + 1 if len(self._stacks) == before > begun else 0

    def script_lines(self) -> tuple[set[int], set[int]] | None:
        """The lines of a script that ran and those that could, as it wrote them at its end; None when the worker was no script."""
        if self._code is None:
            return None
        self._on_stacks(0)
        return stacks.recorded(bytes(self._stacks))

    # -- what comes --------------------------------------------------------------------------------------------------------------------

    def _on_channel(self, _: int) -> None:
        try:
            data, descriptors, _, _ = socket.recv_fds(self.line.channel, 1 << 18, 4)
        except OSError:
            data, descriptors = b"", []
        if self._expects_descriptor:
            self._descriptors += descriptors
        else:  # a learner's code sends them: it has no business to
            for descriptor in descriptors:
                os.close(descriptor)
        if not data:
            self._off(self.line.channel)
            self._gone = True
            return
        try:
            found = self._frames.feed(data)
        except wire.BadFrame as error:
            self._fail(Fate(Outcome.CRASHED, f"Something wrote to the grader's own connection: {error}."))
        for reply in found:
            if self._reply is not None or not self._nonce or reply.pop("nonce", None) != self._nonce:
                self._fail(Fate(Outcome.CRASHED, "Something wrote to the grader's own connection: an answer that nobody asked for."))
            self._reply = reply

    def _on_keeper(self, _: int) -> None:
        try:
            self._code = self.jail.ended()
        except SandboxError:
            self._off(self.jail.control)
        self._gone = True

    def _on_output(self, _: int) -> None:
        data = _read(self.line.output)
        if data == b"":
            self._off(self.line.output)
        elif data:
            self.printed_total += len(data)
            self.printed += data[: max(0, self.limits.output - len(self.printed))]

    def _on_stacks(self, _: int) -> None:
        data = _read(self.line.stacks)
        if data == b"":
            self._off(self.line.stacks)
        elif data:
            self._stacks += data
            if len(self._stacks) > MAX_STACKS:  # the learner's code writes it: who writes more waits for ever
                self._off(self.line.stacks)

    def _drain(self) -> None:
        """Read what was printed before the end."""
        before = -1
        while self.printed_total != before:
            before = self.printed_total
            self._on_output(0)

    def _on(self, file: socket.socket | int, callback: Callable[[int], None]) -> None:
        self._selector.register(file, selectors.EVENT_READ, callback)

    def _off(self, file: socket.socket | int) -> None:
        if file in self._selector.get_map():
            self._selector.unregister(file)

    def _register(self, sock: socket.socket, events: int, callback: Callable[[int], None] | None) -> None:
        """For the witnesses: watch `sock` for `events`, or no more."""
        self._off(sock)
        if events:
            self._selector.register(sock, events, callback)

    @property
    def timeline(self) -> Timeline | None:
        """What the witnesses saw, once it is over; None when nobody called."""
        arrivals = [(caller, witness) for witness in self.witnesses for caller in witness.arrivals]
        return sightings.timeline(arrivals, self.began, self.method or "") if arrivals else None

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What the learner's code printed, as theirs: the first lines."""
        if not self.printed_total:
            return ()
        text = self.printed.decode("utf-8", "replace")
        steps = text.splitlines()[:20]
        if self.printed_total > self.limits.output:
            steps.append(f"... cut: {self.printed_total:,} bytes in all")
        return (Evidence("printed", tuple(steps)),)


def _read(descriptor: int) -> bytes | None:
    """What a non-blocking pipe holds; b"" at its end, None when it holds nothing now."""
    try:
        return os.read(descriptor, 1 << 16)
    except BlockingIOError:
        return None
    except OSError:
        return b""
