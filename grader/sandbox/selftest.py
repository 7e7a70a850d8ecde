"""What this machine's kernel really holds: a worker of our own tries to break out at each level, and the launcher looks what happened."""

import os
import resource
import select
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from . import containment
from .levels import PROMISES, Level, Trial

_FORKS, _FORK_LIMIT = 12, 6
_UNCONFINED = "unconfined"


class _Targets(NamedTuple):
    """What the worker tries to reach."""

    files: tuple[str, ...]
    launcher: int
    port: int
    path: str
    """Of a socket that listens."""


def offered(scratch: str, highest: Level) -> list[Trial]:
    """The trials made, strongest level first; the last is the one to use, `process` at worst."""
    levels = list(Level)
    trials: list[Trial] = []
    for level in levels[levels.index(highest) :]:
        if not PROMISES[level]:
            return [*trials, Trial(level, {"start": True})]  # a plain process can start what started us
        trials.append(_try(level, scratch) if sys.platform == "linux" else Trial(level, {}, "it needs Linux"))
        if trials[-1].passed:
            break
    return trials


def _try(level: Level, scratch: str) -> Trial:
    """Run the probes inside a keeper and a worker of this level."""
    canary = Path(scratch, "canary")
    canary.write_text("not yours")
    folder = Path(scratch, "selftest")
    folder.mkdir(exist_ok=True)
    said, say = os.pipe()
    alive, life = os.pipe()  # whoever lives on holds an end of this one
    path = f"{scratch}/service"
    with socket.create_server(("127.0.0.1", 0)) as service, socket.socket(socket.AF_UNIX) as neighbour:
        neighbour.bind(path)
        neighbour.listen()
        targets = _Targets((str(canary), str(Path(__file__).parent.parent / "grading.py")), os.getpid(), service.getsockname()[1], path)

        def run() -> None:
            os.close(said)
            os.close(alive)
            _keep(level, str(folder), targets, say)

        try:
            os.waitpid(containment.fork_keeper(level, run), 0)
        except OSError as error:
            return Trial(level, {}, str(error.strerror))
        finally:
            os.close(say)
            os.close(life)
            with open(said) as report:
                words = report.read().split()
            ended = bool(select.select([alive], [], [], 1)[0])
            os.close(alive)
            canary.unlink()
            os.unlink(path)
            containment.clear(str(folder))
    if _UNCONFINED in words:
        return Trial(level, {}, " ".join(words[words.index(_UNCONFINED) + 1 :]))
    return Trial(level, {"outlive": ended, **dict.fromkeys(words, True)})


def _keep(level: Level, scratch: str, targets: _Targets, say: int) -> None:
    """The keeper's part: one worker, and an end that must be everybody's."""
    worker = os.fork()
    if worker == 0:
        try:
            inside = containment.prepare_worker(level, 1 << 20, scratch, [])
            containment.confine_worker(level, inside, [])
        except OSError as error:
            os.write(say, f"{_UNCONFINED} {error.strerror}".encode())
            os._exit(1)
        try:
            _break_out(targets, say)
        finally:
            os._exit(0)
    os.close(say)
    os.waitpid(worker, 0)
    containment.sweep()


def _break_out(targets: _Targets, say: int) -> None:
    """The worker's part: try each way out, and name those that are shut."""
    keeper = os.getppid()
    tries: dict[str, list[Callable[[], object]]] = {
        "read": [lambda path=path: open(path).close() for path in targets.files],  # type: ignore[misc]
        "signal": [lambda pid=pid: os.kill(pid, 0) for pid in (targets.launcher, keeper)],  # type: ignore[misc]
        "connect": [
            lambda: socket.create_connection(("127.0.0.1", targets.port), timeout=1).close(),
            lambda: socket.socket(socket.AF_UNIX).connect(targets.path),
        ],
        "change": [lambda path=targets.files[0]: os.chmod(path, 0o600), lambda path=targets.files[0]: os.utime(path)],  # type: ignore[misc]
        "fork": [_fork_past_the_limit],
    }
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.close(say)
            select.select([], [], [])  # a daemon that nobody waits for
        os._exit(0)
    if not _refused(_start_the_interpreter):
        os.write(say, b"start ")
    for name, attempts in tries.items():
        if all(_refused(attempt) for attempt in attempts):
            os.write(say, f"{name} ".encode())


def _refused(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return True
    return False


def _start_the_interpreter() -> None:
    """Raises `OSError` when a child cannot be this Python, `--version` being the shortest of its programs."""
    quiet = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
    child = os.posix_spawn(sys.executable, [sys.executable, "--version"], {}, file_actions=quiet)
    if os.waitpid(child, 0)[1]:
        raise ChildProcessError("it did not end well")


def _fork_past_the_limit() -> None:
    """Raises `OSError` when the kernel stops it."""
    resource.setrlimit(resource.RLIMIT_NPROC, (_FORK_LIMIT, _FORK_LIMIT))
    for _ in range(_FORKS):
        if os.fork() == 0:
            select.select([], [], [])
