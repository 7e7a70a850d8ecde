"""Which system calls a worker may not make, as a seccomp filter: a classic BPF program built here, seccomp(2), no library needed.

Denied is what could leave the jail or reach the kernel's rarer parts: namespaces, mounts, tracing, keyrings, modules, io_uring, setting
clocks. Denied too are the clocks that nobody sees from outside, for with one of them in it no tree is ever known to be at rest
(suite/tree.py): POSIX timers, timer descriptors (one in flight between two processes is in no table), sockets' own time-outs, file leases.
What Python's libraries cannot do without is not here, so a denied call is EPERM ("Operation not permitted") or "no such call", and never
kills.
"""

import errno
import struct
from functools import cache

_X86_64 = {
    "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "process_madvise": 440, "kcmp": 312, "pidfd_getfd": 438,
    "unshare": 272, "setns": 308, "chroot": 161, "pivot_root": 155, "mount": 165, "umount2": 166, "mount_setattr": 442,
    "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433,
    "open_by_handle_at": 304, "name_to_handle_at": 303, "fanotify_init": 300, "quotactl": 179, "quotactl_fd": 443, "acct": 163,
    "add_key": 248, "request_key": 249, "keyctl": 250, "bpf": 321, "perf_event_open": 298, "userfaultfd": 323,
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "lookup_dcookie": 212, "syslog": 103, "vhangup": 153,
    "init_module": 175, "finit_module": 313, "delete_module": 176, "kexec_load": 246, "kexec_file_load": 320, "reboot": 169,
    "swapon": 167, "swapoff": 168, "sethostname": 170, "setdomainname": 171, "iopl": 172, "ioperm": 173, "modify_ldt": 154,
    "settimeofday": 164, "clock_settime": 227, "adjtimex": 159, "clock_adjtime": 305, "memfd_secret": 447,
    "timerfd_create": 283,
}  # fmt: skip
_AARCH64 = {
    "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "process_madvise": 440, "kcmp": 272, "pidfd_getfd": 438,
    "unshare": 97, "setns": 268, "chroot": 51, "pivot_root": 41, "mount": 40, "umount2": 39, "mount_setattr": 442,
    "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433,
    "open_by_handle_at": 265, "name_to_handle_at": 264, "fanotify_init": 262, "quotactl": 60, "quotactl_fd": 443, "acct": 89,
    "add_key": 217, "request_key": 218, "keyctl": 219, "bpf": 280, "perf_event_open": 241, "userfaultfd": 282,
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "lookup_dcookie": 18, "syslog": 116, "vhangup": 58,
    "init_module": 105, "finit_module": 273, "delete_module": 106, "kexec_load": 104, "kexec_file_load": 294, "reboot": 142,
    "swapon": 224, "swapoff": 225, "sethostname": 161, "setdomainname": 162,
    "settimeofday": 170, "clock_settime": 112, "adjtimex": 171, "clock_adjtime": 266, "memfd_secret": 447,
    "timerfd_create": 85,
}  # fmt: skip

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""AUDIT_ARCH of linux/audit.h."""
_DENIED = {"x86_64": _X86_64, "aarch64": _AARCH64}
_BY_ARGUMENT = {
    "x86_64": {"clone": 56, "clone3": 435, "socket": 41, "setsockopt": 54, "fcntl": 72, "timer_create": 222, "prlimit64": 302},
    "aarch64": {"clone": 220, "clone3": 435, "socket": 198, "setsockopt": 208, "fcntl": 25, "timer_create": 107, "prlimit64": 261},
}
"""Calls that are decided each in its own way."""
_X32 = 0x40000000
"""Bit of a call's number under x86-64's x32 ABI: another way to the same calls."""
_NEW_NAMESPACES = 0x7E020080
"""The CLONE_NEW* bits of clone(2), time namespaces too."""
_FAMILIES = (1, 2, 10)
"""AF_UNIX, AF_INET, AF_INET6."""
_SOL_SOCKET, _TIMEOUTS = 1, (20, 21, 66, 67)
"""SO_RCVTIMEO and SO_SNDTIMEO, each with its 64-bit form."""
_F_SETLEASE = 1024
_SELF = 0
"""In place of a process id: who calls."""

# linux/bpf_common.h: load a word, jump if equal, if not less, if any bit is set; return.
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, (16, 24, 32)
"""Offsets in struct seccomp_data; of an argument, its low half (both machines are little-endian)."""

_ALLOW = (_RETURN, 0, 0, 0x7FFF0000)
_KILL = (_RETURN, 0, 0, 0x80000000)


Step = tuple[int, int, int, int]


def _refuse(code: int) -> Step:
    return (_RETURN, 0, 0, 0x00050000 | code)


_NO = _refuse(errno.EPERM)


@cache
def program(machine: str) -> bytes:
    """The filter for this machine. Raises `LookupError` for one that we do not know."""
    steps = [(_LOAD, 0, 0, _ARCH), (_EQUAL, 1, 0, _ARCHITECTURES[machine]), _KILL, (_LOAD, 0, 0, _NUMBER)]
    if machine == "x86_64":
        steps += [(_AT_LEAST, 0, 1, _X32), _NO]
    for number in _DENIED[machine].values():
        steps += [(_EQUAL, 0, 1, number), _NO]
    rules = {
        "clone": [(_LOAD, 0, 0, _ARGUMENTS[0]), (_ANY_BIT, 0, 1, _NEW_NAMESPACES), _NO],
        "clone3": [_refuse(errno.ENOSYS)],  # its flags are out of a filter's sight; the C library then uses clone
        "socket": _unless_one_of(0, _FAMILIES),
        "setsockopt": [(_LOAD, 0, 0, _ARGUMENTS[1]), (_EQUAL, 1, 0, _SOL_SOCKET), _ALLOW, *_if_one_of(2, _TIMEOUTS)],
        "fcntl": _if_one_of(1, (_F_SETLEASE,)),
        "prlimit64": _unless_one_of(0, (_SELF,)),  # of another process of our user, the grader's even, it could lower the limits
        "timer_create": [_refuse(errno.ENOSYS)],  # timeout(1) then takes an alarm, and says nothing
    }
    for name, number in _BY_ARGUMENT[machine].items():
        steps += [(_EQUAL, 0, len(rules[name]) + 1, number), *rules[name], _ALLOW]
    return b"".join(struct.pack("HBBI", *step) for step in [*steps, _ALLOW])


def _if_one_of(argument: int, values: tuple[int, ...]) -> list[Step]:
    """Refuse when this argument is one of `values`; else go on behind."""
    last = len(values) - 1
    tests = [(_EQUAL, last - place, int(place == last), value) for place, value in enumerate(values)]
    return [(_LOAD, 0, 0, _ARGUMENTS[argument]), *tests, _NO]


def _unless_one_of(argument: int, values: tuple[int, ...]) -> list[Step]:
    """Refuse when this argument is none of `values`; else go on behind."""
    tests = [(_EQUAL, len(values) - place, 0, value) for place, value in enumerate(values)]
    return [(_LOAD, 0, 0, _ARGUMENTS[argument]), *tests, _NO]
