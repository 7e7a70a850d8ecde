"""What the kernel says of a worker's process tree: who lives, who runs, who waits and how, how much CPU was used.

A tree is **at rest** (quiescent) when, over several samples, no thread is runnable, none has run in between, and none waits with a
time-out: then nothing will ever move in it again unless somebody outside moves first. Held by one of our witnesses, it waits for us; held
by none, it is deadlocked. A time-out that ends long after the check's own limit is no reason to wait for it. Precedent: Go's
testing/synctest, whose time moves only when all goroutines block.

Linux's /proc only, proc(5); elsewhere `available()` is false and nobody is ever found at rest.
"""

import os
import platform
import signal
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

_CALLS = {
    # nanosleep, clock_nanosleep | futex | poll, ppoll | select, pselect6 | epoll_wait, epoll_pwait | rt_sigtimedwait | read, recvfrom, recvmsg
    "x86_64": {
        "sleep": (35, 230),
        "futex": (202,),
        "poll": (7,),
        "ppoll": (271,),
        "select": (23, 270),
        "epoll": (232, 281),
        "sigwait": (128,),
        "receive": (0, 45, 47),
        "connect": (42,),
        "endless": (0, 1, 2, 19, 20, 34, 40, 43, 44, 45, 46, 47, 61, 65, 69, 70, 72, 73, 130, 247, 257, 275, 288),
    },
    "aarch64": {
        "sleep": (101, 115),
        "futex": (98,),
        "poll": (),
        "ppoll": (73,),
        "select": (72,),
        "epoll": (22,),
        "sigwait": (137,),
        "receive": (63, 207, 212),
        "connect": (203,),
        "endless": (25, 32, 56, 63, 64, 65, 66, 71, 76, 95, 133, 188, 189, 193, 202, 206, 207, 211, 212, 242, 260),
    },
}
# "endless": read, write, readv, writev | open, openat (of a FIFO) | pause, rt_sigsuspend | accept, accept4, sendto, recvfrom, sendmsg, recvmsg |
# wait4, waitid | semop, msgsnd, msgrcv | fcntl, flock (a lock) | sendfile, splice. What is on no list here (TCP's connect, close, futex_waitv,
# restart_syscall...) is a wait that a clock may end: to call a program deadlocked we must know that it waits for ever.
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096

QUIET_SAMPLES = 4
"""Equal samples in a row that make a rest. Each is a tick of the conversation's loop apart, and our own sockets are drained in between."""


@dataclass(frozen=True)
class Thread:
    """One thread at one moment."""

    pid: int
    tid: int
    state: str
    """As in proc(5): R running, S sleeping, D disk, T stopped, Z dead."""
    ran: str
    """schedstat: time on a CPU, time waiting for one, times put on one. Equal twice: it has not run in between."""
    wait: str
    """"" for a wait without end; "sleep", "timer" (a futex or signal wait), "poll", or "other" for one that a clock may end."""
    left: float | None = field(default=None, compare=False)
    """Seconds until that clock ends it (of a poll: its whole time-out), where they can be read."""
    heeds_alarm: bool = False
    """Whether SIGALRM would change anything: it is not ignored, or kept back for a signalfd(2)."""

    def still(self) -> bool:
        """Whether it neither runs nor is about to."""
        return self.state in "STtZX"


@dataclass(frozen=True)
class Sample:
    """The whole tree at one moment."""

    threads: tuple[Thread, ...]
    cpu: float
    """CPU seconds used by the tree, its dead and reaped children included."""
    memory: int = 0
    """Bytes of memory in use by its processes together; what several share counts for each."""

    @property
    def processes(self) -> frozenset[int]:
        """The processes, those too that have ended and are not waited for yet."""
        return frozenset(thread.pid for thread in self.threads)

    @property
    def living(self) -> dict[int, int]:
        """The processes that have not ended, each with a thread that has not: of an ended one /proc shows nothing, be it the first."""
        return {thread.pid: thread.tid for thread in self.threads if thread.state not in "ZX"}

    def still(self) -> bool:
        """Whether no thread runs or is about to."""
        return all(thread.still() for thread in self.threads)

    def clocks(self, horizon: float, excused: int = 0) -> int:
        """How many threads wait for a clock that may ring within `horizon` seconds; `excused` polls are not counted."""
        near = [thread for thread in self.threads if thread.wait and (thread.left is None or thread.left <= horizon)]
        polls = sum(thread.wait == "poll" for thread in near)
        return len(near) - min(polls, excused)

    def stopped(self) -> bool:
        """Whether a process was stopped by a signal."""
        return any(thread.state in "Tt" for thread in self.threads)


