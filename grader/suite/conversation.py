"""One worker, from its first request to its end: one loop that waits for replies, serves the witnesses and watches the tree.

    ask ->  [ select: channel | keeper | output | stacks | witnesses' sockets ]  -> reply
                    | nothing came for a tick
                    v
            sample the tree (tree.py):   too much CPU            -> TIMED_OUT
                                         too many processes      -> CRASHED
                                         at rest, callers held   -> the witness counts and lets them go
                                         at rest, nobody held    -> DEADLOCKED
                                         neither, for very long  -> INCONCLUSIVE

The first fate of a worker sticks: a suite that goes on after a soft failure gets the same one again. Clocks serve only to pace the
samples and as the last backstop; no verdict of right or wrong rests on one.
"""

import collections
import math
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable
from typing import Any, TypeVar

from grader.model import Evidence, Outcome
from grader.sandbox import wire
from grader.sandbox.client import Jail, SandboxError
from grader.sandbox.limits import Limits

from . import clocks, stacks, tree
from .fate import Fate
from .witness import Witness

TICK = 0.005
BUSY_TICK = 0.02
"""Seconds between two samples of a tree in which nothing happens. Pace only: what counts is how many samples are equal."""
PATIENCE = 1500
"""After how much of nobody coming the callers are let go, although a clock or a busy thread might still bring one. A still sample counts 5,
one with a thread running 4: 300 still ones (a loop that polls), or 375 busy ones, which are further apart. What is counted then is not
sure, and a count that is wrong without being sure is no verdict."""
HOLD_WITHOUT_PROC = 1.0
"""Seconds after which callers are let go where there is no /proc. What is counted then is not sure either way."""

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
        self.line = jail.start(limits, method, coverage)
        self.fate: Fate | None = None
        self.witnesses: list[Witness] = []
        self.printed = bytearray()
        self.printed_total = 0
        self._samples: collections.deque[tree.Sample] = collections.deque(maxlen=tree.QUIET_SAMPLES)
        self._frames = wire.Frames()
        self._asked = False
        self._reply: dict[str, Any] | None = None
        self._descriptors: list[int] = []
        self._expects_descriptor = False
        self._stacks = bytearray()
        self._code: int | None = None
        self._gone = False
        self._settling = False
        self._rested = False
        self._patience = 0
        self._enough = PATIENCE
        self._arrivals = 0
        self._spent = tree.reaped(self.line.keeper) if tree.available() else 0.0
        self._started = time.monotonic()
        self._moved = self._started
        self.line.channel.settimeout(limits.wall)  # a worker that was stopped must not stop us
        self._selector = selectors.DefaultSelector()
        self._watch(self.line.channel, self._on_channel)
        self._watch(jail.control, self._on_keeper)
        self._watch(self.line.output, self._on_output)
        self._watch(self.line.stacks, self._on_stacks)

    # -- for the learner proxy ---------------------------------------------------------------------------------------------------------

    def ask(self, **request: Any) -> dict[str, Any]:
        """Send a request; the worker's reply. Raises `Fate`."""
        if self.fate:
            raise self.fate
        self._serve(0)  # what came before we asked is no answer
        self._asked = True
        try:
            self.line.channel.sendall(wire.pack(request))
        except OSError:
            self._gone = True
        self._wait_until(lambda: self._reply is not None)
        reply, self._reply, self._asked = self._reply, None, False
        assert reply is not None
        return reply

    def run_to_end(self, **request: Any) -> int:
        """Send a request that replaces the worker's program; the exit code of that. Raises `Fate`."""
        if self.fate:
            raise self.fate
        self._unwatch(self.line.channel)
        self.line.channel.sendall(wire.pack(request))
        self._wait_until(lambda: self._code is not None)
        self._drain()
        assert self._code is not None
        return self._code

    def settle(self) -> None:
        """Wait, without asking anything, until the tree is at rest: what the learner's code left running has then done what it can."""
        if self.fate:
            raise self.fate
        self._settling, self._rested = True, False
        try:
            self._wait_until(lambda: self._rested)
        finally:
            self._settling = False

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
            # A tree that was seen at work is left to it for longer: looking costs CPU time that it could use.
            tick = TICK if not self._samples or self._samples[-1].still() else BUSY_TICK
            events = self._serve(tick)
            now = time.monotonic()
            if events:
                self._samples.clear()
                self._moved = now
                if self._gone and not done():
                    self._fail(*self._ended())
            if not done() and (not events or now - looked >= tick):
                looked = now
                self._inspect(now)

    def _serve(self, seconds: float) -> bool:
        """Wait this long at most for something to come, and handle it; whether something did."""
        events = self._selector.select(seconds)
        for key, mask in events:
            key.data(mask)
        return bool(events)

    def _inspect(self, now: float) -> None:
        """Look at the tree once, and decide what can be decided."""
        if now - self._started > self.limits.wall:
            self._fail(
                Outcome.INCONCLUSIVE,
                f"After {self.limits.wall} seconds your program neither worked nor came to rest, so there is no verdict.",
                "A thread that waits with a long time-out, or sleeps, looks like this from outside, and so does one that listens for an alarm.",
            )
        if not tree.available():
            if now - self._moved > HOLD_WITHOUT_PROC:
                self._moved = now
                self._let_go(tree.Sample((), 0), sure=False)
            return
        sample = tree.sample(self.line.keeper)
        if self._samples and self._samples[-1].threads != sample.threads:
            self._samples.clear()
        self._samples.append(sample)
        if sample.cpu - self._spent > self.limits.cpu:
            self._fail(
                Outcome.TIMED_OUT,
                f"It was still computing when its {self.limits.cpu} CPU seconds were used up.",
                "A loop that never ends, or one that does far more work than it needs.",
            )
        if len(sample.processes) > self.limits.processes:
            self._fail(Outcome.CRASHED, f"It had more than {self.limits.processes} processes at once, the limit of one check.")
        if sample.memory > self.limits.total_memory:
            size = f"{self.limits.total_memory >> 30} GiB"
            self._fail(Outcome.CRASHED, f"Its processes held more than {size} of memory together, the limit of one check.")
        if self._selector.select(0):
            return  # something came after this sample
        if len(self._samples) == tree.QUIET_SAMPLES and tree.unchanged(self._samples):
            excused = sum(witness.timed_waits() for witness in self.witnesses)
            if not sample.clocks(self.limits.wall, excused) and not self._ticks(sample) and self._at_rest(sample, excused):
                return
        if self._patient(sample):
            self._let_go(sample, sure=False)

    def _ticks(self, sample: tree.Sample) -> bool:
        """Whether something else than a thread's own time-out may still move this tree.

        What ticked between `sample` and the look at the clocks has rung by now, and a thread has run: hence one more sample.
        """
        return clocks.ticking(sample, self.limits.wall) or tree.sample(self.line.keeper).threads != sample.threads

    def _at_rest(self, sample: tree.Sample, excused: int) -> bool:
        """Nothing moves and no clock is near: let go who is held; with nobody held and no clock at all, it is a deadlock.

        That a clock is far stands in the learner's own memory, where it can be written: what is counted beside one is not sure.
        """
        if self._let_go(sample, sure=not sample.clocks(math.inf, excused)) or self._settling:
            return True
        if sample.clocks(math.inf):
            # The backstop would say the same later.
            self._fail(
                Outcome.INCONCLUSIVE,
                f"Your program waits for a clock that rings long after the {self.limits.wall} seconds of a check, so there is no verdict.",
                "A sleep or a time-out of this length looks from outside like a program that hangs.",
            )
        stopped = " A process was stopped by a signal and nobody will wake it." if sample.stopped() else ""
        text = "It will never end: every thread waits, and nothing is left that could wake one."
        self._fail(Outcome.DEADLOCKED, text + stopped)
        return True

    def _patient(self, sample: tree.Sample) -> bool:
        """Whether nobody has come for so long that callers are let go anyway."""
        arrivals = sum(len(witness.arrivals) for witness in self.witnesses)
        if arrivals != self._arrivals:
            self._arrivals, self._patience = arrivals, 0
        self._patience += 5 if sample.still() else 4
        if self._patience < self._enough or not (self._settling or any(witness.waiting for witness in self.witnesses)):
            return False
        self._patience, self._enough = 0, PATIENCE // 6  # a tree that polls once does so again: the next time is shorter
        return True

    def _let_go(self, sample: tree.Sample, *, sure: bool) -> bool:
        self._samples.clear()
        self._patience = 0
        released = sum(witness.rested(sample, sure=sure) for witness in self.witnesses) > 0  # every one of them is asked
        self._rested = not released
        return released

    def _fail(self, outcome: Outcome, text: str, why: str = "") -> None:
        dump = self._dump() if outcome is not Outcome.CRASHED else ""
        self.fate = Fate(outcome, text, why, stacks.waits(dump, f"{self.module}.py"))
        self.fate.in_pool_terminate = outcome is Outcome.DEADLOCKED and stacks.in_pool_terminate(dump)
        raise self.fate

    def _ended(self) -> tuple[Outcome, str, str]:
        """How the worker ended by itself, for a fate."""
        if self._code is None:
            self._wait_for_code()
        code = self._code
        if self.jail.broken:
            return Outcome.CRASHED, "Your program killed a process of the grader's own.", ""
        if code is None:
            return Outcome.CRASHED, "Your program closed the grader's connection, so nothing more can be asked of it.", ""
        if code >= 0:
            return Outcome.CRASHED, f"The process ended itself with exit code {code} before it answered.", ""
        if -code == signal.SIGXCPU:
            return Outcome.TIMED_OUT, f"It was still computing when its {self.limits.cpu} CPU seconds were used up.", ""
        name = signal.Signals(-code).name if -code in signal.valid_signals() else str(-code)
        return Outcome.CRASHED, f"The process was killed by {name} before it answered.", ""

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
            self._unwatch(self.line.channel)
            self._gone = True
            return
        try:
            found = self._frames.feed(data)
        except wire.BadFrame as error:
            self._fail(Outcome.CRASHED, f"Something wrote to the grader's own connection: {error}.")
        if len(found) > (self._asked and self._reply is None):
            self._fail(Outcome.CRASHED, "Something wrote to the grader's own connection: an answer that nobody asked for.")
        if found:
            (self._reply,) = found

    def _on_keeper(self, _: int) -> None:
        try:
            self._code = self.jail.ended()
        except SandboxError:
            self._unwatch(self.jail.control)
        self._gone = True

    def _on_output(self, _: int) -> None:
        data = _read(self.line.output)
        if data == b"":
            self._unwatch(self.line.output)
        elif data:
            self.printed_total += len(data)
            self.printed += data[: max(0, self.limits.output - len(self.printed))]

    def _on_stacks(self, _: int) -> None:
        data = _read(self.line.stacks)
        if data == b"":
            self._unwatch(self.line.stacks)
        elif data:
            self._stacks += data
            if len(self._stacks) > MAX_STACKS:  # the learner's code writes it: who writes more waits for ever
                self._unwatch(self.line.stacks)

    def _drain(self) -> None:
        """Read what was printed before the end."""
        before = -1
        while self.printed_total != before:
            before = self.printed_total
            self._on_output(0)

    def _watch(self, file: socket.socket | int, callback: Callable[[int], None]) -> None:
        self._selector.register(file, selectors.EVENT_READ, callback)

    def _unwatch(self, file: socket.socket | int) -> None:
        if file in self._selector.get_map():
            self._selector.unregister(file)

    def _register(self, sock: socket.socket, events: int, callback: Callable[[int], None] | None) -> None:
        """For the witnesses: watch `sock` for `events`, or no more."""
        self._unwatch(sock)
        if events:
            self._selector.register(sock, events, callback)

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
