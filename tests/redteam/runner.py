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
from grader.sandbox.levels import Level

LEFT_BEHIND = ("redteam*", "conftest.py", "pytest.ini", "*customize.py")
"""Names that hostile files give to what they leave."""


def screen(report: Report) -> str:
    """The report as a person sees it, with everything in it."""
    with open(os.devnull, "w") as nowhere:
        console = Console(width=80, file=nowhere, record=True)
        console.print(*terminal.report(report, terminal.UNICODE, verbose=True), sep="\n")
        return console.export_text()


def survivors(user: int) -> list[str]:
    """Processes of this user that live, when all of a launcher should be gone; as an ordinary user: those that have lost their launcher."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()[:2]
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            theirs = (
                folder.stat().st_uid == user if user != os.getuid() else "from grader.sandbox import launcher" in line and parent == "1"
            )
            if theirs and state not in "ZX":
                found.append(f"{folder.name} {line[:60]}")
        except OSError:
            continue  # it ended while we looked
    return found


def residue(scratch: str, user: int) -> list[str]:
    """What this user left on disk and in System V's tables; it is removed, so that the next file is judged for itself."""
    places = [Path(folder) for folder in ("/tmp", "/var/tmp", "/dev/shm")] + [Path.home(), Path.cwd()]
    found = [path for place in places for pattern in LEFT_BEHIND for path in place.glob(pattern) if _is_of(path, user)]
    for path in found:
        path.unlink(missing_ok=True)
    letters = []
    for kind in ("shm", "sem", "msg"):
        names, *rows = [line.split() for line in Path(f"/proc/sysvipc/{kind}").read_text().splitlines()]
        found_here = [dict(zip(names, row, strict=False)) for row in rows]
        letters += [f"{kind} {row['key']}" for row in found_here if (row["key"], row["uid"]) == (str(0x5EED), str(user))]
    for kind in "MSQ" if letters else "":
        os.system(f"ipcrm -{kind} {0x5EED} 2>/dev/null")
    return [str(path) for path in found] + letters + ([scratch] if Path(scratch).exists() else [])


def _is_of(path: Path, user: int) -> bool:
    try:
        return path.lstat().st_uid == user
    except FileNotFoundError:
        return False  # another runner has just removed what its own file left


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
            user = Path(f"/proc/{sandbox.process.pid}").stat().st_uid  # a launcher of root's has one of its own
        found = {
            "file": path.stem,
            "report": data.report(report),
            "screen": screen(report),
            "honest": after.passed,
            "survivors": survivors(user),
            "residue": residue(sandbox.scratch, user),
        }
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(Level(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), [Path(path) for path in sys.argv[4:]])
