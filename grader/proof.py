"""`course check`: the course proves itself. A check without a wrong file that it catches does not exist.

For each exercise: the untouched stub earns 0 with one friendly line per task; the solution and every right/ file earn full marks; every
wrong/ file fails the checks that its first line names and no other, with its phrase in the message. That the lesson's files are whole is
for lesson_proof.py to say.
"""

import os
import re
import secrets
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from . import grading, lesson_text
from .course import Course
from .errors import BrokenCourse, CourseError
from .lesson_proof import place
from .model import Check, Exercise, Finding, Outcome, Report
from .same_words import Words, words
from .sandbox.client import Sandbox
from .suite.check import START_METHODS
from .suite.subject import Part

TURN = sys.version_info.minor
"""Which files are graded in everything, on this Python: see `plan`."""
ROUND = 5
"""Versions of Python that are supported: on one of them each file has its turn."""


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
            raise ValueError("the first line must read `# fails: 03b.overlap | words of the message`, with the ids of the checks that fail")
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


def files(exercise: Exercise, *, third: int | None = None) -> list[Path]:
    """All that is graded: the stub, the solution, right/ and wrong/ (of those, with `third`, a third: the ones whose turn it then is, and more)."""
    right, wrong = (sorted((exercise.suite / kind).glob("*.py")) for kind in ("right", "wrong"))
    return [exercise.stub, exercise.solution, *right, *(path for path in wrong if third is None or _after(path, third) < 1 / 3)]


Planned = tuple[Path, Part]
"""A file, and the part of the suite to run against it."""


def plan(exercise: Exercise, paths: Iterable[Path], *, whole: bool = False, turn: int | None = None) -> list[Planned]:
    """What to grade of each of these files. A task whose words an earlier file had is not graded again, but where a wrong file names it.

    With a `turn`, every fifth right and wrong file is graded in all checks of these tasks, under all start methods, and another fifth at the
    next turn. Of the others one start method is tried, and of the wrong ones only the checks that they name, and what those need; where these
    do not fail as they should, under all. `whole`: everything of each.
    """
    seen: set[tuple[str, Words]] = set()
    parts: list[Planned] = []
    always = (exercise.stub, exercise.solution)
    for path in paths:
        named, source = _named(path), path.read_bytes()
        method = () if turn is None or whole or path in always or _has_turn(path, turn) else (_method(path, turn),)
        if named and method:
            parts.append((path, Part(checks=named, methods=method)))
            continue
        tasks = {check.partition(".")[0] for check in named}
        said = {task.id: words(source, task.name) for task in exercise.tasks if task.id not in tasks}
        tasks |= {task for task, its_words in said.items() if not its_words or (task, its_words) not in seen}
        seen |= set(said.items()) if path != exercise.stub and not method else set()
        all_of_it = whole or path in always or len(tasks) in (0, len(exercise.tasks))
        parts.append((path, Part(() if all_of_it else tuple(sorted(tasks)), methods=method)))
    return parts


def _has_turn(path: Path, turn: int) -> bool:
    """Whether a file is graded under all start methods, and a wrong one in all checks."""
    return _after(path, turn) < 1 / ROUND


def _after(path: Path, turn: int) -> float:
    """Where in a round, from 0 to 1, the turn of a file comes, when this one is at 0. The files are spread over it by their names."""
    return (zlib.crc32(path.name.encode()) / 2**32 - turn / ROUND) % 1


def _method(path: Path, turn: int) -> str:
    """The start method of a file that has no turn."""
    return START_METHODS[(zlib.crc32(path.name.encode()) + turn) % len(START_METHODS)]


@cache
def _sandbox() -> Sandbox:
    """One for all that a job of `course check` proves. It ends with this process."""
    return Sandbox()


