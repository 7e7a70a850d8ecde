"""The trusted side's handle on the sandbox: start the launcher, open a keeper, start a worker, end it.

    with Sandbox() as sandbox:                        one launcher
        with sandbox.open("ex03", ...) as jail:       one keeper
            line = jail.start(limits, method)         one worker: its channel, its output, its stacks
            ...
            jail.end()                                its whole tree is gone

Standard library only. Nothing here decides anything about a verdict.
"""

import base64
import importlib.util
import marshal
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from . import wire
from .levels import Level, Trial
from .limits import Limits

_HERE = Path(__file__).resolve().parent


STALL, STALLS = 5, 4
"""Seconds after which a keeper that does not answer is taken to be stopped, and continued; and how often, before it is given up."""
_TRANSLATED = hasattr(socket, "SO_PASSCRED")
"""Whether the kernel says who sent a message, by the name that the sender has here."""
_CREDENTIALS = struct.Struct("iII")
"""struct ucred: process, user and group."""


class SandboxError(Exception):
    """No worker can be had: the launcher or the keeper is gone or does not answer."""


class Sandbox:
    """One launcher. Start it before importing anything heavy: it gets ready meanwhile."""

    def __init__(self, highest: Level = Level.FULL, shown: tuple[str, ...] = ()) -> None:
        """Contain at `highest` at most. `shown`: folders that a submission may be given to read, wherever they lie."""
        self.scratch = tempfile.mkdtemp(prefix="course-", dir=_short_folder())
        self.control, theirs = socket.socketpair()
        self._spares: dict[int, list[Keeper]] = {}
        """Keepers whose first worker is ready, by the slot that they are for."""
        start = (
            f"import sys; sys.path.insert(0, {str(_HERE.parent.parent)!r}); from grader.sandbox import launcher; sys.path.pop(0); "
            f"import socket; launcher.main(socket.socket(fileno={theirs.fileno()}), {self.scratch!r}, {highest.value!r}, {shown!r})"
        )
        # The base interpreter: no site-packages. Not -I: that would ignore PYTHONHASHSEED.
        python = getattr(sys, "_base_executable", None) or sys.executable
        self.process = subprocess.Popen(
            [python, "-s", "-P", "-S", "-u", "-X", "utf8", "-c", start],
            env={"PYTHONHASHSEED": "0", "LANG": "C.UTF-8"},
            cwd="/",
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=None if os.environ.get("COURSE_DEBUG") else subprocess.DEVNULL,
            start_new_session=True,  # a Ctrl-C in the terminal is for us: we end the launcher by closing its socket
        )
        theirs.close()

    @cached_property
    def trials(self) -> tuple[Trial, ...]:
        """What the launcher's self-test found, the strongest level first; the last is in force. Waits for it. Raises `SandboxError`."""
        try:
            said = wire.read_frame(self.control)
        except (wire.WireError, OSError) as error:
            raise SandboxError("the launcher did not start") from error
        if "failed" in said:
            raise SandboxError(said["failed"].partition("] ")[2])
        return tuple(Trial(Level(level), held, why) for level, held, why in said["trials"])

    @property
    def level(self) -> Level:
        """The level of isolation in force."""
        return self.trials[-1].level

    def open(self, module: str, source: bytes, probes: bytes | None, slot: int = 0) -> "Jail":
        """A keeper for one submission. The last one of this slot, and all it left, is gone when the new one answers.

        Keepers in different slots (0 to 255) work side by side.
        """
        files = {f"{module}.py": source, "witness.pyc": compiled("witness.py", (_HERE / "witness.py").read_bytes())}
        if probes is not None:
            files["probes.pyc"] = compiled("probes.py", probes)
        spares = self._spares.get(slot, [])
        keeper = spares.pop() if spares else self._keeper(slot)
        return Jail(keeper, module, files, probes or b"", lambda: self._keeper(slot), more=bool(spares))

    def prepare(self, slot: int, place: int) -> None:
        """Have one more keeper, and its first worker, get ready for who opens `slot`. It lies in the slot `place`. Raises `SandboxError`."""
        keeper = self._keeper(place)
        keeper.prepare(Start())
        self._spares.setdefault(slot, []).append(keeper)

    def forget(self, keep: int | None = None) -> None:
        """Hang up on those that are ready, but for those of the slot `keep`: they end, unless a fork of this process holds on to them."""
        for slot in [slot for slot in self._spares if slot != keep]:
            for keeper in self._spares.pop(slot):
                keeper.close()

    def _keeper(self, slot: int) -> "Keeper":
        _ = self.trials  # when there is no launcher, this says why
        ours, theirs = socket.socketpair()
        try:
            socket.send_fds(self.control, [bytes([slot])], [theirs.fileno()])
        except OSError as error:
            raise SandboxError("the launcher is gone") from error
        finally:
            theirs.close()
        return Keeper(ours, self.wake)

    def wake(self) -> None:
        """Continue the launcher and its keepers: at level `process` a learner's code may have stopped them."""
        os.killpg(self.process.pid, signal.SIGCONT)

    def close(self) -> None:
        """End the launcher and with it every process below it."""
        self.forget()
        self.control.close()
        for _ in range(STALLS):
            try:
                self.process.wait(STALL)
            except subprocess.TimeoutExpired:
                self.wake()
            else:
                return
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


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


@lru_cache(maxsize=4)
def compiled(name: str, source: bytes) -> bytes:
    """A module of ours as a file that Python can import in place of its source, PEP 552: workers would compile it again and again.

    Raises `SyntaxError`.
    """
    unchecked_hash = (1).to_bytes(4, "little")
    code = compile(source, name, "exec", dont_inherit=True, optimize=0)  # whatever this process was started with
    return importlib.util.MAGIC_NUMBER + unchecked_hash + importlib.util.source_hash(source) + marshal.dumps(code)


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


def _short_folder() -> str:
    """Where scratch folders go: a Unix socket's path must fit in 104 bytes, and multiprocessing adds 40 of its own."""
    folder = tempfile.gettempdir()
    return folder if len(folder) <= 32 else "/tmp"
