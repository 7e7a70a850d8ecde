"""The trusted side's handle on one keeper: have a worker get ready, give it its task, end it and all that it started.

    jail.start(limits, method)      a worker with the submission's files: its channel, its output, its stacks
    jail.end()                      its whole tree is gone
    jail.control                    readable when the keeper says something by itself

Standard library only. Nothing here decides anything about a verdict.
"""

import base64
import os
import select
import socket
import struct
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from . import wire
from .limits import Limits

STALL, STALLS = 5, 4
"""Seconds after which a keeper that does not answer is taken to be stopped, and continued; and how often, before it is given up."""
_TRANSLATED = hasattr(socket, "SO_PASSCRED")
"""Whether the kernel says who sent a message, by the name that the sender has here."""
_CREDENTIALS = struct.Struct("iII")
"""struct ucred: process, user and group."""


class SandboxError(Exception):
    """No worker can be had: the launcher or the keeper is gone or does not answer."""


@dataclass(frozen=True)
class Start:
    """How a worker gets ready; see `worker.Start`."""

    disk: int = Limits().disk
    coverage: str | None = None


@dataclass
class Line:
    """What connects us with one worker."""

    channel: socket.socket
    output: int
    stacks: int
    pid: int = 0
    """The worker's."""
    keeper: int = 0
    """The keeper's: it adopts what the worker's processes leave behind, so the whole tree is below it."""

    def close(self) -> None:
        """Close our ends."""
        self.channel.close()
        os.close(self.output)
        os.close(self.stacks)


