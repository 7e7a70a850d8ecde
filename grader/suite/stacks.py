"""What a worker's processes write where the stacks go: faulthandler's lists of threads, and a script's own record of its lines."""

import re

from .fate import Wait

_FRAME = re.compile(r'^  File "(?:.*/)?([^/"]+)", line (\d{1,9}) in (.{1,200})$')

_POOL_TERMINATE = re.compile(r'^  File "(?:.*/)?multiprocessing/pool\.py", line \d+ in _terminate_pool$', re.MULTILINE)
_REACHED = re.compile(rb"^reached \[([\d, ]*)\] of \[([\d, ]*)\]$", re.MULTILINE)


def waits(dump: str, file: str) -> tuple[Wait, ...]:
    """The innermost frame in `file` of each thread that faulthandler listed (it lists the most recent call first), in source order."""
    found: dict[tuple[int, str], None] = {}
    for thread in re.split(r"^(?:Thread|Current thread) 0x", dump, flags=re.MULTILINE)[1:]:
        for line in thread.splitlines():
            if (match := _FRAME.match(line)) and match[1] == file and int(match[2]) < 1 << 31:
                found[int(match[2]), match[3]] = None
                break
    return tuple(Wait(line, function) for line, function in sorted(found)[:8])


def in_pool_terminate(dump: str) -> bool:
    """Whether a thread stands in multiprocessing's own `Pool.terminate()`, which `with Pool()` ends with.

    It can stand still for ever when a worker dies at a bad moment, whatever the program did: CPython issues 73945, 78178 and 96995.
    """
    return bool(_POOL_TERMINATE.search(dump))


def recorded(dump: bytes) -> tuple[set[int], set[int]]:
    """The lines of a script that ran, and those that could; neither when it was killed before it could say."""
    found = _REACHED.search(dump)
    return (_numbers(found[1]), _numbers(found[2])) if found else (set(), set())


def _numbers(text: bytes) -> set[int]:
    return {int(part) for part in text.replace(b" ", b",").split(b",") if 0 < len(part) < 9}
