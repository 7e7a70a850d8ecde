"""`course check`: the course proves itself. A check without a wrong file that it catches does not exist.

For each exercise: the untouched stub earns 0 with one friendly line per task; the solution and every right/ file earn full marks; every
wrong/ file fails the checks that its first line names and no other, with its phrase in the message; the lesson's files are whole.
"""

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import grading, lesson_text
from .course import Course
from .errors import CourseError
from .model import Check, Exercise, Outcome, Report
from .same_words import Words, words
from .sandbox.client import Sandbox

LESSON_FILES = ("README.md", "demo.py", "demo.out", "quiz.toml", "lesson.toml", "hints.md", "after.md")


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it must be."""

    where: str
    what: str


@dataclass(frozen=True)
class Expected:
    """What the first line of a wrong/ file promises: `# fails: 03b.overlap, 03b.pages | waits for each page`."""

    fails: frozenset[str]
    phrase: str

    @classmethod
    def parse(cls, line: str) -> "Expected":
        """Raises `ValueError`."""
        match = re.fullmatch(r"# fails: ([\w.,\- ]+?) \| (.+?)\s*", line)
        if not match:
            raise ValueError("the first line must read `# fails: 03b.overlap | words of the message`")
        return cls(frozenset(part.strip() for part in match[1].split(",")), match[2])


@dataclass(frozen=True)
class Graded:
    """What one file of an exercise earned, and what is wrong with that."""

    path: Path
    earned: int
    possible: int
    seconds: float
    findings: tuple[Finding, ...]
    checks: tuple[Check, ...]


def files(exercise: Exercise, *, third: bool = False) -> list[Path]:
    """All that is graded: the stub, the solution, right/ and wrong/ (of those, with `third`, every third)."""
    right, wrong = (sorted((exercise.suite / kind).glob("*.py")) for kind in ("right", "wrong"))
    return [exercise.stub, exercise.solution, *right, *(wrong[::3] if third else wrong)]


Part = tuple[Path, tuple[str, ...]]
"""A file to grade, and the tasks of it; none: all."""


def plan(exercise: Exercise, paths: Iterable[Path], *, whole: bool = False) -> list[Part]:
    """What to grade of each of these files: of a wrong one the tasks that it names, and of the others those whose words no file before it had.

    `whole`: everything of each.
    """
    seen: set[tuple[str, Words]] = set()
    parts: list[Part] = []
    for path in paths:
        named, source = _named_tasks(path), path.read_bytes()
        said = {task.id: words(source, task.name) for task in exercise.tasks if task.id not in named}
        fresh = {task for task, its_words in said.items() if not its_words or (task, its_words) not in seen}
        seen |= set(said.items()) if path != exercise.stub else set()
        tasks = tuple(sorted({*named, *fresh}))
        parts.append((path, () if whole or not named or len(tasks) == len(exercise.tasks) else tasks))
    return parts


def prove_files(exercise: Exercise, parts: Sequence[Part]) -> list[Graded]:
    """Grade these parts of an exercise's files, and hold each against what it promises."""
    groups: dict[tuple[str, ...], list[Path]] = {}
    for path, tasks in parts:
        groups.setdefault(tasks, []).append(path)
    graded = []
    for path, report in (found for tasks, group in groups.items() for found in grade_files(exercise, group, tasks=tasks).items()):
        expected = {"wrong": wrong_findings, "exercises": stub_findings}.get(path.parent.name, right_findings)
        found = (*expected(report), *_broken(path.name, report))
        checks = tuple(result.check for result in report.results)
        graded.append(Graded(path, report.earned, report.possible, report.seconds, found, checks))
    return graded


