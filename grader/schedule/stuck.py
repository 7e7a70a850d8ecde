"""Waiting for an execution's end, from outside its threads; and noticing that it waits for something that is not under control.

Who holds the baton should run. When every thread of the process sleeps in the kernel instead, look after look, and none has run in between,
it waits for something that the scheduler cannot see (a socket, a child process, a lock of C code): the execution cannot be judged. Where
there is no /proc, that no point was passed for long serves.
"""

import _thread
import os
import sys
from pathlib import Path

from .execution import Execution

LOOK = 0.02
"""Seconds between two looks. Pace only."""
LOOKS = 10
LOOKS_WITHOUT_PROC = 250


def wait_for_end(execution: Execution) -> None:
    """Return when it is over, or cannot go on: then `ended` is "outside", and `result` the function that it waits in."""
    same, before = 0, None
    while not execution.over.acquire(timeout=LOOK):
        others = _others()
        now = others, execution.points
        running = any(thread.startswith("R") for thread in others)
        same = same + 1 if now == before and not running else 0
        before = now
        if same > (LOOKS if others else LOOKS_WITHOUT_PROC):
            execution.outside(_function(execution))
            return


def _others() -> list[str]:
    """State of every thread but this one, and how often and long it has run; nothing where the kernel does not say."""
    found = []
    try:
        for task in os.listdir("/proc/self/task"):
            if int(task) != _thread.get_native_id():
                folder = Path("/proc/self/task", task)
                state = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()[0]
                found.append(f"{state} {task} {(folder / 'schedstat').read_text()}")
    except OSError:
        return ["R"] if found else []  # one has just ended
    return found


def _function(execution: Execution) -> str:
    """What the thread with the baton called, by name, and the line of the learner's that called it."""
    frame = sys._current_frames().get(execution.baton.ident)
    name = ""
    while frame is not None and frame.f_code.co_filename not in execution.files:
        if not frame.f_globals.get("__name__", "").startswith("grader.schedule"):
            name = frame.f_code.co_qualname
        frame = frame.f_back
    return f"{name or 'a call'} at line {frame.f_lineno}" if frame else name
