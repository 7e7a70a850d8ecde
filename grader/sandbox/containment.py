"""What each role does to itself at its level of isolation (levels.py), and how a tree of processes is ended.

In order: `enter_launcher`, `fork_keeper`, `prepare_worker`, `confine_worker`; each adds to what it inherited.
"""

import os
import platform
import shutil
import signal
import sys
from collections.abc import Callable
from functools import cache
from itertools import chain
from pathlib import Path

from .levels import Level

if sys.platform == "linux":
    from . import allow_list, linux, system_calls

UNPRIVILEGED = range(61184, 65520)
"""User ids that belong to nobody (systemd's range for dynamic users): one of these grades when we are started as root."""

_JAIL_SCRATCH = "/tmp/w"
_SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64", "libx32", "usr", "etc", "dev", "proc", "sys", "tmp", "nix", "gnu")
"""Folders at the top of the file system that are not hidden (two hold all programs of NixOS and Guix); /tmp becomes a fresh one."""


def enter_launcher(scratch: str, shown: tuple[str, ...] = ()) -> None:
    """What the launcher does once: give up root, where we were started as root, and adopt orphans, where the kernel can.

    The interpreter and the folders in `shown` can be read afterwards, even where they lie in a folder of root's.
    """
    if os.geteuid() == 0:
        _drop_root(scratch, shown)
    if sys.platform == "linux":
        linux.adopt_orphans()
        allow_list.granted()  # here once, and in no keeper


def fork_keeper(level: Level, run: Callable[[], None], shown: tuple[str, ...] = ()) -> int:
    """Fork a process that is contained at `level` as a keeper and calls `run`; its id. Raises `OSError` when the level cannot be had.

    `shown`: folders that its workers may be given to read.
    """
    if level is not Level.FULL:
        pid = os.fork()
        if pid == 0:
            _run_and_exit(run, _enter_plain_keeper)
        return pid
    # Only a child is put in a new process namespace, so one process goes between; its child is pid 1 there, and ours by adoption.
    ours, theirs = os.pipe()
    between = os.fork()
    if between == 0:
        try:
            os.close(ours)
            uid, gid = os.getuid(), os.getgid()
            linux.new_namespaces(linux.NEWUSER | linux.NEWPID | linux.NEWNS | linux.NEWIPC | linux.NEWNET)
            linux.map_own_ids(uid, gid)
            pid = os.fork()
            if pid == 0:
                os.close(theirs)
                _run_and_exit(run, lambda: _enter_jailed_keeper(shown))
            os.write(theirs, b"%d" % pid)
        except OSError as error:
            os.write(theirs, b"- %d %s" % (error.errno or 0, str(error.strerror).encode()))
        finally:
            os._exit(0)
    os.close(theirs)
    with open(ours, "rb") as pipe:
        said = pipe.read()
    os.waitpid(between, 0)
    if said.startswith(b"- "):
        _, number, text = said.split(b" ", 2)
        raise OSError(int(number), text.decode())
    return int(said)


def _run_and_exit(run: Callable[[], None], enter: Callable[[], None]) -> None:
    try:
        enter()
        run()
    finally:
        os._exit(0)  # never back into the launcher's loop


def _enter_plain_keeper() -> None:
    if sys.platform == "linux":
        linux.adopt_orphans()


def prepare_keeper(level: Level) -> None:
    """What a keeper can do for its workers once."""
    if level is not Level.PROCESS:
        _allow_list()
        system_calls.program(platform.machine())


def _enter_jailed_keeper(shown: tuple[str, ...]) -> None:
    """Pid 1 of its namespace: its end is the end of every process in it."""
    linux.make_mounts_private()
    for folder in _hidden_folders():  # Landlock does not stop a connection to a socket that has a path
        shadow(folder, [*_read_by_all(), *shown])
    linux.make_mounts_read_only()  # Landlock says nothing of modes, times and attributes
    linux.mount_new("proc", "/proc", linux.NOSUID | linux.NODEV | linux.NOEXEC)
    linux.loopback_up()
    linux.set_dumpable(on=False)  # /proc/1 is nobody's to read


def prepare_worker(level: Level, size: int, scratch: str, extra: list[str]) -> str:
    """In the worker, first: a session of its own and a fresh, empty folder to work in; its path.

    At `full` that folder lies in a /tmp and beside a /dev/shm that are made for this worker, of `size` bytes, and vanish with it.
    """
    os.setsid()  # no terminal reaches it
    if level is not Level.FULL:
        return scratch
    linux.new_namespaces(linux.NEWNS | linux.NEWIPC)
    shadow("/tmp", [*_read_by_all(), *extra], size)
    linux.mount_new("tmpfs", "/dev/shm", options=f"mode=1777,nr_inodes=4096,size={size}")
    os.mkdir(_JAIL_SCRATCH, 0o700)
    return _JAIL_SCRATCH


def confine_worker(level: Level, scratch: str, extra: list[str]) -> None:
    """In the worker, last: nothing but the allow-list, and fewer system calls. `extra`: paths that may be read besides."""
    if level is Level.PROCESS:
        return
    listed = _allow_list()
    listed.allow_reading(extra)
    listed.allow_all([scratch, "/dev/shm", "/dev/null", *(["/tmp"] if level is Level.FULL else [])])
    if level is Level.FULL:
        linux.set_dumpable(on=True)  # its own /proc is its own again
        linux.drop_capabilities()
    linux.no_new_privileges()
    listed.enforce()
    linux.filter_system_calls(system_calls.program(platform.machine()))


