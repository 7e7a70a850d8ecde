"""What one check may use, and how the kernel is told."""

import dataclasses
import resource


@dataclasses.dataclass(frozen=True)
class Limits:
    """The bounds of one check. A check that meets one costs its own points only."""

    cpu: int = 10
    """CPU seconds of the whole process tree; the trusted side counts them, the kernel is the backstop for each process."""
    memory: int = 1 << 30
    """Bytes of data segment for each process (RLIMIT_DATA: address space alone says little)."""
    processes: int = 64
    """Processes in the tree, counted from /proc: RLIMIT_NPROC would count the user's other processes too."""
    disk: int = 16 << 20
    """Bytes in one file."""
    files: int = 256
    """Open descriptors for each process."""
    output: int = 64 << 10
    """Bytes of what is printed that are kept; the rest is read, counted and dropped."""
    wall: int = 60
    """Seconds after which a check that is neither at rest nor using the CPU is given up as inconclusive. Never a verdict."""


def apply(limits: Limits) -> None:
    """Set the limits of this process and of all that it starts. See setrlimit(2)."""
    bounds = {
        resource.RLIMIT_CPU: limits.cpu + 2,
        resource.RLIMIT_DATA: limits.memory,
        resource.RLIMIT_FSIZE: limits.disk,
        resource.RLIMIT_NOFILE: limits.files,
        resource.RLIMIT_CORE: 0,
    }
    for which, wanted in bounds.items():
        _, hard = resource.getrlimit(which)
        bound = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(which, (bound, bound))