def begin_job(parent: int) -> None:
    """In a process that `parent` has started to prove files: end when that is killed, where this system can. Else it would wait for ever."""
    if sys.platform == "linux":
        from .sandbox import linux

        with suppress(OSError):
            linux.end_with_parent()
        if os.getppid() != parent:
            os._exit(1)


def prove_files(exercise: Exercise, parts: Sequence[Planned]) -> list[Graded]:
    """Grade these parts of an exercise's files, and hold each against what it promises."""
    sandbox, seed = _sandbox(), secrets.token_hex(4)
    reports = grade_files(exercise, dict(parts), sandbox, seed)
    found = {path: [*_findings(report), *_broken(place(exercise, path), report)] for path, report in reports.items()}
    # What a wrong file does not show under one start method, it may under another; what it shows too much stays.
    again = {path: replace(part, methods=()) for path, part in parts if part.methods and any(each.missed for each in found[path])}
    for path, report in grade_files(exercise, again, sandbox, seed).items() if again else ():
        reports[path] = report
        kept = [finding for finding in found[path] if not finding.missed]
        found[path] = [*dict.fromkeys([*kept, *_findings(report), *_broken(place(exercise, path), report)])]
    return [
        Graded(path, report.earned, report.possible, report.seconds, tuple(found[path]), tuple(result.check for result in report.results))
        for path, report in reports.items()
    ]


def _findings(report: Report) -> Iterator[Finding]:
    """What is wrong with the report of a file, by the folder that it is in."""
    return {"wrong": wrong_findings, "exercises": stub_findings}.get(report.submission.path.parent.name, right_findings)(report)


def broken_suite(exercise: Exercise, error: BrokenCourse) -> Finding:
    """A suite that pytest cannot collect: what it says of our files, and the errors."""
    first, *trouble = error.what.splitlines()
    lines = [line for line in trouble if exercise.suite.name in line or line.startswith("E ")]
    return Finding(place(exercise, exercise.suite / "suite.py"), "\n        ".join([first, *lines]))


def rubric_findings(exercise: Exercise, checks: Iterable[Check]) -> Iterator[Finding]:
    """Checks that no wrong file fails, and those that point to a section that the lesson does not have."""
    caught: set[str] = set()
    for path in (exercise.suite / "wrong").glob("*.py"):
        try:
            caught |= Expected.parse(first_line(path)).fails
        except ValueError:
            continue  # said where the file is graded
    headings = [lesson_text.anchor(title) for _, _, title in lesson_text.headings((exercise.lesson.path / "README.md").read_text("utf-8"))]
    for check in checks:
        if check.id not in caught:
            file = f"write the mistake into {place(exercise, exercise.suite / 'wrong')}/, with the first line"
            yield Finding(
                check.id, "no wrong/ file fails this check, so it proves nothing", f"{file}  # fails: {check.id} | words of the message"
            )
        if check.about not in headings:
            what = f"about={check.about!r} in suite.py, and the lesson has no such section"
            yield Finding(check.id, what, f"its sections: {', '.join(headings[1:])}")


def _named(path: Path) -> tuple[str, ...]:
    """The checks that a wrong file says it fails; none for any other file."""
    try:
        return tuple(sorted(Expected.parse(first_line(path)).fails)) if path.parent.name == "wrong" else ()
    except ValueError:
        return ()  # said where the file is graded


def grade_files(exercise: Exercise, parts: Mapping[Path, Part], sandbox: Sandbox, seed: str) -> dict[Path, Report]:
    """The report of each file on its part."""
    reports: list[Report] = []
    grading.grade(
        exercise,
        (grading.read(path, exercise) for path in parts),
        sandbox=sandbox,
        seed=seed,
        part=lambda submission: parts[submission.path],
        done=reports.append,
    )
    return {report.submission.path: report for report in reports}


def first_line(path: Path) -> str:
    """The first line of a file, without its end."""
    with path.open(encoding="utf-8") as file:
        return file.readline().rstrip("\n")


