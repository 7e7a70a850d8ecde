"""The learner's folder: the files they write, and a small plain-text file that remembers how far they are.

In a checkout the workspace is the checkout itself; elsewhere `course start` makes one. `.course-progress` is meant to be committed:

    # thread-vs-process: progress. Plain text; commit it with your exercises.
    01 best 10 of 10 passed
    03 best 14 of 20
    hint 03b 2
    tries 03 4
    at 03
    stub 03 url_loaders 5e1f0a9c77d2
"""

import hashlib
import itertools
import json
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .course import Course
from .errors import CourseError, Exit, NotWritable, NoWorkspace
from .model import Exercise, Report

PROGRESS = ".course-progress"
REPLAYS = ".course-replay-{}.json"
"""Of each exercise: what its last grade found that `course replay` can show."""
_TITLE = "# thread-vs-process: progress. Plain text; commit it with your exercises."


MEND = "make room, or let the folder be written in; then the same command again"


class NotSaved(CourseError):
    """The progress file could not be read or written. A grade stands nevertheless."""

    code = Exit.USAGE
    name = "C204"


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
    tries: dict[str, int] = field(default_factory=dict)
    """How many times an exercise was graded whole."""
    at: str = ""
    """The exercise that `course next` went to; "" while it was never used."""
    stubs: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The name of each exercise, and the digest of the stub that was handed out last."""
    kept: tuple[str, ...] = ()
    """Lines that we do not understand (a newer course's, perhaps): written back as they were."""

    @classmethod
    def parse(cls, text: str) -> "Progress":
        """Read the file's text. Anything is accepted; nothing is lost."""
        best: dict[str, Best] = {}
        hints: dict[str, int] = {}
        tries: dict[str, int] = {}
        at = ""
        stubs: dict[str, tuple[str, str]] = {}
        kept: list[str] = []
        for line in (line.removesuffix("\r") for line in text.split("\n")):
            if match := re.fullmatch(r"(\d\d) best (\d{1,9}) of (\d{1,9})( passed)?\s*", line):
                found = Best(int(match[2]), int(match[3]), bool(match[4]))
                best[match[1]] = max(best.get(match[1], found), found, key=Best.rank)  # a merge may have kept two lines
            elif match := re.fullmatch(r"hint (\d\d[a-z]) (\d{1,9})\s*", line):
                hints[match[1]] = max(hints.get(match[1], 0), int(match[2]))
            elif match := re.fullmatch(r"tries (\d\d) (\d{1,9})\s*", line):
                tries[match[1]] = max(tries.get(match[1], 0), int(match[2]))
            elif match := re.fullmatch(r"at (\d\d)\s*", line):
                at = max(at, match[1])
            elif match := re.fullmatch(r"stub (\d\d) (\w{1,60}) ([0-9a-f]{12})\s*", line, re.ASCII):
                stubs[match[1]] = match[2], match[3]
            elif line.strip() and line != _TITLE:
                kept.append(line)
        return cls(best, hints, tries, at, stubs, tuple(kept))

    def text(self) -> str:
        """The file's text."""
        lines = [_TITLE]
        for exercise, best in sorted(self.best.items()):
            lines.append(f"{exercise} best {best.earned} of {best.possible}" + (" passed" if best.passed else ""))
        lines += [f"hint {task} {count}" for task, count in sorted(self.hints.items())]
        lines += [f"tries {exercise} {count}" for exercise, count in sorted(self.tries.items())]
        lines += [f"at {self.at}"] if self.at else []
        lines += [f"stub {exercise} {slug} {digest}" for exercise, (slug, digest) in sorted(self.stubs.items())]
        return "\n".join([*lines, *self.kept]) + "\n"

    def with_report(self, report: Report) -> "Progress":
        """With this report counted: one more try, and the best of its exercise if it is that."""
        exercise = report.exercise.id
        new = Best(report.earned, report.possible, report.passed is True)
        best = max(self.best.get(exercise, new), new, key=Best.rank)
        return replace(self, best=self.best | {exercise: best}, tries=self.tries | {exercise: self.tries.get(exercise, 0) + 1})

    def with_hint(self, task: str, count: int) -> "Progress":
        """With `count` hints of `task` shown."""
        return replace(self, hints=self.hints | {task: count})

    def passed(self, exercise: Exercise) -> bool:
        """Whether this exercise was ever passed."""
        best = self.best.get(exercise.id)
        return bool(best and best.passed)

    def current(self, exercises: Iterable[Exercise]) -> Exercise | None:
        """The first exercise that is not passed, from where `course next` went on; None when all are passed."""
        left = [exercise for exercise in exercises if not self.passed(exercise)]
        return next((exercise for exercise in left if exercise.id >= self.at), left[0] if left else None)

    def renamed(self, ids: dict[str, str]) -> "Progress":
        """With exercises under their new ids: `ids` is old to new."""

        def new(old: str) -> str:
            return ids.get(old[:2], old[:2]) + old[2:]

        return replace(
            self,
            best={new(old): best for old, best in self.best.items()},
            hints={new(old): count for old, count in self.hints.items()},
            tries={new(old): count for old, count in self.tries.items()},
            stubs={new(old): stub for old, stub in self.stubs.items()},
            at=new(self.at) if self.at else "",
        )

    def going_to(self, exercise: Exercise) -> "Progress":
        """With this exercise as the current one, whatever is open before it."""
        return replace(self, at=exercise.id)


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
        raise NoWorkspace(
            f"{place} is not inside a workspace, so there are no exercises here",
            "course start            makes one in ./thread-course\n  course grade 03 --file YOUR_FILE.py   grades any file",
        )

    @classmethod
    def start(cls, root: Path, course: Course) -> "Started":
        """Write a workspace into `root`, or bring one up to date; a file that the learner changed is left alone. Raises `NotWritable`."""
        workspace = cls(root)
        started = Started(workspace)
        try:
            (root / "exercises").mkdir(parents=True, exist_ok=True)
            before = workspace.progress()
            progress = workspace._follow_new_ids(before, course, started)
            for exercise in course.exercises:
                workspace._hand_out(exercise, progress, started)
            stubs = {exercise.id: (exercise.slug, digest(exercise.stub.read_bytes())) for exercise in course.exercises}
            progress = replace(progress, stubs=stubs)
            if progress != before or not (root / PROGRESS).exists():
                workspace.save(progress)
            for name, text in HELPERS.items():
                if not (root / name).exists():
                    (root / name).parent.mkdir(exist_ok=True)
                    write_whole(root / name, text.encode())
        except OSError as error:
            raise NotWritable(f"{root} cannot be written: {(error.strerror or '').lower()}", "course start ANOTHER_FOLDER") from error
        except NotSaved as error:
            raise NotWritable(error.what, "course start ANOTHER_FOLDER") from error
        return started

    def _follow_new_ids(self, progress: Progress, course: Course, started: "Started") -> Progress:
        """An exercise that has another id in this course: its file and its points go with it."""
        now = {exercise.slug: exercise for exercise in course.exercises}
        moved = {old: now[slug] for old, (slug, _) in progress.stubs.items() if slug in now and now[slug].id != old}
        for old, exercise in moved.items():
            file = self.root / "exercises" / f"ex{old}_{exercise.slug}.py"
            if file.exists() and not self.file(exercise).exists():
                os.replace(file, self.file(exercise))
                started.moved.append(self.file(exercise))
        return progress.renamed({old: exercise.id for old, exercise in moved.items()})

    def _hand_out(self, exercise: Exercise, progress: Progress, started: "Started") -> None:
        """Write the stub where there is no file, or only the last stub; beside a file of the learner's where it is a newer one."""
        target, stub = self.file(exercise), exercise.stub.read_bytes()
        if not target.exists():
            write_whole(target, stub)
            started.written.append(target)
            return
        _, last = progress.stubs.get(exercise.id, ("", digest(stub)))
        if last == digest(stub):
            started.left.append(target)
        elif digest(target.read_bytes()) == last:
            write_whole(target, stub)
            started.written.append(target)
        else:
            beside = free_name(target, "new-stub")
            write_whole(beside, stub)
            started.left.append(target)
            started.offered.append(beside)

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
            raise NotSaved(f"what `course replay` shows was not kept: {target} cannot be written", MEND) from error

    def save(self, progress: Progress) -> None:
        """Write the progress file whole or not at all; one that is no text is kept aside first. Raises `NotSaved`."""
        target = self.root / PROGRESS
        try:
            if target.exists() and not _is_text(target.read_bytes()):
                write_whole(free_name(target, "damaged"), target.read_bytes())  # a copy first: at no moment is there none
            write_whole(target, progress.text().encode())
        except OSError as error:
            reason = (error.strerror or "").lower()
            raise NotSaved(f"your progress was not saved: {target} cannot be written ({reason})", MEND) from error

    def reset(self, exercise: Exercise, *, dry_run: bool = False) -> Path | None:
        """Put the stub in the place of the learner's file; where that is kept from now on, or None if it was the stub. Raises `UsageError`."""
        file, stub = self.file(exercise), exercise.stub.read_bytes()
        try:
            if not file.exists():
                kept = None
            elif file.read_bytes() == stub:
                return None
            else:
                kept = free_name(file, "before-reset")
            if not dry_run:
                if kept:
                    write_whole(kept, file.read_bytes())  # a copy first: at no moment is there none
                write_whole(file, stub)
        except OSError as error:
            raise NotWritable(f"{file} cannot be reset: {(error.strerror or '').lower()}", "your file is as it was") from error
        return kept or file


@dataclass(frozen=True)
class Started:
    """What `course start` did."""

    workspace: Workspace
    written: list[Path] = field(default_factory=list)
    left: list[Path] = field(default_factory=list)
    """Files that were there, and are as they were."""
    offered: list[Path] = field(default_factory=list)
    """New stubs, beside files that the learner changed."""
    moved: list[Path] = field(default_factory=list)
    """Files that follow a new id."""


HELPERS = {
    ".gitignore": "__pycache__/\n.course-replay-*.json\n",
    ".vscode/tasks.json": """{
  "version": "2.0.0",
  "tasks": [
    {"label": "course: grade this file", "type": "shell", "command": "course grade \\"${file}\\"", "group": "test"},
    {"label": "course: what is next", "type": "shell", "command": "course"}
  ]
}
""",
}
"""What else lies in a workspace, for git and for an editor; one that is there already is left alone."""


def digest(data: bytes) -> str:
    """What a stub is known by."""
    return hashlib.sha256(data).hexdigest()[:12]


def free_name(path: Path, why: str) -> Path:
    """A name beside `path` that nobody has: ex03.before-reset-1.py."""
    names = (path.with_name(f"{path.stem}.{why}-{number}{path.suffix}") for number in itertools.count(1))
    return next(name for name in names if not name.exists())


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


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
