"""demo.out: what a lesson's program prints, without what differs from run to run."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from .errors import BrokenCourse
from .model import Exercise
from .workspace import write_whole

WAITS_LONG = 120
"""Seconds after which a program is given up: a backstop, no measure."""


def normal(text: str) -> str:
    """A transcript without process ids, ports and times."""
    text = re.sub(r"\bpid \d+", "pid #", text)
    text = re.sub(r"\bport \d+", "port #", text)
    text = re.sub(r"\b\d+(\.\d+)? ms\b", "# ms", text)
    return re.sub(r"\b\d+(\.\d+)? s\b", "# s", text)


def record(exercise: Exercise) -> Path:
    """Run demo.py from an empty folder and keep what it prints in demo.out. Raises `BrokenCourse`."""
    folder, again = exercise.lesson.path, f"course demo {exercise.id} --yes    runs it as it is"
    try:
        with tempfile.TemporaryDirectory() as empty:
            done = subprocess.run(
                [sys.executable, str(folder / "demo.py")],
                cwd=empty,
                env=os.environ | {"PYTHONUTF8": "1"},
                capture_output=True,
                encoding="utf-8",
                check=False,
                timeout=WAITS_LONG,
            )
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["without a word"])[-1]
            raise BrokenCourse(f"{folder.name}/demo.py ended with exit code {done.returncode}: {last}", again)
        write_whole(folder / "demo.out", normal(done.stdout).encode())
    except subprocess.TimeoutExpired as error:
        raise BrokenCourse(f"{folder.name}/demo.py does not end: it was given up after {WAITS_LONG} s", again) from error
    except OSError as error:
        raise BrokenCourse(
            f"{folder.name}/demo.out cannot be written: {(error.strerror or '').lower()}", "mend that, and try again"
        ) from error
    return folder / "demo.out"