def stub_findings(report: Report) -> Iterator[Finding]:
    """The untouched stub: nothing earned, one friendly line for each task."""
    name = place(report.exercise, report.submission.path)
    if report.earned or report.passed is not False:
        what = "the stub gets no verdict" if report.passed is None else f"the stub earns {report.earned}, and not nothing"
        yield Finding(name, what, "the body of each task is  raise NotImplementedError(...)")
    for task in report.exercise.tasks:
        results = [result for result in report.results if result.check.task == task.id]
        lines = [message for result in results for message in result.messages]
        kinds = [evidence.kind for result in results[:1] for evidence in result.evidence]
        if len(lines) != 1 or "unwritten" not in kinds:
            what = f"{task.id} of the stub says {[line.text for line in lines]}, not one friendly line"
            yield Finding(name, what, f'its body is  raise NotImplementedError("{task.id}: {task.name}")')


def right_findings(report: Report) -> Iterator[Finding]:
    """A right file: full marks."""
    name = place(report.exercise, report.submission.path)
    for result in report.results:
        if result.outcome is not Outcome.PASSED:
            said = "; ".join(message.text for message in result.messages)
            what = f"{result.check.id} {result.outcome} (seed {report.seed}): {said}"
            yield Finding(name, what, "a right file earns every point: mend it, or the check that refuses it")


def wrong_findings(report: Report) -> Iterator[Finding]:
    """A wrong file: the named checks fail and no other; those that need them wait; the phrase is said."""
    name = place(report.exercise, report.submission.path)
    try:
        expected = Expected.parse(first_line(report.submission.path))
    except ValueError as error:
        yield Finding(name, str(error))
        return
    bad = (Outcome.FAILED, Outcome.DEADLOCKED, Outcome.TIMED_OUT, Outcome.CRASHED, Outcome.NOT_RUN)
    failed = {result.check.id for result in report.results if result.outcome in bad}
    for missed in sorted(expected.fails - failed):
        outcome = next((str(result.outcome) for result in report.results if result.check.id == missed), "not a check")
        what = f"{missed} should fail, but: {outcome} (seed {report.seed})"
        mend = "the check does not see this mistake, or the first line names another check than the one that does"
        yield Finding(name, what, mend, missed=True)
    for result in report.results:
        # A file that cannot be imported has every other check not run: that is one fault, not many.
        unexpected = result.check.id in failed - expected.fails and result.outcome is not Outcome.NOT_RUN
        unexpected = unexpected or result.outcome is Outcome.INCONCLUSIVE
        if unexpected or (result.outcome is Outcome.WAITING and not set(result.check.needs) & (failed | _waiting(report))):
            said = "; ".join(message.text for message in result.messages)
            what = f"{result.check.id} should not fail: {result.outcome} (seed {report.seed}): {said}"
            yield Finding(name, what, "name it in the first line if the mistake breaks it too, or let it need the check that fails")
    texts = [
        " ".join([message.text, message.why, *(line.code for line in message.lines)])
        for result in report.results
        for message in result.messages
    ]
    if not any(expected.phrase in text for text in texts):
        what = f"no message says {expected.phrase!r}: {texts}"
        yield Finding(name, what, "after the | of the first line stand words of its message: of messages.py", missed=True)


def _waiting(report: Report) -> set[str]:
    return {result.check.id for result in report.results if result.outcome is Outcome.WAITING}


def _broken(name: str, report: Report) -> Iterator[Finding]:
    for result in report.results:
        for evidence in result.evidence:
            if evidence.kind == "our fault":
                yield Finding(name, f"{result.check.id} is broken:\n{''.join(evidence.steps)}")


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


def find(course: Course, ids: list[str]) -> list[Exercise]:
    """The exercises to prove. Raises `CourseError`."""
    found = [course.resolve(text)[0] for text in ids] if ids else list(course.exercises)
    if not found:
        raise CourseError("there is no exercise to check")
    return found