def rubric_findings(exercise: Exercise, checks: Iterable[Check]) -> Iterator[Finding]:
    """Checks that no wrong file fails, and those that point to a section that the lesson does not have."""
    caught: set[str] = set()
    for path in (exercise.suite / "wrong").glob("*.py"):
        try:
            caught |= Expected.parse(first_line(path)).fails
        except ValueError:
            continue  # said where the file is graded
    headings = {lesson_text.anchor(title) for _, _, title in lesson_text.headings((exercise.lesson.path / "README.md").read_text("utf-8"))}
    for check in checks:
        if check.id not in caught:
            yield Finding(check.id, "no wrong/ file fails this check, so it does not exist")
        if check.about not in headings:
            yield Finding(check.id, f"the lesson has no section {check.about!r}")


def _named_tasks(path: Path) -> tuple[str, ...]:
    """The tasks whose checks a wrong file says it fails; none for any other file."""
    try:
        fails = Expected.parse(first_line(path)).fails if path.parent.name == "wrong" else ()
    except ValueError:
        return ()  # said where the file is graded
    return tuple(sorted({check.partition(".")[0] for check in fails}))


def grade_files(exercise: Exercise, paths: Sequence[Path], seed: str | None = None, tasks: tuple[str, ...] = ()) -> dict[Path, Report]:
    """The report of each file, on all its tasks or on these; one seed for all."""
    reports: list[Report] = []
    with Sandbox() as sandbox:
        submissions = (grading.read(path, exercise) for path in paths)
        grading.grade(exercise, submissions, sandbox=sandbox, seed=seed, tasks=tasks, done=reports.append)
    return {report.submission.path: report for report in reports}


def first_line(path: Path) -> str:
    """The first line of a file, without its end."""
    with path.open(encoding="utf-8") as file:
        return file.readline().rstrip("\n")


def stub_findings(report: Report) -> Iterator[Finding]:
    """The untouched stub: nothing earned, one friendly line for each task."""
    name = report.submission.path.name
    if report.earned or report.passed is not False:
        yield Finding(name, f"the stub earns {report.earned}")
    for task in report.exercise.tasks:
        results = [result for result in report.results if result.check.task == task.id]
        lines = [message for result in results for message in result.messages]
        kinds = [evidence.kind for result in results[:1] for evidence in result.evidence]
        if len(lines) != 1 or "unwritten" not in kinds:
            yield Finding(name, f"{task.id} of the stub says {[line.text for line in lines]}, not one friendly line")


def right_findings(report: Report) -> Iterator[Finding]:
    """A right file: full marks."""
    name = _name(report)
    for result in report.results:
        if result.outcome is not Outcome.PASSED:
            said = "; ".join(message.text for message in result.messages)
            yield Finding(name, f"{result.check.id} {result.outcome} (seed {report.seed}): {said}")


def wrong_findings(report: Report) -> Iterator[Finding]:
    """A wrong file: the named checks fail and no other; those that need them wait; the phrase is said."""
    name = _name(report)
    try:
        expected = Expected.parse(first_line(report.submission.path))
    except ValueError as error:
        yield Finding(name, str(error))
        return
    bad = (Outcome.FAILED, Outcome.DEADLOCKED, Outcome.TIMED_OUT, Outcome.CRASHED, Outcome.NOT_RUN)
    failed = {result.check.id for result in report.results if result.outcome in bad}
    for missed in sorted(expected.fails - failed):
        outcome = next((str(result.outcome) for result in report.results if result.check.id == missed), "not a check")
        yield Finding(name, f"{missed} should fail, but: {outcome} (seed {report.seed})")
    for result in report.results:
        # A file that cannot be imported has every other check not run: that is one fault, not many.
        unexpected = result.check.id in failed - expected.fails and result.outcome is not Outcome.NOT_RUN
        unexpected = unexpected or result.outcome is Outcome.INCONCLUSIVE
        if unexpected or (result.outcome is Outcome.WAITING and not set(result.check.needs) & (failed | _waiting(report))):
            said = "; ".join(message.text for message in result.messages)
            yield Finding(name, f"{result.check.id} should not fail: {result.outcome} (seed {report.seed}): {said}")
    texts = [
        " ".join([message.text, message.why, *(line.code for line in message.lines)])
        for result in report.results
        for message in result.messages
    ]
    if not any(expected.phrase in text for text in texts):
        yield Finding(name, f"no message says {expected.phrase!r}: {texts}")


