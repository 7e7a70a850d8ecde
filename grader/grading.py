"""`grade()`: the one place that ties suite, sandbox and score together."""

import hashlib
import importlib.util
import os
import platform
import secrets
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from . import score
from .errors import BrokenCourse, Ungradable
from .model import Exercise, Game, Interleaving, Isolation, Report, Result, Submission
from .sandbox.client import Sandbox, compiled
from .sandbox.jail import SandboxError
from .sandbox.levels import Level
from .sandbox.limits import Limits
from .suite import tree
from .suite.runner import Suite, run_suite
from .suite.subject import MAX_SOURCE, Part, Subject

if TYPE_CHECKING:
    from .suite.play import Table

MAX_READ = 64 << 20
"""Bytes read of a submission at most."""
PLAYED = Limits(cpu=300, wall=7 * 24 * 3600)
"""A game lasts as long as its player likes to think."""
_ARCHIVES = ((0, b"PK\x03\x04"), (0, b"\x1f\x8b"), (0, b"BZh"), (0, b"\xfd7zXZ"), (0, b"7z\xbc\xaf"), (257, b"ustar"))
"""Where zip, gzip, bzip2, xz, 7z and tar files say what they are."""


def read(path: Path, exercise: Exercise, who: str = "") -> Submission:
    """Read a learner's file once. Raises `Ungradable` when there is no regular file to read."""
    mend = f"course grade {exercise.id} --file PATH"
    try:
        # Without O_NONBLOCK, a FIFO in the file's place would hang us; a link could name somebody else's file.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                kind = "a folder" if path.is_dir() else "not a regular file"
                raise Ungradable(f"{path} is {kind}, so there is nothing to grade", mend)
            source = file.read(MAX_READ)
    except IsADirectoryError:
        raise Ungradable(f"{path} is a folder, so there is nothing to grade", mend) from None
    except OSError as error:
        if path.is_symlink():
            raise Ungradable(f"{path} is a symbolic link, and only files themselves are graded", mend) from None
        reason = "is not there" if isinstance(error, FileNotFoundError) else f"cannot be read: {(error.strerror or '').lower()}"
        raise Ungradable(f"{path} {reason}", mend) from error
    return taken(source, path, exercise, who)


def taken(source: bytes, path: Path, exercise: Exercise, who: str = "") -> Submission:
    """What was read of `path`, as a submission. Raises `Ungradable` for an archive in a file's place."""
    if any(source[place : place + len(magic)] == magic for place, magic in _ARCHIVES):
        raise Ungradable(f"{path} is an archive: unpack it, and name the one file to grade", f"course grade {exercise.id} --file PATH")
    return Submission(who, exercise.id, path, source, hashlib.sha256(source).hexdigest())


def grade(
    exercise: Exercise,
    submissions: Iterable[Submission],
    *,
    sandbox: Sandbox,
    seed: str | None = None,
    part: Callable[[Submission], Part] = lambda submission: Part(),
    coverage: bool = False,
    lanes: int = 1,
    tell: Callable[[Result], None] = lambda result: None,
    begin: Callable[[int], None] = lambda checks: None,
    done: Callable[[Report], None],
) -> None:
    """Run every check of the exercise's suite against each submission, each check in a fresh worker, `lanes` of them side by side, and report.

    `part`: what of the suite to run against it. `coverage`: name the lines that are not reached, where `sandbox` shows workers `coverage_package()`. A check that hangs, crashes or exits costs its own points only. `done` gets each report, `tell` each result as it is known, `begin`
    the number of checks before the first. They are called back because pytest owns the stack: its session lasts as long as the submissions do.
    Raises `Ungradable` when no worker can be started, `BrokenCourse` when the suite is at fault.
    """
    seed = seed or secrets.token_hex(4)
    probes = _probes(exercise)

    def work(suite: Suite) -> None:
        begin(len(suite.checks))

        def report(submission: Submission, subject: Subject, results: list[Result], started: float) -> Report:
            complete = score.complete(suite.checks_of(subject.part), results)
            seconds = round(time.monotonic() - started, 3)
            lines = score.coverage(subject.statements, subject.reached)
            return Report(submission, exercise, complete, contained, platform.python_version(), seed, seconds, lines)

        contained = isolation(sandbox)  # before the lanes are forked: what the launcher says of itself can be read once
        for submission in submissions:
            started = time.monotonic()
            # A file too large to load is refused by the suite, and need not travel.
            sent = submission.source if len(submission.source) <= MAX_SOURCE else b""
            keeper = partial(sandbox.open, exercise.module, sent, probes)
            subject = Subject(keeper, exercise.module, submission.source, seed, part(submission), keep=sandbox.forget)
            with suite.run(subject, tell, lanes) as results:
                if not coverage:
                    done(report(submission, subject, results, started))
            if coverage:  # once more, so that the verdict above is of a file that nothing traced
                subject = replace(subject, coverage=str(coverage_package().parent))
                with suite.run(subject, lanes=lanes):
                    done(report(submission, subject, results, started))

    try:
        run_suite(exercise.suite, work)
    except SandboxError as error:
        raise Ungradable(f"no worker can be started: {error}", "course doctor    what this machine can do") from error


