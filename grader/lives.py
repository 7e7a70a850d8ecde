"""Run a lesson's program, and note when each thread that it starts begins and ends: `python lives.py FILE PROGRAM`.

    a new thread    threading.setprofile    its first call is noted, and then nothing more is looked at in it
    its end         a value of a threading.local, which Python lets go of when the thread has ended

Threads of its own functions and of its thread pools only: what a server or a queue of the standard library starts is not what a lesson is about.
Not the threads of other processes either: those cannot be seen from in here. Standard library only, for the program has this interpreter to itself.
"""

import atexit
import json
import os
import runpy
import sys
import threading
import time
from pathlib import Path
from typing import Any

POOL = "concurrent.futures.thread"
_local = threading.local()


class _End:
    """Lives as long as the thread whose local it is."""

    def __init__(self, life: dict[str, Any]) -> None:
        self.life = life

    def __del__(self) -> None:
        self.life["end"] = time.perf_counter()


def main(file: str, program: str) -> None:
    """Run `program` as Python would, and leave in `file` what was seen: name, begin and end (null: it was still there) in seconds."""
    lives: list[dict[str, Any]] = []

    def begins(*_: object) -> None:
        sys.setprofile(None)
        thread = threading.current_thread()
        if getattr(getattr(thread, "_target", None), "__module__", "") in ("__main__", POOL):
            life = {"name": thread.name, "begin": time.perf_counter(), "end": None}
            lives.append(life)
            _local.end = _End(life)

    def leave(own: int, began: float) -> None:
        if os.getpid() != own:
            return
        for life in lives:
            life["begin"] -= began
            life["end"] = life["end"] and life["end"] - began
        Path(file).write_text(json.dumps(lives), "utf-8")

    atexit.register(leave, os.getpid(), time.perf_counter())
    threading.setprofile(begins)
    sys.argv[:] = [program]
    sys.path[0] = str(Path(program).parent)
    try:
        runpy.run_path(program, run_name="__main__")
        sys.stdout.flush()
    except BrokenPipeError:  # nobody reads it any more, which is no fault of the program's
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