class Keeper:
    """One keeper, by its control socket. Every method raises `SandboxError`; with `broken`, because the keeper is gone."""

    def __init__(self, control: socket.socket, wake: Callable[[], None]) -> None:
        self.control = control
        self.broken = False
        self._wake = wake
        self._spare: tuple[Start, Line] | None = None
        """A worker that gets ready, and how."""

    @property
    def ahead(self) -> bool:
        """Whether a worker has got ready, or tries to."""
        return self._spare is not None

    def prepare(self, start: Start) -> None:
        """Fork a worker, for `begin`."""
        channel, theirs = socket.socketpair()
        if _TRANSLATED:
            channel.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        output, output_end = os.pipe()
        stacks, stacks_end = os.pipe()
        os.set_blocking(output, False)
        os.set_blocking(stacks, False)
        line = Line(channel, output, stacks)
        try:
            self.say({"start": asdict(start)}, (theirs.fileno(), output_end, stacks_end))
        except SandboxError:
            line.close()
            raise
        finally:
            theirs.close()
            os.close(output_end)
            os.close(stacks_end)
        self._spare = start, line

    def begin(self, start: Start, task: dict[str, Any]) -> Line:
        """A worker that is ready for this task; see `worker.Task`."""
        if self._spare and self._spare[0] != start:
            self.end()
        stalls = 1 if self._spare else STALLS  # one that was ready before it was wanted answers at once, or never
        if self._spare is None:
            self.prepare(start)
        assert self._spare
        _, line = self._spare
        self._spare = None
        try:
            self._push(line.channel, wire.pack(task), stalls)
            self._await(line.channel, stalls)
            line.pid, line.keeper = _ready(line.channel)
        except (SandboxError, OSError) as error:  # OSError: it died before it had read all
            line.close()
            raise SandboxError(str(error)) from error
        return line

    def end(self, *, wait: bool = True) -> None:
        """Have every process of the check killed; returns when none is left, or without `wait` at once."""
        if self._spare:
            self._spare[1].close()
            self._spare = None
        self.say({"end": True})
        while wait and "swept" not in self.read():
            pass  # an `ended` that crossed our request

    def say(self, message: dict[str, Any], descriptors: tuple[int, ...] = ()) -> None:
        """Send."""
        frame = wire.pack(message)
        try:
            sent = socket.send_fds(self.control, [frame], descriptors) if descriptors else 0
            self.control.sendall(frame[sent:])
        except OSError as error:
            self.broken = True
            raise SandboxError("the keeper is gone") from error

    def read(self) -> dict[str, Any]:
        """What it says next."""
        self._await(self.control)
        try:
            return wire.read_frame(self.control)
        except wire.WireError as error:
            self.broken = True
            raise SandboxError(f"the keeper does not answer: {error}") from error

    def close(self) -> None:
        """Hang up, which ends it."""
        if self._spare:
            self._spare[1].close()
        self.control.close()

    def _push(self, channel: socket.socket, frame: bytes, stalls: int) -> None:
        """Send to a worker that may still be getting ready. One that has failed says why when it is read."""
        while frame:
            self._await(channel, stalls, writing=True)
            try:
                frame = frame[channel.send(frame, socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                continue
            except OSError:
                return

    def _await(self, sock: socket.socket, stalls: int = STALLS, *, writing: bool = False) -> None:
        """Return when something came, or when something can be sent."""
        for _ in range(stalls):
            if any(select.select([] if writing else [sock], [sock] if writing else [], [], STALL)):
                return
            self._wake()
        self.broken = True
        raise SandboxError("the keeper does not answer")


class Jail:
    """A keeper, for one submission. `control` is readable when it says something by itself: `{"ended": code}`."""

    def __init__(
        self,
        keeper: Keeper,
        module: str,
        files: dict[str, bytes],
        probes: bytes,
        another: Callable[[], Keeper],
        *,
        more: bool = False,
    ) -> None:
        """`another`: opens a keeper in the place of one that got ready ahead, and has come to harm since."""
        self.probes = probes
        self._another = another
        self.more = more
        """Whether another keeper is ready for who opens this slot again: then this one is used once."""
        self.used = False
        self._keeper = keeper
        self._task = {"module": module, "files": {name: base64.b64encode(data).decode() for name, data in files.items()}}

    @property
    def control(self) -> socket.socket:
        """What the keeper is heard by."""
        return self._keeper.control

    @property
    def broken(self) -> bool:
        """Whether the keeper is gone: killed by a learner's code, where it can be."""
        return self._keeper.broken

    def start(self, limits: Limits, method: str | None = None, coverage: str | None = None) -> Line:
        """A worker with the submission's files. Raises `SandboxError`."""
        start, task = Start(limits.disk, coverage), self._task | {"limits": asdict(limits), "method": method}
        ahead, self.used = self._keeper.ahead, True
        try:
            return self._keeper.begin(start, task)
        except SandboxError:
            if not ahead:
                raise
        self._keeper.close()
        self._keeper, self.more = self._another(), False
        return self._keeper.begin(start, task)

    def end(self) -> None:
        """Have every process of the check killed. When this returns none is left, but where another keeper is ready for the next check."""
        self._keeper.end(wait=not self.more)

    def ended(self) -> int | None:
        """Read what the keeper says by itself: the worker's exit code, negative if a signal killed it."""
        return self._keeper.read().get("ended")

    def close(self) -> None:
        """End the keeper."""
        self._keeper.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _ready(channel: socket.socket) -> tuple[int, int]:
    """The worker's and its keeper's process ids, as they are called here. Raises `SandboxError` when the worker could not be set up.

    In a process namespace of its own a worker does not know its name outside, so the kernel adds it: unix(7), SO_PASSCRED.
    """
    data, ancillary, _, _ = channel.recvmsg(1 << 12, socket.CMSG_SPACE(_CREDENTIALS.size))
    frames = wire.Frames().feed(data)
    if not frames or "ready" not in frames[0]:
        raise SandboxError(f"the worker could not be set up: {frames[0].get('failed') if frames else 'it ended'}")
    if not _TRANSLATED:
        return frames[0]["ready"], frames[0]["keeper"]
    channel.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
    pid = next((_CREDENTIALS.unpack(body)[0] for _, kind, body in ancillary if kind == socket.SCM_CREDENTIALS), 0)
    stat = Path(f"/proc/{pid}/stat").read_text()
    return pid, int(stat.rpartition(")")[2].split()[1])
