"""Which files a worker may see: a Landlock ruleset, landlock(7). What is not on the list cannot be opened, whoever owns it.

Readable: the interpreter, its standard library without site-packages, the C libraries, and the few files that name resolution and time zones
read. Writable: the worker's own folders. No suite, no solution, no home, no other submission.
"""

import fcntl
import os
import struct
import sys
import sysconfig
from functools import cache
from glob import escape, glob
from pathlib import Path

from . import linux

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_TRUNCATE, _IOCTL = 1 << 14, 1 << 15
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_RIGHTS_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
_SCOPE_ABSTRACT_SOCKETS, _SCOPE_SIGNALS = 1, 2

_SYSTEM = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/bin", "/usr/bin", "/usr/share/zoneinfo", "/proc",
    "/etc/ld.so.cache", "/etc/localtime", "/etc/hosts", "/etc/host.conf", "/etc/nsswitch.conf", "/etc/resolv.conf", "/etc/gai.conf",
    "/etc/services", "/etc/protocols", "/etc/mime.types", "/dev/urandom", "/dev/random", "/dev/zero", "/dev/full",
)  # fmt: skip
_HIGH = 64
"""Above the descriptors that a worker lays out anew."""
_PACKAGES = ("site-packages", "dist-packages")


class AllowList:
    """A ruleset that can be added to until `enforce`, by each worker for itself."""

    def __init__(self) -> None:
        abi = linux.landlock_abi()
        self._rights = _RIGHTS_BY_ABI[min(abi, max(_RIGHTS_BY_ABI))]
        scoped = _SCOPE_ABSTRACT_SOCKETS | _SCOPE_SIGNALS
        # The structure grew: files; since ABI 4 also ports; since ABI 6 also what may be reached outside of the domain.
        attributes = struct.pack("QQQ", self._rights, 0, scoped) if abi >= 6 else struct.pack("Q", self._rights)
        ruleset = linux.landlock_ruleset(attributes)
        self.descriptor = fcntl.fcntl(ruleset, fcntl.F_DUPFD_CLOEXEC, _HIGH)
        os.close(ruleset)

    def allow_reading(self, paths: list[str]) -> None:
        """Grant reading, listing and executing at and below `paths`; those that are not there are no matter."""
        for path in paths:
            self.allow(path, _on(path, _READ))

    def allow_all(self, paths: list[str]) -> None:
        """Grant everything below `paths`."""
        for path in paths:
            self.allow(path, _on(path, self._rights))

    def enforce(self) -> None:
        """From here on, this and nothing else. For ever, and for all that we start."""
        linux.landlock_restrict(self.descriptor)
        os.close(self.descriptor)

    def allow(self, path: str, access: int) -> None:
        """Grant this access, as far as the kernel knows it."""
        try:
            linux.landlock_allow(self.descriptor, access & self._rights, path)
        except FileNotFoundError:
            pass  # not on this machine


def for_workers() -> AllowList:
    """The list that every worker of this interpreter starts from."""
    found = AllowList()
    for path, access in granted():
        found.allow(path, access)
    return found


@cache
def granted() -> tuple[tuple[str, int], ...]:
    """What `for_workers` grants, each path with its access. To look for it takes three times as long as to grant it."""
    found = dict.fromkeys((*system_paths(), *interpreter_paths()), _READ)
    for folder in {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}:
        # Import lists a folder before it looks into it; the list is of names only.
        found[folder] = found.get(folder, 0) | _READ_DIR
        found |= {entry.path: _READ for entry in os.scandir(folder) if entry.name not in _PACKAGES}
    return tuple((path, _on(path, access)) for path, access in found.items())


def _on(path: str, access: int) -> int:
    """As much of this access as can be had there: a file is no folder."""
    return access if os.path.isdir(path) else access & _ON_FILES


def system_paths() -> list[str]:
    """What every program reads, but no folder of Python packages."""
    found = []
    for path in _SYSTEM:
        if path in ("/usr/lib", "/usr/local/lib", "/lib"):
            found += [entry.path for entry in _entries(path) if not _holds_packages(entry)]
        else:
            found.append(path)
    return found


@cache
def interpreter_paths() -> tuple[str, ...]:
    """The interpreter's program, the loader and libraries that it has mapped, and those it brings with it for its extension modules.

    An interpreter may have a C library of its own (Nix, Conda, a folder someone unpacked): without it no program can be started.
    """
    program = os.path.realpath(sys.executable)
    mapped = [line.split(maxsplit=5)[-1].strip() for line in Path("/proc/self/maps").read_text().splitlines()]
    brought = [
        entry.path for name in ("lib", "lib32", "lib64") for entry in _entries(f"{sys.base_prefix}/{name}") if not _holds_packages(entry)
    ]
    beside = glob(f"{escape(os.path.dirname(program))}/python3*")
    return tuple(sorted({program, sys.executable, *beside, *filter(os.path.isabs, mapped), *brought}))


def _entries(path: str) -> list["os.DirEntry[str]"]:
    try:
        return list(os.scandir(path))
    except OSError:
        return []


def _holds_packages(entry: "os.DirEntry[str]") -> bool:
    """Python's folders in a system library folder: the standard library is granted by itself, packages never."""
    return entry.name.startswith("python")