def lanes() -> int:
    """How many checks to run side by side: one for each core that is ours to use, four at most."""
    return max(1, min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1))


def grade_one(exercise: Exercise, path: Path, *, sandbox: Sandbox, tasks: tuple[str, ...] = (), **options: object) -> Report:
    """Grade one file, or these tasks of it: as `grade`, and returns its report."""
    reports: list[Report] = []
    grade(exercise, [read(path, exercise)], sandbox=sandbox, part=lambda _: Part(tasks), done=reports.append, **options)  # type: ignore[arg-type]
    return reports[0]


def follow(exercise: Exercise, submission: Submission, found: Interleaving, schedule: str, sandbox: Sandbox) -> Interleaving:
    """Run a scenario of the exercise's once more, in the order of `schedule`. Raises `Ungradable` when that cannot be."""
    from .suite import explored
    from .suite.check import NoVerdict
    from .suite.fate import Fate
    from .suite.learner import Learner, Raised

    keeper = partial(sandbox.open, exercise.module, submission.source, _probes(exercise))
    subject = Subject(keeper, exercise.module, submission.source, "")
    try:
        conversation = subject.converse(Limits())
        try:
            return explored.follow(Learner(conversation, subject.text), found, schedule)
        finally:
            conversation.close()
    except (Raised, Fate, NoVerdict) as error:
        said = error.error.text if isinstance(error, Raised) else str(error)
        raise Ungradable(
            f"schedule {schedule!r} cannot be followed: {said}", f"course replay {found.check}    the one that was found"
        ) from error
    finally:
        subject.close()


@contextmanager
def play(exercise: Exercise, game: Game, source: bytes, sandbox: Sandbox) -> Iterator["Table"]:
    """A game of the exercise's lesson, on its demo or on this source of the learner's. Raises `Ungradable` when it cannot be played (on)."""
    from .suite.check import NoVerdict
    from .suite.fate import Fate
    from .suite.learner import Raised, Unfit
    from .suite.play import Table

    if len(source) > MAX_SOURCE:
        raise Ungradable(f"this cannot be played: it is longer than {MAX_SOURCE / 1e6:.1f} MB", f"course grade {exercise.id}    says more")
    module = "demo" if game.on == "demo" else exercise.module
    task = next((task.name for task in exercise.tasks if task.id == game.on), "")
    keeper = partial(sandbox.open, module, source, _ours(exercise.lesson.path / "games.py"))
    subject = Subject(keeper, module, source, "")
    try:
        conversation = subject.converse(PLAYED)
        try:
            yield Table(conversation, subject.text, game, task)
        finally:
            conversation.close()
    except (Raised, Fate, Unfit, NoVerdict, SandboxError) as error:
        said = error.error.text if isinstance(error, Raised) else str(error)
        raise Ungradable(f"this cannot be played: {said}", f"course grade {exercise.id}    says more") from error
    finally:
        subject.close()


def require(sandbox: Sandbox, lowest: Level) -> None:
    """Raises `Ungradable` when this machine cannot contain a file at `lowest` or better. Nothing degrades silently."""
    try:
        level = sandbox.level
    except SandboxError as error:
        raise Ungradable(f"no worker can be started: {error}", "course doctor    what this machine can do") from error
    if not level.at_least(lowest):
        raise Ungradable(
            f"this machine offers isolation {level.value!r}, and {lowest.value!r} is asked for: nothing was graded",
            f"course doctor    says why; --allow-isolation {level.value} grades all the same, and every report says so",
        )


def isolation(sandbox: Sandbox) -> Isolation:
    """What contains a learner's file on this machine, and what is missing. Raises `SandboxError`."""
    observer = "kernel" if tree.available() else "claims and time-outs"
    level = sandbox.level
    return Isolation(level.value, level.applied, level.missing, observer)


def _probes(exercise: Exercise) -> bytes | None:
    path = exercise.suite / "probes.py"
    return _ours(path) if path.exists() else None


def _ours(path: Path) -> bytes:
    """A module of the course's that runs beside a learner's. Raises `BrokenCourse`."""
    source = path.read_bytes()
    try:
        compiled("probes.py", source)
    except SyntaxError as error:
        raise BrokenCourse(f"{path.parent.name}/{path.name}:{error.lineno}: {error.msg}", "course check") from error
    return source


def coverage_package() -> Path:
    """The folder of the coverage package, which is found without being imported: that takes half of pytest's own time."""
    found = importlib.util.find_spec("coverage")
    assert found and found.origin
    return Path(found.origin).parent