@cache
def available() -> bool:
    """Whether this machine's kernel shows us what we need. Decided by looking at ourselves, not by version."""
    if platform.machine() not in _CALLS:
        return False
    try:
        # Itself running, so "running": what counts is that the files are there and ours to read.
        own = Path(f"/proc/self/task/{os.getpid()}")
        return bool((own / "syscall").read_text() and (own / "schedstat").read_text()) and (own / "children").exists()
    except OSError:
        return False


def sample(keeper: int, *, brief: bool = False) -> Sample:
    """Look at all below a keeper: the worker, its children, and the orphans that the keeper has adopted.

    What ends while we look is not in it. CPU seconds include what the keeper has reaped, of earlier checks too.
    `brief`: once a thread is seen to run, this is no rest, and how the others wait is left out: it is half of what there is to read.
    """
    threads: list[Thread] = []
    moves = False
    cpu, memory, todo = reaped(keeper), 0, _born(keeper)
    seen = {keeper, *todo}
    while todo:
        pid = todo.pop()
        try:
            tasks = os.listdir(f"/proc/{pid}/task")
            stat = _stat(pid)
        except OSError:
            continue
        cpu += sum(map(int, stat[11:15])) / _TICKS  # utime, stime, cutime and cstime of proc(5)
        memory += int(stat[21]) * _PAGE
        for task in tasks:
            folder = f"/proc/{pid}/task/{task}"
            try:
                thread = _thread(pid, int(task), folder, brief=brief and moves)
                born = [int(child) for child in read(f"{folder}/children").split()]
            except OSError:
                continue
            threads.append(thread)
            moves = moves or not thread.still()
            todo += [child for child in born if child not in seen]
            seen.update(born)
    return Sample(tuple(threads), cpu, memory)


def reaped(pid: int) -> float:
    """CPU seconds of the children that `pid` has waited for."""
    try:
        return sum(map(int, _stat(pid)[13:15])) / _TICKS
    except OSError:
        return 0.0


def _born(pid: int) -> list[int]:
    """The children of a process with one thread."""
    try:
        return [int(child) for child in read(f"/proc/{pid}/task/{pid}/children").split()]
    except OSError:
        return []


def threads_of(pid: int) -> int:
    """How many threads a process has, by the kernel's count."""
    try:
        return len(os.listdir(f"/proc/{pid}/task"))
    except OSError:
        return 0


def listening_threads(pid: int) -> int:
    """How many threads of a process wait for something to read: a socket, a pipe, or one of several."""
    try:
        tasks = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return 0
    return sum(_listens(f"/proc/{pid}/task/{task}/syscall") for task in tasks)


def _listens(path: str) -> bool:
    try:
        number = read(path).split()[0]
    except (OSError, IndexError):
        return False
    calls = _CALLS[platform.machine()]
    kinds = ("receive", "poll", "ppoll", "select", "epoll")
    return number.isdigit() and any(int(number) in calls[kind] for kind in kinds)


def catches(pid: int, number: signal.Signals) -> bool:
    """Whether `pid` has a handler for this signal (else it would die of it)."""
    try:
        return _holds(_stat(pid)[_CAUGHT], number)
    except OSError:
        return False


def _thread(pid: int, tid: int, folder: str, *, brief: bool) -> Thread:
    stat = _fields(f"{folder}/stat")
    state = stat[0]
    if brief:
        return Thread(pid, tid, state, "", "other")
    wait, left = _wait(pid, _line(f"{folder}/syscall").split()) if state == "S" else ("", None)
    heeds = state not in "ZX" and (not _holds(stat[_IGNORED], signal.SIGALRM) or _holds(stat[_BLOCKED], signal.SIGALRM))
    return Thread(pid, tid, state, _line(f"{folder}/schedstat"), wait, left, heeds)


def _holds(mask: str, number: signal.Signals) -> bool:
    """Whether a set of signals holds this one; proc(5)'s stat has the first 31, and these are all we ask for."""
    return bool(int(mask) >> (number - 1) & 1)


def _wait(pid: int, call: list[str]) -> tuple[str, float | None]:
    """How a sleeping thread waits, from its system call's number and arguments; see the man page of each call for their order."""
    if len(call) < 7:
        return "other", None  # it left its call while we looked, or waits inside the kernel for something else
    number, arguments = int(call[0]), [int(value, 16) for value in call[1:7]]
    calls = _CALLS[platform.machine()]
    if number in calls["endless"]:
        return "", None
    if number in calls["sleep"]:
        return "sleep", _sleep_left(pid, number == calls["sleep"][0], arguments)
    if number in calls["futex"]:
        return ("timer", _futex_left(pid, arguments)) if arguments[3] else ("", None)
    if number in calls["sigwait"]:
        return ("timer", None) if arguments[2] or _awaits(pid, arguments[0], signal.SIGALRM) else ("", None)
    if number in calls["poll"]:
        return _milliseconds(arguments[2])
    if number in calls["epoll"]:
        return _milliseconds(arguments[3])
    if number in calls["ppoll"]:
        return ("poll", _timespec(pid, arguments[2])) if arguments[2] else ("", None)
    if number in calls["select"]:
        return ("poll", None) if arguments[4] else ("", None)
    if number in calls["connect"] and _is_unix_socket(pid, arguments[0]):
        return "", None  # the other side's queue is full, and no clock empties it
    return "other", None


