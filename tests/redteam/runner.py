"""Grade hostile files as an instructor would, and print what came of each: test_redteam.py runs this in a process of its own.

    python runner.py LEVEL SECRET HONEST FILE...

For each file one launcher grades, in this order: a submission that holds a secret, the hostile file, an honest file that must still earn its
marks. A line of JSON for each hostile file.
"""

import json
import os
import sys
from functools import partial
from pathlib import Path

from rich.console import Console

from grader import grading
from grader.course import Course
from grader.model import Report
from grader.render import data, terminal
from grader.sandbox.client import Sandbox
from grader.sandbox.containment import UNPRIVILEGED
from grader.sandbox.levels import Level

LEFT_BEHIND = ("redteam*", "conftest.py", "pytest.ini", "*customize.py")
"""Names that hostile files give to what they leave."""


def screen(report: Report) -> str:
    """The report as a person sees it, with everything in it."""
    with open(os.devnull, "w") as nowhere:
        console = Console(width=80, file=nowhere, record=True)
        console.print(*terminal.report(report, terminal.UNICODE, verbose=True), sep="\n")
        return console.export_text()


def survivors() -> list[str]:
    """Processes of a grader's that have lost it: no trusted process is above them."""
    return [f"{pid} {_line(pid)[:60]}" for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if _ours(pid) and not _owned(pid)]


def _line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


def _ours(pid: int) -> bool:
    try:
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX":
            return False  # dead, and about to be waited for
        return "from sandbox import launcher" in _line(pid) or (os.getuid() == 0 and os.stat(f"/proc/{pid}").st_uid in UNPRIVILEGED)
    except OSError:
        return False


def _owned(pid: int) -> bool:
    """Whether the first process above that is not a grader's own is a Python program: a living trusted process."""
    try:
        while _ours(pid):
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return True  # it ended while we looked
    return "python" in _line(pid)


def residue(scratch: str) -> list[str]:
    """What is left on disk and in System V's tables; it is removed, so that the next file is judged for itself."""
    places = [Path(folder) for folder in ("/tmp", "/var/tmp", "/dev/shm")] + [Path.home(), Path.cwd()]
    found = [path for place in places for pattern in LEFT_BEHIND for path in place.glob(pattern)]
    for path in found:
        path.unlink(missing_ok=True)
    tables = [line for kind in ("shm", "sem", "msg") for line in Path(f"/proc/sysvipc/{kind}").read_text().splitlines()]
    letters = [line for line in tables if line.split()[0] == str(0x5EED)]
    for kind in "MSQ" if letters else "":
        os.system(f"ipcrm -{kind} {0x5EED} 2>/dev/null")
    return [str(path) for path in found] + letters + ([scratch] if Path(scratch).exists() else [])


def main(level: Level, secret: Path, honest: Path, paths: list[Path]) -> None:
    """Grade each, and say what happened."""
    course = Course.find()
    pure = course.resolve("02")[0]
    for path in paths:
        task = path.read_text().split("|")[0].strip("# ")
        exercise = course.resolve(task[:2])[0]
        with Sandbox(level) as sandbox:
            grade_one = partial(grading.grade_one, sandbox=sandbox, seed="redteam")
            grade_one(exercise, secret, tasks=(task,))
            report = grade_one(exercise, path, tasks=(task,))
            after = grade_one(pure, honest, tasks=("02a",))
        found = {
            "file": path.stem,
            "report": data.report(report),
            "screen": screen(report),
            "honest": after.passed,
            "survivors": survivors(),
            "residue": residue(sandbox.scratch),
        }
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(Level(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), [Path(path) for path in sys.argv[4:]])