@cache
def _allow_list() -> "allow_list.AllowList":
    """Made once by the keeper for all its workers, for it costs some milliseconds."""
    return allow_list.for_workers()


@cache
def _read_by_all() -> list[str]:
    """What every worker reads, wherever it lies."""
    return [sys.base_prefix, *allow_list.interpreter_paths()]


@cache
def _hidden_folders() -> list[str]:
    """The folders at the top that hold no part of the system: homes, what runs, what is mounted, the course perhaps."""
    return [entry.path for entry in os.scandir("/") if entry.is_dir(follow_symlinks=False) and entry.name not in _SYSTEM]


def held_descriptors() -> tuple[int, ...]:
    """Descriptors that `confine_worker` will use, and close."""
    return (_allow_list().descriptor,) if _allow_list.cache_info().currsize else ()


def shadow(folder: str, keep: list[str], size: int = 1 << 20) -> None:
    """Put an empty file system over `folder`, through which only those of the paths in `keep` that lie in it are still to be seen, and read."""
    held = [(path, os.open(path, os.O_PATH)) for path in keep if path.startswith(f"{folder}/")]
    linux.mount_new("tmpfs", folder, options=f"mode={'1777' if folder == '/tmp' else '0755'},nr_inodes=4096,size={size}")
    for path, descriptor in held:
        if os.path.exists(path):
            continue  # it lies below one that is shown already
        if os.path.isdir(f"/proc/self/fd/{descriptor}"):
            os.makedirs(path, mode=0o755)
        else:
            os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
            Path(path).touch()
        linux.bind_read_only(f"/proc/self/fd/{descriptor}", path)
    for _, descriptor in held:
        os.close(descriptor)


def _drop_root(scratch: str, shown: tuple[str, ...] = ()) -> None:
    """Become a user who owns nothing but `scratch`. Root's own limits do not bind it, and root can do anything to the grader."""
    uid = _free_user()
    if sys.platform == "linux" and (closed := {folder for path in (sys.base_prefix, *shown) if (folder := _closed_to_others(path))}):
        # What lies in root's home: show it, and nothing else of that folder, to who we become. Only this process's tree sees it so.
        try:
            linux.new_namespaces(linux.NEWNS)
        except OSError as error:
            where = " and ".join(sorted(closed))
            raise OSError(error.errno, f"Python lies in {where}, which no other user may enter: grade as an ordinary user") from error
        linux.make_mounts_private()
        for folder in closed:
            shadow(folder, [*_read_by_all(), *shown])
    os.chown(scratch, uid, uid)
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)
    if sys.platform == "linux":
        linux.set_dumpable(on=True)  # a change of user takes it away, and with it our own /proc


def _free_user() -> int:
    """A user of `UNPRIVILEGED` who has no process: of two launchers with one user, each could be killed by the other's learner.

    Launchers that start at one moment begin to look at different places.
    """
    taken: set[int] = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            taken.add(process.stat().st_uid)
        except OSError:
            continue  # it ended while we looked
    turn = os.getpid() % len(UNPRIVILEGED)
    return next(uid for uid in chain(UNPRIVILEGED[turn:], UNPRIVILEGED[:turn]) if uid not in taken)


def _closed_to_others(path: str) -> str | None:
    """The outermost folder on the way to `path` that other users may not enter."""
    for folder in (*reversed(Path(path).parents), Path(path)):
        if not folder.stat().st_mode & 0o001:
            return str(folder)
    return None


def children(pid: int) -> list[int]:
    """The living children of `pid`, from /proc; none where there is no /proc. Each thread keeps its own list, proc(5)."""
    found: list[int] = []
    try:
        tasks = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return found  # it has ended meanwhile, or there is no /proc
    for task in tasks:
        try:
            found += map(int, Path(f"/proc/{pid}/task/{task}/children").read_text().split())
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
    for one to die, so it ends as soon as the killing is faster than the forking. Pid 1 of a namespace kills all at once: kill(2) with -1
    is atomic. Without /proc: the worker's process group, and nothing can be spared.
    """
    first = os.getpid() == 1
    while True:
        doomed = [-1] if first else [pid for child in children(os.getpid()) if child not in spare for pid in (child, *descendants(child))]
        if spare and not doomed:
            return
        for pid in doomed:
            _kill(pid)
        if worker and not first:
            _kill(-worker)
        try:
            os.wait()
        except ChildProcessError:
            return


def semaphore_prefix(scratch: str) -> str:
    """What the names of a worker's semaphores begin with: the launcher's own folder, which no other launcher has, and the slot."""
    return f"{Path(scratch).parent.name}-{Path(scratch).name}"


def clear(scratch: str) -> None:
    """Remove the files of a tree that is gone, and its semaphores, sem_overview(7)."""
    shutil.rmtree(scratch, ignore_errors=True)
    for path in Path("/dev/shm").glob(f"sem.{semaphore_prefix(scratch)}-*"):
        path.unlink(missing_ok=True)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass  # it ended, or it is a group of which nobody is left
