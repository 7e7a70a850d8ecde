"""The seam for isolation: what each role does to itself as it starts, and how a tree of processes is ended.

The level here is `process`: separate processes with resource limits, an empty environment and a scratch folder. A stronger jail
(namespaces, Landlock, seccomp) changes the functions of this module and no other.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

LEVEL = "process"
APPLIED = ("separate process", "resource limits", "empty environment", "scratch folder", "whole tree killed")
MISSING = ("namespaces", "file system allow-list", "system call filter")

PR_SET_CHILD_SUBREAPER = 36
"""prctl(2): orphans among our descendants become our children, so that none escapes a sweep by a double fork."""


def enter_launcher() -> None:
    """What the launcher does once. Both it and its keepers adopt orphans, where the kernel can (Linux)."""
    adopt_orphans()


def enter_keeper() -> None:
    """What a keeper does before it forks its first worker."""
    adopt_orphans()


def enter_worker() -> None:
    """What a worker does before it sees any learner's code: a session of its own, so that no terminal reaches it."""
    os.setsid()


def adopt_orphans() -> None:
    """Become the subreaper of our descendants."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def children(pid: int) -> list[int]:
    """The living children of `pid`, from /proc; none where there is no /proc. Each thread keeps its own list, proc(5)."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, task.read_text().split())
        except OSError:
            continue  # the thread ended while we looked
    return found


def descendants(pid: int) -> list[int]:
    """`pid`'s children, their children and so on."""
    found, todo = [], [pid]
    while todo:
        new = children(todo.pop())
        found += new
        todo += new
    return found


def sweep(*, worker: int | None = None, spare: frozenset[int] = frozenset()) -> None:
    """Kill and reap every descendant of this process but the children in `spare` and theirs; returns when no other is left.

    A tree that forks while it is being killed is killed again until nothing is new: each round kills all that it can see and then waits
    for one to die, so it ends as soon as the killing is faster than the forking. Without /proc: the worker's process group, and nothing
    can be spared.
    """
    while True:
        doomed = [pid for child in children(os.getpid()) if child not in spare for pid in (child, *descendants(child))]
        if spare and not doomed:
            return
        for pid in doomed:
            _kill(pid)
        if worker:
            _kill(-worker)
        try:
            os.wait()
        except ChildProcessError:
            return


def semaphore_prefix(scratch: str) -> str:
    """What the names of a worker's semaphores begin with: the launcher's own folder, which no other launcher has, and the slot."""
    return f"{Path(scratch).parent.name}-{Path(scratch).name}"


def remove_semaphores(scratch: str) -> None:
    """Remove the semaphores of a tree that is gone, sem_overview(7)."""
    for path in Path("/dev/shm").glob(f"sem.{semaphore_prefix(scratch)}-*"):
        path.unlink(missing_ok=True)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass  # it ended, or it is a group of which nobody is left
