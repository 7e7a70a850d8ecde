"""Clocks that no waiting thread names, in a tree that looks at rest.

`tree` reads a thread's time-out from its system call. A thread may also wait without one for what a clock will send: an alarm, a timer in a
descriptor (only at isolation level `process`), or bytes that TCP still holds back (Nagle's algorithm, a delayed acknowledgement, a corked
socket, a deferred accept). The last two stand in /proc: timerfd_create(2), and the kernel's Documentation/networking/proc_net_tcp.rst.
Whether an alarm is set is shown to nobody, but who could hear it is: workers ignore the signal from the start, so only who has asked for it
(sandbox/worker.py). The clocks that stand nowhere are refused to workers (sandbox/system_calls.py).
"""

import os
import re
from collections.abc import Iterable

from . import tree

_TIMERFD = "anon_inode:[timerfd]"
_RETRANSMIT, _KEEPALIVE, _PROBE = 1, 2, 4
_LOOPBACK = re.compile(r"\w*7F:\w{4}|0{24}01000000:\w{4}")
"""Of this machine's own connections those count too that are in nobody's hands: not accepted yet, closed with bytes to send, or on their way."""
_UNIX_INODE = 6
_TICKS = 100
"""Of /proc/net/tcp a second, whatever the kernel's own rate is: USER_HZ."""


def ticking(sample: tree.Sample, horizon: float) -> bool:
    """Whether a clock may send something to this tree; a keep-alive of TCP's counts only within `horizon` seconds."""
    if any(thread.heeds_alarm for thread in sample.threads):
        return True
    folders = [f"/proc/{pid}/task/{tid}" for pid, tid in sample.living.items()]
    sockets: set[str] = set()
    for folder in folders:
        for descriptor, link in _descriptors(folder):
            if link == _TIMERFD and _armed(folder, descriptor):
                return True
            if link.startswith("socket:["):
                sockets.add(link[len("socket:[") : -1])
    # Most trees have sockets for their queues and pools only; the tables of TCP take milliseconds to read, whatever is in them.
    if not sockets.difference(row.split()[_UNIX_INODE] for row in _rows(folders, "unix")):
        return False
    return any(
        _connection_ticks(row.split(), sockets, horizon)
        for table, summary in (("tcp", "sockstat"), ("tcp6", "sockstat6"))
        if not re.search(rf"^{table.upper()}: inuse 0\b", _of_network(folders, summary), re.MULTILINE)
        for row in _rows(folders, table)
    )


def _descriptors(folder: str) -> Iterable[tuple[str, str]]:
    try:
        names = os.listdir(f"{folder}/fd")
    except OSError:
        return
    for name in names:
        try:
            yield name, os.readlink(f"{folder}/fd/{name}")
        except OSError:
            continue


def _armed(folder: str, descriptor: str) -> bool:
    value = re.search(r"^it_value: \((\d+), (\d+)\)", _read(f"{folder}/fdinfo/{descriptor}"), re.MULTILINE)
    return value is not None and value.groups() != ("0", "0")


def _of_network(folders: list[str], name: str) -> str:
    """A file about the tree's network: it has one."""
    return next(filter(None, (_read(f"{folder}/net/{name}") for folder in folders)), "")


def _rows(folders: list[str], table: str) -> list[str]:
    return _of_network(folders, table).splitlines()[1:]


def _connection_ticks(row: list[str], sockets: set[str], horizon: float) -> bool:
    """Whether TCP has something to do for one of `sockets` (inodes): a timer that runs, or bytes that are not with the other side.

    `row`: number, local and remote address, state, tx_queue:rx_queue, timer:when, retransmits, user, time-out, inode...
    """
    kind, when = (int(value, 16) for value in row[5].split(":"))
    unsent = int(row[4].partition(":")[0], 16)
    if row[9] not in sockets and not _LOOPBACK.fullmatch(row[1]):
        return False
    return unsent > 0 or kind in (_RETRANSMIT, _PROBE) or (kind == _KEEPALIVE and row[9] in sockets and when / _TICKS <= horizon)


def _read(path: str) -> str:
    try:
        return tree.read(path)
    except OSError:
        return ""
