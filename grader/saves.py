"""Which files of a folder were saved, told by a process of its own.

    trusted process  <-- a pipe, one JSON line each --  watcher: watchfiles, its Rust threads, inotify or polling
                         {"polling": "why", or null}    once: from now on nothing is missed
                         ["ex03_url_loaders.py", ...]   these were saved, made, renamed or removed

A process, because watchfiles starts threads, and the trusted process forks. The folder is watched and not the file: an editor that saves by
renaming puts another file in its place. Saves within 10 ms are told once; what a file holds is for the reader to see.
"""

import json
import os
import re
import select
import signal
from pathlib import Path
from typing import Any, NoReturn, Self

DEBOUNCE, STEP = 10, 1
"""Milliseconds that a burst of saves is gathered for, and that it must be still to be told sooner."""
POLL_DELAY = 100
"""Milliseconds between two looks at the folder, where it must be polled."""
HEARTBEAT = 500
"""Milliseconds after which the watcher looks whether anybody is still interested."""
NETWORK = re.compile(
    r"nfs\d?|cifs|smb\w*|9p|afs|ceph|glusterfs|lustre|beegfs|gpfs|vboxsf|prl_fs|vmhgfs|drvfs|fuse\.(sshfs|vmhgfs-fuse|s3fs|rclone|gcsfuse)"
)
"""File systems whose changes the kernel does not tell when another machine (or the host of a virtual one) makes them."""
MOUNTS = Path("/proc/self/mounts")


class Saves:
    """The watcher of one folder. `read()` when `fileno()` is readable."""

    def __init__(self, folder: Path, *, poll: bool) -> None:
        """Start it. `poll`: by looking again and again, although the kernel might tell."""
        self.ready = False
        """Whether the watcher has said that from now on nothing is missed."""
        self.polling: str | None = None
        """Why the folder is polled; None when the kernel tells, or nothing is known yet."""
        self._folder = folder
        why = "as you asked" if poll else network(folder, _mounts())
        self._descriptor, theirs = os.pipe()
        os.set_blocking(self._descriptor, False)
        self._unread = b""
        owner = os.getpid()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                os.close(self._descriptor)
                signal.set_wakeup_fd(-1)
                for number in (signal.SIGINT, signal.SIGWINCH):  # the terminal's signals are for our owner
                    signal.signal(number, signal.SIG_IGN)
                for number in (signal.SIGTERM, signal.SIGHUP):
                    signal.signal(number, signal.SIG_DFL)
                _watch(folder, why, theirs, owner)
            finally:
                os._exit(1)
        os.close(theirs)

    def fileno(self) -> int:
        """For `select`."""
        return self._descriptor

    def read(self) -> frozenset[str]:
        """The names that were saved, of all that has come. The first time, when the watcher is ready, any may have been: every name of the folder.

        Raises `WatcherLost`.
        """
        names: set[str] = set()
        while True:
            try:
                data = os.read(self._descriptor, 1 << 16)
            except BlockingIOError:
                return frozenset(names)
            if not data:
                raise WatcherLost(str(self._folder))
            *lines, self._unread = (self._unread + data).split(b"\n")
            for line in lines:
                said: Any = json.loads(line)
                if isinstance(said, dict):
                    self.ready, self.polling = True, said["polling"]
                    names.update(os.listdir(self._folder))
                else:
                    names.update(said)

    def close(self) -> None:
        """End the watcher."""
        os.close(self._descriptor)
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class WatcherLost(Exception):
    """The watcher has ended: something killed it, or its folder cannot be watched."""


def network(folder: Path, mounts: str) -> str | None:
    """Why `folder` must be polled by the look of `mounts` (proc_mounts(5)): the network file system that it lies on; None for any other."""
    place = folder.resolve()
    found = ""
    longest = -1
    for line in mounts.splitlines():
        _, point, kind, *_ = line.split(" ")
        mounted = Path(re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), point))
        if place.is_relative_to(mounted) and len(mounted.parts) >= longest:  # of two at one place, the later hides the earlier
            found, longest = kind, len(mounted.parts)
    return f"{found} tells no changes" if NETWORK.fullmatch(found) else None


def _mounts() -> str:
    return MOUNTS.read_text("utf-8", "replace") if MOUNTS.exists() else ""


def _watch(folder: Path, why: str | None, told: int, owner: int) -> NoReturn:
    """The watcher's life: until its owner is gone."""
    # Here, so that only this process loads it.
    from watchfiles._rust_notify import RustNotify, WatchfilesRustInternalError

    def notify(*, polling: bool) -> RustNotify:
        return RustNotify([str(folder)], False, polling, POLL_DELAY, False, True)

    try:
        watcher = notify(polling=why is not None)
    except (OSError, WatchfilesRustInternalError) as error:  # the user's inotify instances or watches are used up, or there is no inotify
        if why is not None:
            raise
        why = f"the kernel cannot tell changes: {error}"
        watcher = notify(polling=True)
    _tell(told, {"polling": why})
    while os.getppid() == owner:
        changes = watcher.watch(DEBOUNCE, STEP, HEARTBEAT, None)
        if isinstance(changes, set):
            _tell(told, sorted({os.path.basename(path) for _, path in changes}))
    os._exit(0)


def _tell(told: int, what: object) -> None:
    line = json.dumps(what).encode() + b"\n"
    while line:
        select.select([], [told], [])
        line = line[os.write(told, line) :]