def _is_unix_socket(pid: int, descriptor: int) -> bool:
    try:
        link = os.readlink(f"/proc/{pid}/fd/{descriptor}")
        return any(row.split()[6] == link[len("socket:[") : -1] for row in read(f"/proc/{pid}/net/unix").splitlines()[1:])
    except OSError:
        return False


def _milliseconds(argument: int) -> tuple[str, float | None]:
    """Poll's and epoll_wait's time-out is a C int: negative means none."""
    value = argument & 0xFFFFFFFF
    return ("", None) if value >= 1 << 31 else ("poll", value / 1000)


def _sleep_left(pid: int, plain: bool, arguments: list[int]) -> float | None:
    """Seconds until a sleep ends: nanosleep(2) is given a length, clock_nanosleep(2) with TIMER_ABSTIME a moment."""
    if plain:
        return _timespec(pid, arguments[0])
    value, clock = _timespec(pid, arguments[2]), arguments[0] & 0xFFFFFFFF
    if value is None or not arguments[1] & 1:
        return value
    return value - time.clock_gettime(clock) if clock in _CLOCKS else None


_WAIT_BITSET, _CLOCK_REALTIME = 9, 256
_CLOCKS = (time.CLOCK_REALTIME, time.CLOCK_MONOTONIC, getattr(time, "CLOCK_BOOTTIME", 7))


def _futex_left(pid: int, arguments: list[int]) -> float | None:
    """Seconds until a futex wait gives up, futex(2): FUTEX_WAIT counts from its start, FUTEX_WAIT_BITSET names a moment."""
    value = _timespec(pid, arguments[3])
    if value is None or arguments[1] & 0x7F != _WAIT_BITSET:
        return value
    return value - time.clock_gettime(time.CLOCK_REALTIME if arguments[1] & _CLOCK_REALTIME else time.CLOCK_MONOTONIC)


def _timespec(pid: int, address: int) -> float | None:
    """The struct timespec at an address of `pid`'s, in seconds; None where it cannot be read."""
    found = _memory(pid, address, "qq")
    return float(found[0] + found[1] / 1e9) if found else None


def _awaits(pid: int, address: int, number: signal.Signals) -> bool:
    """Whether the signal set at an address of `pid`'s holds this one, or cannot be read."""
    found = _memory(pid, address, "Q")
    return found is None or bool(found[0] >> (number - 1) & 1)


def _memory(pid: int, address: int, form: str) -> tuple[int, ...] | None:
    """The integers at an address of `pid`'s, in struct's `form`; None where it cannot be read."""
    try:
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
            memory.seek(address)
            return struct.unpack(form, memory.read(struct.calcsize(form)))
    except (OSError, ValueError, OverflowError, struct.error):
        return None


_BLOCKED, _IGNORED, _CAUGHT = 29, 30, 31
"""Places among the fields that follow the name."""


def _stat(pid: int) -> list[str]:
    """The fields of proc(5)'s stat that follow the name."""
    return _fields(f"/proc/{pid}/stat")


def _fields(path: str) -> list[str]:
    return _line(path).rpartition(")")[2].split()


def _line(path: str) -> str:
    """A file of /proc that is one line, which the kernel gives whole in one read. Raises `OSError`."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, 4096).decode("utf-8", "replace")  # a thread's name is any bytes
    finally:
        os.close(descriptor)


def read(path: str) -> str:
    """A file of /proc, whole. Raises `OSError`. Thousands are read for a check: without Python's layers of buffers it takes half the time."""
    descriptor, parts = os.open(path, os.O_RDONLY), b""
    try:
        while part := os.read(descriptor, 1 << 16):
            parts += part
    finally:
        os.close(descriptor)
    return parts.decode("utf-8", "replace")


def unchanged(samples: Iterable[Sample]) -> bool:
    """Whether these samples, oldest first, show one and the same tree in which nothing ran."""
    samples = list(samples)
    last = samples[-1]
    return bool(last.threads) and last.still() and all(each.threads == last.threads for each in samples)
