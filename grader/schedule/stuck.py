"""Waiting for an execution's end, from outside its threads; and noticing that it waits for something that is not under control.

Who holds the baton should run. When it sleeps in the kernel instead, look after look, without having run in between, it waits for something
that the scheduler cannot see (a socket, a child process, a lock of C code): the execution cannot be judged. Where there is no /proc, that
no point was passed for long serves.
"""

import sys
from pathlib import Path

from .execution import Execution

LOOK = 0.02
"""Seconds between two looks. Pace only."""
LOOKS = 10
LOOKS_WITHOUT_PROC = 250


def wait_for_end(execution: Execution) -> None:
    """Return when it is over, or cannot go on: then `ended` is "outside", and `result` the function that it waits in."""
    same, before = 0, ("", -1)
    while not execution.over.acquire(timeout=LOOK):
        now = _running(execution), execution.points
        same = same + 1 if now == before and not now[0].startswith("R") else 0
        before = now
        if same > (LOOKS if now[0] else LOOKS_WITHOUT_PROC):
            execution.outside(_function(execution))
            return


def _running(execution: Execution) -> str:
    """State of the thread that holds the baton, and how often and long it has run; "" where the kernel does not say."""
    try:
        folder = Path(f"/proc/self/task/{execution.baton.native}")
        state = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()[0]
        return state + (folder / "schedstat").read_text()
    except OSError:
        return ""


def _function(execution: Execution) -> str:
    """What the thread with the baton called, by name, and the line of the learner's that called it."""
    frame = sys._current_frames().get(execution.baton.ident)
    name = ""
    while frame is not None and frame.f_code.co_filename not in execution.files:
        name, frame = frame.f_code.co_qualname, frame.f_back
    return f"{name or 'a call'} at line {frame.f_lineno}" if frame else name