def _name(report: Report) -> str:
    path = report.submission.path
    return f"{path.parent.name}/{path.name}"


def _waiting(report: Report) -> set[str]:
    return {result.check.id for result in report.results if result.outcome is Outcome.WAITING}


def _broken(name: str, report: Report) -> Iterator[Finding]:
    for result in report.results:
        for evidence in result.evidence:
            if evidence.kind == "our fault":
                yield Finding(name, f"{result.check.id} is broken:\n{''.join(evidence.steps)}")


def lesson_findings(exercise: Exercise) -> Iterator[Finding]:
    """The lesson's files: all there, well-formed, and no picture wider than a screen shows."""
    folder = exercise.lesson.path
    for name in LESSON_FILES:
        if not (folder / name).is_file():
            yield Finding(f"{folder.name}/{name}", "is missing")
    for path in sorted(folder.glob("*.md")):
        for number in lesson_text.wide_lines(path.read_text("utf-8")):
            yield Finding(f"{folder.name}/{path.name}:{number}", f"a fenced line of more than {lesson_text.FENCE_WIDTH} columns")
    for task in exercise.tasks:
        if len(lesson_text.hints((folder / "hints.md").read_text("utf-8"), task.id)) != 3:
            yield Finding(f"{folder.name}/hints.md", f"{task.id} does not have 3 hints")
    yield from _metadata(folder)
    for path in (exercise.stub, exercise.solution):
        if not path.is_file():
            yield Finding(path.name, "is missing")
        elif foreign := _imports(path) - set(_stdlib()):
            yield Finding(path.name, f"imports {', '.join(sorted(foreign))}: the standard library only")


def game_findings(exercise: Exercise) -> Iterator[Finding]:
    """The lesson's games: the one on the demo can be won, and none on the solution can."""
    games = exercise.lesson.games
    if not games:
        return
    folder = exercise.lesson.path
    if not any(game.on == "demo" for game in games):
        yield Finding(f"{folder.name}/lesson.toml", "no game is on the demo, so there is none before anything is written")
    with Sandbox() as sandbox:
        for game in games:
            where = f"{folder.name}/games.py: {game.scenario}"
            source = (folder / "demo.py" if game.on == "demo" else exercise.solution).read_bytes()
            try:
                with grading.play(exercise, game, source, sandbox) as table:
                    _, won = table.shortest()
            except CourseError as error:
                yield Finding(where, error.what)
                continue
            if won and game.on != "demo":
                yield Finding(where, f"can be won on the solution: {won.ended}")
            if game.on == "demo" and not won:
                yield Finding(where, "cannot be won")


def _metadata(folder: Path) -> Iterator[Finding]:
    """lesson.toml and quiz.toml against their shapes; pydantic comes with typer, and names the field that is wrong."""
    from pydantic import TypeAdapter, ValidationError

    from .lesson_shapes import LessonFile, QuizFile

    for name, shape in (("lesson.toml", LessonFile), ("quiz.toml", QuizFile)):
        try:
            TypeAdapter(shape).validate_python(tomllib.loads((folder / name).read_text("utf-8")))
        except (OSError, tomllib.TOMLDecodeError) as error:
            yield Finding(f"{folder.name}/{name}", str(error))
        except ValidationError as error:
            for problem in error.errors():
                place = ".".join(map(str, problem["loc"]))
                yield Finding(f"{folder.name}/{name}", f"{place}: {problem['msg']}")


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def _stdlib() -> Any:
    import sys

    return sys.stdlib_module_names


def find(course: Course, ids: list[str]) -> list[Exercise]:
    """The exercises to prove. Raises `CourseError`."""
    found = [course.resolve(text)[0] for text in ids] if ids else list(course.exercises)
    if not found:
        raise CourseError("there is no exercise to check")
    return found
