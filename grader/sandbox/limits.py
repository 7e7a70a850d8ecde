"""What one check may use, and how the kernel is told."""

import dataclasses
import resource

KERNEL_LATER = 5
"""CPU seconds by which the kernel stops one process later than we would: on a crowded machine we look late, and only we can say where it was."""


@dataclasses.dataclass(frozen=True)
class Limits:
    """The bounds of one check. A check that meets one costs its own points only."""

    cpu: int = 10
    """CPU seconds of the whole process tree, for the import and for what follows each; the trusted side counts them, the kernel is the
    backstop for each process."""
    memory: int = 1 << 30
    """Bytes of data segment for each process (RLIMIT_DATA: address space alone says little)."""
    total_memory: int = 3 << 30
    """Bytes in use by the whole tree, counted by the trusted side: what no kernel limit of one process bounds."""
    processes: int = 64
    """Processes in the tree, counted from /proc: RLIMIT_NPROC would count the user's other processes too."""
    tasks: int = 512
    """Processes and threads together, held by the kernel where the worker's user is its own: far above what `processes` stops first."""
    disk: int = 16 << 20
    """Bytes in one file; where the worker has its own /tmp and /dev/shm, also in all files of each."""
    files: int = 256
    """Open descriptors for each process."""
    output: int = 64 << 10
    """Bytes of what is printed that are kept; the rest is read, counted and dropped."""
    wall: int = 60
    """Seconds after which a check that is neither at rest nor using the CPU is given up as inconclusive. Never a verdict."""


def apply(limits: Limits, *, own_ids: bool) -> None:
    """Set the limits of this process and of all that it starts, setrlimit(2). `own_ids`: in a user namespace of one's own."""
    bounds = {
        resource.RLIMIT_CPU: limits.cpu + KERNEL_LATER,
        resource.RLIMIT_DATA: limits.memory,
        resource.RLIMIT_FSIZE: limits.disk,
        resource.RLIMIT_NOFILE: limits.files,
        resource.RLIMIT_CORE: 0,
    }
    if own_ids:  # elsewhere it would count the user's other processes too
        bounds[resource.RLIMIT_NPROC] = limits.tasks
    for which, wanted in bounds.items():
        _, hard = resource.getrlimit(which)
        bound = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        # Only below the hard limit does the kernel say by the signal what it was: SIGXCPU first, SIGKILL a second later.
        above = which == resource.RLIMIT_CPU and (hard == resource.RLIM_INFINITY or bound < hard)
        resource.setrlimit(which, (bound, bound + above))
