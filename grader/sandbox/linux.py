"""The Linux system calls that the jail needs, each wrapped once; ctypes on the C library, nothing else.

Every function raises `OSError` with the call's name when the kernel says no. Numbers are of the kernel's own headers, which never change.
"""

import ctypes
import fcntl
import os
import platform
import signal
import socket
import struct

NEWNS, NEWIPC, NEWUSER, NEWPID, NEWNET = 0x00020000, 0x08000000, 0x10000000, 0x20000000, 0x40000000
"""Flags of unshare(2): mount, IPC, user, process id and network namespaces."""

NOSUID, NODEV, NOEXEC = 2, 4, 8
"""Flags of mount(2)."""
_READ_ONLY, _REMOUNT, _NOATIME, _NODIRATIME = 1, 32, 1024, 2048
_BIND, _REC, _PRIVATE, _RELATIME = 0x1000, 0x4000, 0x40000, 0x200000
_ST_RELATIME = 4096
"""RELATIME's other name in statvfs(3); the rest have the same in both."""

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 36, 38
_SECCOMP_MODE_FILTER = 2
_CAPSET = {"x86_64": 126, "aarch64": 91}
_CAPABILITY_VERSION_3 = 0x20080522
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_LANDLOCK_CREATE_RULESET_VERSION, _LANDLOCK_RULE_PATH_BENEATH = 1, 1
_SIOCSIFFLAGS, _IFF_UP, _IFF_RUNNING = 0x8914, 1, 64

_MOUNT_SETATTR, _AT_RECURSIVE, _MOUNT_ATTR_RDONLY = 442, 0x8000, 1

_libc = ctypes.CDLL(None, use_errno=True)


def new_namespaces(flags: int) -> None:
    """Leave namespaces for fresh ones, unshare(2). With NEWPID the next child is pid 1."""
    _checked("unshare", _libc.unshare(flags))


def map_own_ids(uid: int, gid: int) -> None:
    """In a fresh user namespace: be who we are outside, and nobody else exists, user_namespaces(7)."""
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def mount_new(kind: str, target: str, flags: int = NOSUID | NODEV, options: str = "") -> None:
    """Mount a new "tmpfs" or "proc", mount(2)."""
    _checked(f"mount {kind} on {target}", _mount(kind, target, kind, flags, options))


def bind_read_only(source: str, target: str) -> None:
    """Show `source` (a folder or a file) at `target` too, where it cannot be changed, mount(2) with MS_BIND.

    Read-only is a second step, which must name the flags that the first inherited: in a user namespace they are locked.
    """
    _checked(f"bind {target}", _mount(source, target, "", _BIND | _REC, ""))
    inherited = os.statvfs(target).f_flag
    flags = inherited & (NOSUID | NODEV | NOEXEC | _NOATIME | _NODIRATIME) | (_RELATIME if inherited & _ST_RELATIME else 0)
    _checked(f"bind {target} read-only", _mount("", target, "", _BIND | _REMOUNT | _READ_ONLY | flags, ""))


def make_mounts_private() -> None:
    """From here on no mount of ours is seen outside, nor theirs by us, mount_namespaces(7)."""
    _checked("make / private", _mount("", "/", "", _REC | _PRIVATE, ""))


def make_mounts_read_only() -> None:
    """Nothing that is mounted now can be changed from here, modes and times neither, mount_setattr(2); Linux 5.12 or newer."""
    attributes = struct.pack("QQQQ", _MOUNT_ATTR_RDONLY, 0, 0, 0)
    result = _libc.syscall(_MOUNT_SETATTR, -1, b"/", ctypes.c_uint(_AT_RECURSIVE), attributes, ctypes.c_size_t(len(attributes)))
    _checked("mount_setattr /", result)


def loopback_up() -> None:
    """Switch `lo` on in a fresh network namespace, netdevice(7)."""
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP | _IFF_RUNNING))


def adopt_orphans(*, on: bool = True) -> None:
    """Orphans among our descendants become our children, prctl(2) PR_SET_CHILD_SUBREAPER: none escapes a sweep by forking twice."""
    _prctl(_PR_SET_CHILD_SUBREAPER, int(on))


def end_with_parent() -> None:
    """Be killed when the thread that started us ends, prctl(2) PR_SET_PDEATHSIG."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def set_dumpable(*, on: bool) -> None:
    """Whether our /proc/PID belongs to us and may be read by our equals, prctl(2) PR_SET_DUMPABLE."""
    _prctl(_PR_SET_DUMPABLE, int(on))


def no_new_privileges() -> None:
    """No exec will ever give us more, prctl(2) PR_SET_NO_NEW_PRIVS; seccomp and Landlock ask for it."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def drop_capabilities() -> None:
    """Have none, capset(2)."""
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    _checked("capset", _libc.syscall(_CAPSET[platform.machine()], header, bytes(24)))


def filter_system_calls(program: bytes) -> None:
    """Filter every later system call of this thread and what it starts, seccomp(2). `program`: struct sock_filter, one after another."""
    raw = ctypes.create_string_buffer(program)
    filters = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(raw))
    _checked("seccomp", _libc.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_SECCOMP_MODE_FILTER), filters, ctypes.c_ulong(0), ctypes.c_ulong(0)))


def landlock_abi() -> int:
    """The version of Landlock that this kernel says it has, landlock(7). Raises `OSError` when it has none."""
    return _checked(
        "landlock", _libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_LANDLOCK_CREATE_RULESET_VERSION))
    )


def landlock_ruleset(attributes: bytes) -> int:
    """A descriptor of a new ruleset, landlock_create_ruleset(2)."""
    return _checked("landlock_create_ruleset", _libc.syscall(_LANDLOCK_CREATE, attributes, ctypes.c_size_t(len(attributes)), 0))


def landlock_allow(ruleset: int, access: int, path: str) -> None:
    """Grant `access` below `path`, landlock_add_rule(2). Raises `OSError` also when there is no such path."""
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", access, descriptor)
        _checked(f"landlock_add_rule {path}", _libc.syscall(_LANDLOCK_ADD, ruleset, _LANDLOCK_RULE_PATH_BENEATH, rule, 0))
    finally:
        os.close(descriptor)


def landlock_restrict(ruleset: int) -> None:
    """Hold this thread, and all that it starts, to the ruleset, landlock_restrict_self(2)."""
    _checked("landlock_restrict_self", _libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0))


def _mount(source: str, target: str, kind: str, flags: int, options: str) -> int:
    texts = [text.encode() if text else None for text in (source, target, kind)]
    found: int = _libc.mount(*texts, ctypes.c_ulong(flags), options.encode() if options else None)
    return found


def _prctl(option: int, value: int) -> None:
    _checked(f"prctl({option})", _libc.prctl(option, ctypes.c_ulong(value), *[ctypes.c_ulong(0)] * 3))


def _checked(name: str, result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")
    return result
