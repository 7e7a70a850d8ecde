"""The trusted side's handle on the launcher: start it, have it fork keepers, some ahead of time, end it.

    with Sandbox() as sandbox:                        one launcher
        with sandbox.open("ex03", ...) as jail:       one keeper, see jail.py
            line = jail.start(limits, method)         one worker
            ...
            jail.end()                                its whole tree is gone

Standard library only. Nothing here decides anything about a verdict.
"""

import importlib.util
import marshal
import os
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cached_property, lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

from . import wire
from .jail import STALL, STALLS, Jail, Keeper, SandboxError, Start
from .levels import Level, Trial

_HERE = Path(__file__).resolve().parent


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

    def open(self, module: str, source: bytes, probes: bytes | None, slot: int = 0) -> Jail:
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

    def _keeper(self, slot: int) -> Keeper:
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


@lru_cache(maxsize=4)
def compiled(name: str, source: bytes) -> bytes:
    """A module of ours as a file that Python can import in place of its source, PEP 552: workers would compile it again and again.

    Raises `SyntaxError`.
    """
    unchecked_hash = (1).to_bytes(4, "little")
    code = compile(source, name, "exec", dont_inherit=True, optimize=0)  # whatever this process was started with
    return importlib.util.MAGIC_NUMBER + unchecked_hash + importlib.util.source_hash(source) + marshal.dumps(code)


def _short_folder() -> str:
    """Where scratch folders go: a Unix socket's path must fit in 104 bytes, and multiprocessing adds 40 of its own."""
    folder = tempfile.gettempdir()
    return folder if len(folder) <= 32 else "/tmp"
