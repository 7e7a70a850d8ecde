"""The learner's folder: the files they write, and a small plain-text file that remembers how far they are.

In a checkout the workspace is the checkout itself; elsewhere `course start` makes one. `.course-progress` is meant to be committed:

    # thread-vs-process: progress. Plain text; commit it with your exercises.
    01 best 10 of 10 passed
    03 best 14 of 20
    hint 03b 2
"""

import json
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .course import Course
from .errors import CourseError, Exit, UsageError
from .model import Exercise, Report

PROGRESS = ".course-progress"
REPLAYS = ".course-replay-{}.json"
"""Of each exercise: what its last grade found that `course replay` can show."""
_TITLE = "# thread-vs-process: progress. Plain text; commit it with your exercises."


class NotSaved(CourseError):
    """The progress file could not be read or written. A grade stands nevertheless."""

    code = Exit.USAGE


@dataclass(frozen=True)
class Best:
    """The best report of an exercise so far."""

    earned: int
    possible: int
    passed: bool

    def rank(self) -> tuple[bool, int]:
        """What makes one better than another."""
        return self.passed, self.earned


@dataclass(frozen=True)
class Progress:
    """What the progress file says."""

    best: dict[str, Best] = field(default_factory=dict)
    hints: dict[str, int] = field(default_factory=dict)
    """How many hints of a task were shown."""
    kept: tuple[str, ...] = ()
    """Lines that we do not understand (a newer course's, perhaps): written back as they were."""

    @classmethod
    def parse(cls, text: str) -> "Progress":
        """Read the file's text. Anything is accepted; nothing is lost."""
        best: dict[str, Best] = {}
        hints: dict[str, int] = {}
        kept: list[str] = []
        for line in (line.removesuffix("\r") for line in text.split("\n")):
            if match := re.fullmatch(r"(\d\d) best (\d{1,9}) of (\d{1,9})( passed)?\s*", line):
                found = Best(int(match[2]), int(match[3]), bool(match[4]))
                best[match[1]] = max(best.get(match[1], found), found, key=Best.rank)  # a merge may have kept two lines
            elif match := re.fullmatch(r"hint (\d\d[a-z]) (\d{1,9})\s*", line):
                hints[match[1]] = max(hints.get(match[1], 0), int(match[2]))
            elif line.strip() and line != _TITLE:
                kept.append(line)
        return cls(best, hints, tuple(kept))

    def text(self) -> str:
        """The file's text."""
        lines = [_TITLE]
        for exercise, best in sorted(self.best.items()):
            lines.append(f"{exercise} best {best.earned} of {best.possible}" + (" passed" if best.passed else ""))
        lines += [f"hint {task} {count}" for task, count in sorted(self.hints.items())]
        return "\n".join([*lines, *self.kept]) + "\n"

    def with_report(self, report: Report) -> "Progress":
        """With this report counted, if it is the best of its exercise."""
        new = Best(report.earned, report.possible, report.passed is True)
        old = self.best.get(report.exercise.id)
        if old and old.rank() >= new.rank():
            return self
        return replace(self, best=self.best | {report.exercise.id: new})

    def with_hint(self, task: str, count: int) -> "Progress":
        """With `count` hints of `task` shown."""
        return replace(self, hints=self.hints | {task: count})

    def passed(self, exercise: Exercise) -> bool:
        """Whether this exercise was ever passed."""
        best = self.best.get(exercise.id)
        return bool(best and best.passed)

    def current(self, exercises: Iterable[Exercise]) -> Exercise | None:
        """The first exercise that is not passed; None when all are."""
        return next((exercise for exercise in exercises if not self.passed(exercise)), None)


@dataclass(frozen=True)
class Workspace:
    """A folder with exercises/ and a progress file."""

    root: Path

    @classmethod
    def find(cls, start: Path | None = None) -> "Workspace":
        """The workspace that holds `start` (here), or the one that COURSE_WORKSPACE names. Raises `UsageError`."""
        named = os.environ.get("COURSE_WORKSPACE")
        here = Path(named) if named else (start or Path.cwd())
        for folder in (here, *here.resolve().parents):
            in_checkout = (folder / "exercises").is_dir() and (folder / "lessons").is_dir() and (folder / "grader").is_dir()
            if (folder / PROGRESS).is_file() or in_checkout:
                return cls(folder)
        place = f"COURSE_WORKSPACE={named}" if named else "this folder"
        raise UsageError(
            f"{place} is not inside a workspace, so there are no exercises here",
            "course start            makes one in ./thread-course\n  course grade 03 --file YOUR_FILE.py   grades any file",
        )

    @classmethod
    def start(cls, root: Path, course: Course) -> tuple["Workspace", list[Path], list[Path]]:
        """Write a workspace into `root`: (it, the files written, the files that were there and are left alone). Raises `UsageError`."""
        written, left = [], []
        workspace = cls(root)
        try:
            (root / "exercises").mkdir(parents=True, exist_ok=True)
            for exercise in course.exercises:
                target = root / "exercises" / exercise.stub.name
                if target.exists():
                    left.append(target)
                else:
                    write_whole(target, exercise.stub.read_bytes())
                    written.append(target)
            if not (root / PROGRESS).exists():
                write_whole(root / PROGRESS, Progress().text().encode())
        except OSError as error:
            raise UsageError(f"{root} cannot be written: {(error.strerror or '').lower()}", "course start ANOTHER_FOLDER") from error
        return workspace, written, left

    def file(self, exercise: Exercise) -> Path:
        """Where the learner writes this exercise."""
        return self.root / "exercises" / exercise.stub.name

    def progress(self) -> Progress:
        """What is remembered; nothing, when there is no file yet. Raises `NotSaved` for a file that cannot be read."""
        try:
            return Progress.parse((self.root / PROGRESS).read_text("utf-8", "replace"))
        except FileNotFoundError:
            return Progress()
        except OSError as error:
            raise NotSaved(
                f"{self.root / PROGRESS} cannot be read ({(error.strerror or '').lower()})", "mend it, or move it away"
            ) from error

    def replays(self, exercise: Exercise) -> dict[str, Any]:
        """What was kept of the last grade for `course replay`; nothing when there is none, or it cannot be made out."""
        try:
            kept = json.loads((self.root / REPLAYS.format(exercise.id)).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def keep_replays(self, exercise: Exercise, kept: dict[str, Any] | None) -> None:
        """Keep this in place of the last one, or nothing. Raises `NotSaved`."""
        target = self.root / REPLAYS.format(exercise.id)
        try:
            if kept:
                write_whole(target, json.dumps(kept).encode())
            else:
                target.unlink(missing_ok=True)
        except OSError as error:
            raise NotSaved(f"what `course replay` shows was not kept: {target} cannot be written", "the grade above stands") from error

    def save(self, progress: Progress) -> None:
        """Write the progress file whole or not at all. Raises `NotSaved`."""
        target = self.root / PROGRESS
        try:
            write_whole(target, progress.text().encode())
        except OSError as error:
            reason = (error.strerror or "").lower()
            raise NotSaved(f"your progress was not saved: {target} cannot be written ({reason})", "the grade above stands") from error


def write_whole(target: Path, data: bytes) -> None:
    """Write a file whole or not at all: a neighbour first, then put in its place. Raises `OSError`."""
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f"{target.name}.")
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise
