"""Clocks that no waiting thread names, in a tree that looks at rest.

`tree` reads a thread's time-out from its system call. A thread may also wait without one for what a clock will send: an alarm, a timer in a
descriptor, or bytes that TCP still holds back (Nagle's algorithm, a delayed acknowledgement, a corked socket, a deferred accept).
The last two stand in /proc: timerfd_create(2), and the kernel's Documentation/networking/proc_net_tcp.rst. Whether an alarm is set is shown to
nobody, but who could hear it is: workers ignore the signal from the start, so only who has asked for it (sandbox/worker.py). The clocks that
stand nowhere are refused to workers (sandbox/system_calls.py).
"""

import os
import re
import signal
from collections.abc import Iterable
from pathlib import Path

from . import tree

_TIMERFD = "anon_inode:[timerfd]"
_RETRANSMIT, _KEEPALIVE, _PROBE = 1, 2, 4
_NO_INODE = "0"
"""Of a connection that is not accepted yet, or is closed and still has bytes to send: nobody's, so of this machine's own ones each counts."""
_LOOPBACK = re.compile(r"\w*7F:\w{4}|0{24}01000000:\w{4}")
_TICKS = 100
"""Of /proc/net/tcp a second, whatever the kernel's own rate is: USER_HZ."""


def ticking(pids: Iterable[int], horizon: float) -> bool:
    """Whether a clock may send something to these processes; a keep-alive of TCP's counts only within `horizon` seconds."""
    pids = list(pids)
    sockets: set[str] = set()
    for pid in pids:
        if tree.heeds(pid, signal.SIGALRM):
            return True
        for descriptor, link in _descriptors(pid):
            if link == _TIMERFD and _armed(pid, descriptor):
                return True
            if link.startswith("socket:["):
                sockets.add(link[len("socket:[") : -1])
    return bool(sockets) and any(
        _connection_ticks(row.split(), sockets, horizon) for table in ("tcp", "tcp6") for row in _rows(pids, table)
    )


def _descriptors(pid: int) -> Iterable[tuple[str, str]]:
    folder = f"/proc/{pid}/fd"
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        try:
            yield name, os.readlink(f"{folder}/{name}")
        except OSError:
            continue


def _armed(pid: int, descriptor: str) -> bool:
    value = re.search(r"^it_value: \((\d+), (\d+)\)", _read(f"/proc/{pid}/fdinfo/{descriptor}"), re.MULTILINE)
    return value is not None and value.groups() != ("0", "0")


def _rows(pids: list[int], table: str) -> list[str]:
    """The connections of the tree's network: it has one, which its dead do not show."""
    texts = (_read(f"/proc/{pid}/net/{table}") for pid in pids)
    return next(filter(None, texts), "").splitlines()[1:]


def _connection_ticks(row: list[str], sockets: set[str], horizon: float) -> bool:
    """Whether TCP has something to do for one of `sockets` (inodes): a timer that runs, or bytes that are not with the other side.

    `row`: number, local and remote address, state, tx_queue:rx_queue, timer:when, retransmits, user, time-out, inode...
    """
    kind, when = (int(value, 16) for value in row[5].split(":"))
    unsent = int(row[4].partition(":")[0], 16)
    if row[9] not in sockets and not (row[9] == _NO_INODE and _LOOPBACK.fullmatch(row[1])):
        return False
    return unsent > 0 or kind in (_RETRANSMIT, _PROBE) or (kind == _KEEPALIVE and when / _TICKS <= horizon)


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""
