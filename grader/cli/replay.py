"""`course replay`: the order of the learner's threads that fails a check, as the last grade found it."""

import hashlib
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from grader.course import Course
from grader.errors import Exit, UsageError
from grader.model import Exercise, Interleaving, Report, Step, Wait
from grader.workspace import Workspace

FORWARD, BACK, QUIT = ("\x1b[C", " ", "\r", "n", "l"), ("\x1b[D", "\x7f", "p", "h"), ("q", "\x1b", "\x03", "\x04")
"""Keys: the arrows, and letters for terminals that send none."""


def keep(report: Report, workspace: Workspace) -> None:
    """Keep what this grade found for the next `course replay`. Raises `NotSaved`."""
    found = [asdict(result.interleaving) for result in report.results if result.interleaving]
    workspace.keep_replays(report.exercise, {"sha256": report.submission.sha256, "interleavings": found} if found else None)


def replay(id: str | None, file: str | None, schedule: str | None, *, live: bool) -> int:
    """Show one; the exit code. Raises `CourseError`."""
    course = Course.find()
    workspace = None if file else Workspace.find()
    exercise = course.resolve(id)[0] if id else _current(course, workspace, file)
    path = Path(file) if file else workspace.file(exercise) if workspace else Path()
    kept, digest = _of_file(exercise, path) if workspace is None else _kept(exercise, workspace)
    if not kept:
        raise UsageError(
            f"the last grade of exercise {exercise.id} found no order of threads that fails", f"course grade {exercise.id}    then again"
        )
    found = _wanted(kept, id)
    source = _source(path)
    if hashlib.sha256(source).hexdigest() != digest:
        raise UsageError(f"{path} has changed since it was graded", f"course grade {exercise.id}    then again")
    if schedule is not None:
        found = _follow(exercise, path, found, schedule)
    return _show(exercise, found, kept, source.decode("utf-8", "replace").splitlines(), live=live)


def _current(course: Course, workspace: Workspace | None, file: str | None) -> Exercise:
    if file:
        return course.resolve(Path(file).name)[0]
    assert workspace
    return workspace.progress().current(course.exercises) or course.exercises[-1]


def _kept(exercise: Exercise, workspace: Workspace) -> tuple[list[Interleaving], str]:
    kept = workspace.replays(exercise)
    try:
        return [_parse(each) for each in kept.get("interleavings", [])], str(kept.get("sha256", ""))
    except (TypeError, KeyError, AttributeError):
        return [], ""  # edited by hand, or of another version of the course


def _parse(kept: dict[str, Any]) -> Interleaving:
    steps = tuple(Step(**step) for step in kept["steps"])
    waits = tuple(Wait(**wait) for wait in kept.get("waits", ()))
    return Interleaving(**(kept | {"steps": steps, "waits": waits, "args": tuple(kept["args"])}))


def _of_file(exercise: Exercise, path: Path) -> tuple[list[Interleaving], str]:
    from grader import grading
    from grader.sandbox.client import Sandbox

    with Sandbox() as sandbox:
        report = grading.grade_one(exercise, path, sandbox=sandbox, lanes=grading.lanes())
    return [result.interleaving for result in report.results if result.interleaving], report.submission.sha256


def _wanted(kept: list[Interleaving], id: str | None) -> Interleaving:
    """The one of the check, or the first of the task, that was asked for; the first of all when neither was."""
    wanted = (id or "").lower()
    return next((found for found in kept if found.check == wanted), None) or next(
        (found for found in kept if wanted and wanted.startswith(found.check.partition(".")[0])), kept[0]
    )


def _source(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {(error.strerror or '').lower()}", "course replay 07 --file PATH") from error


def _follow(exercise: Exercise, path: Path, found: Interleaving, schedule: str) -> Interleaving:
    from grader import grading
    from grader.sandbox.client import Sandbox

    with Sandbox() as sandbox:
        return grading.follow(exercise, grading.read(path, exercise), found, schedule, sandbox)


def _show(exercise: Exercise, found: Interleaving, kept: list[Interleaving], source: list[str], *, live: bool) -> int:
    from grader.cli.next_steps import show_steps
    from grader.cli.screen import glyphs, is_live, out, plain
    from grader.render import interleaving

    if live and is_live(sys.stdout) and sys.stdin.isatty():
        return _step_through(found, source)
    console = out()
    for line in interleaving.screen(found, source, found.says, glyphs(sys.stdout), console.width):
        console.print(line)
    rows = [] if plain() else [(f"course replay {found.check} --live", "step with the arrow keys")]
    rows += [(f"course replay {other.check}", "another check, another order") for other in kept if other.check != found.check][:2]
    rows.append((f"course read {exercise.id}", "the lesson"))
    show_steps(*rows)
    return Exit.PASSED


def _step_through(found: Interleaving, source: list[str]) -> int:
    """The picture, a row more or a row less for each key."""
    from grader.cli.screen import getkey, out
    from grader.render import interleaving

    last = len(interleaving.rows(found, source))
    place, key = 1, ""
    while key not in QUIT:
        place = max(1, min(last, place + (key in FORWARD) - (key in BACK)))
        console = out()
        console.clear()
        for line in interleaving.picture(found, source, console.width, place):
            console.print(line)
        console.print(f"\n  step {place} of {last}    -> forward    <- back    q quit", style="dim")
        key = getkey()
    return Exit.PASSED
