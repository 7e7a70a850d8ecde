"""Clocks that no waiting thread names, in a tree that looks at rest.

`tree` reads a thread's time-out from its system call. A thread may also wait without one for what a clock will send: an alarm, a timer in a
descriptor, or bytes that TCP still holds back (Nagle's algorithm, a delayed acknowledgement, a corked socket, a deferred accept).
The last two stand in /proc: timerfd_create(2), and the kernel's Documentation/networking/proc_net_tcp.rst. Whether an alarm is set is shown to
nobody, but who could hear it is: workers ignore the signal from the start, so only who has asked for it (sandbox/worker.py). The clocks that
stand nowhere are refused to workers (sandbox/system_calls.py).
"""

import os
import re
from collections.abc import Iterable

from . import tree

_TIMERFD = "anon_inode:[timerfd]"
_RETRANSMIT, _KEEPALIVE, _PROBE = 1, 2, 4
_NO_INODE = "0"
"""Of a connection that is not accepted yet, or is closed and still has bytes to send: nobody's, so of this machine's own ones each counts."""
_LOOPBACK = re.compile(r"\w*7F:\w{4}|0{24}01000000:\w{4}")
_UNIX_INODE = 6
_TICKS = 100
"""Of /proc/net/tcp a second, whatever the kernel's own rate is: USER_HZ."""


def ticking(sample: tree.Sample, horizon: float) -> bool:
    """Whether a clock may send something to this tree; a keep-alive of TCP's counts only within `horizon` seconds."""
    if any(thread.heeds_alarm for thread in sample.threads):
        return True
    pids = list(sample.living)
    sockets: set[str] = set()
    for pid in pids:
        for descriptor, link in _descriptors(pid):
            if link == _TIMERFD and _armed(pid, descriptor):
                return True
            if link.startswith("socket:["):
                sockets.add(link[len("socket:[") : -1])
    # Most trees have sockets for their queues and pools only; the tables of TCP take milliseconds to read, whatever is in them.
    if not sockets.difference(row.split()[_UNIX_INODE] for row in _rows(pids, "unix")):
        return False
    return any(
        _connection_ticks(row.split(), sockets, horizon)
        for table, summary in (("tcp", "sockstat"), ("tcp6", "sockstat6"))
        if not re.search(rf"^{table.upper()}: inuse 0\b", _of_network(pids, summary), re.MULTILINE)
        for row in _rows(pids, table)
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


def _of_network(pids: list[int], name: str) -> str:
    """A file about the tree's network: it has one, which its dead do not show."""
    return next(filter(None, (_read(f"/proc/{pid}/net/{name}") for pid in pids)), "")


def _rows(pids: list[int], table: str) -> list[str]:
    return _of_network(pids, table).splitlines()[1:]


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
        return tree.read(path)
    except OSError:
        return ""
