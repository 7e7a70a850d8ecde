"""`course grade`: find the file, start the launcher, grade, show, remember."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from grader.course import Course
from grader.errors import Exit, NotWritable, UsageError
from grader.model import Exercise, Report, Result
from grader.workspace import NotSaved, Workspace

if TYPE_CHECKING:
    from grader.cli.top import GradeArguments
    from grader.sandbox.client import Sandbox


def grade(arguments: "GradeArguments") -> int:
    """Grade what was asked for; the worst of the exit codes. Raises `CourseError`."""
    from grader.cli.top import needs_unix

    needs_unix()
    course = Course.find()
    _check_export(arguments)
    targets = _targets(course, arguments)
    _notice(targets)
    # Before anything heavy: the launcher imports what the workers need while we import pytest.
    from grader.sandbox.client import Sandbox

    with Sandbox(shown=_read_by_workers(arguments)) as sandbox:
        if arguments.allow_isolation != "process":
            from grader.grading import require
            from grader.sandbox.levels import Level

            require(sandbox, Level(arguments.allow_isolation))
        reports = []
        for exercise, path, tasks, workspace in targets:
            report = _grade_one(arguments, exercise, path, tasks, sandbox)
            if not arguments.json:
                _show(report, arguments, course, workspace)
            elif workspace:
                _remember(report, workspace, tasks)
            reports.append(report)
    if arguments.json:
        _print_json(reports, single=len(targets) == 1)
    _write_files(reports, arguments)
    return max(_code(report) for report in reports)


def _read_by_workers(arguments: "GradeArguments") -> tuple[str, ...]:
    if not arguments.coverage:
        return ()
    from grader.grading import coverage_package

    return (str(coverage_package()),)


def _targets(course: Course, arguments: "GradeArguments") -> list[tuple[Exercise, Path, tuple[str, ...], Workspace | None]]:
    """(exercise, file, tasks, workspace) for each id; the current exercise when there is none."""
    if arguments.file and len(arguments.ids) > 1:
        raise UsageError("--file goes with one exercise", "course grade 03 --file PATH")
    workspace = None if arguments.file else Workspace.find()
    ids = list(arguments.ids)
    if not ids:
        if arguments.file:
            ids = [Path(arguments.file).name]
        else:
            assert workspace
            current = workspace.progress().current(course.exercises)
            if current is None:
                raise UsageError("every exercise is passed, so there is no current one", "course grade 03    names one")
            ids = [current.id]
    targets: list[tuple[Exercise, Path, tuple[str, ...], Workspace | None]] = []
    for text in ids:
        exercise, task = course.resolve(text)
        if arguments.task:
            other, task = course.resolve(arguments.task)
            if task is None or other.id != exercise.id:
                known = ", ".join(task.id for task in exercise.tasks)
                raise UsageError(f"{arguments.task!r} is no task of exercise {exercise.id}", f"its tasks are {known}")
        is_path = text.endswith(".py") and Path(text).is_file() and not arguments.file
        path = Path(arguments.file) if arguments.file else Path(text) if is_path else workspace.file(exercise) if workspace else Path(text)
        targets.append((exercise, path, (task.id,) if task else (), workspace))
    return targets


def _check_export(arguments: "GradeArguments") -> None:
    """Raise `UsageError` before anything is graded, when the format that was asked for is not one of a single file."""
    if not arguments.export:
        return
    from grader.export import writer

    form = writer(arguments.export.partition("=")[0])
    if form.many:
        raise UsageError(f"{form.name} is about a whole batch", f"course export --to {form.name}    after course grade-all")
    if len(arguments.ids) > 1:
        raise UsageError(f"{form.name} is about one file", f"course grade {arguments.ids[0]} --export {arguments.export}")


def _grade_one(arguments: "GradeArguments", exercise: Exercise, path: Path, tasks: tuple[str, ...], sandbox: "Sandbox") -> Report:
    from grader import grading

    progress = _Progress(exercise, quiet=arguments.json)
    try:
        return grading.grade_one(
            exercise,
            path,
            sandbox=sandbox,
            seed=arguments.seed,
            tasks=tasks,
            coverage=arguments.coverage,
            lanes=grading.lanes(),
            begin=progress.begin,
            tell=progress.tell,
        )
    except KeyboardInterrupt:
        progress.interrupted()
        raise
    finally:
        progress.end()


def _notice(targets: list[tuple[Exercise, Path, tuple[str, ...], Workspace | None]]) -> None:
    """Something to see at once, before the imports: on a terminal, one line that is written over later."""
    if sys.stderr.isatty():
        sys.stderr.write(f"  grading {targets[0][0].id} ...\r")
        sys.stderr.flush()


class _Progress:
    """On a terminal, each check appears on stderr as it ends, and gives way to the screen when all have. Elsewhere: nothing."""

    def __init__(self, exercise: Exercise, *, quiet: bool) -> None:
        from grader.cli.screen import console, glyphs, is_live

        self.exercise = exercise
        self.live = is_live(sys.stderr) and not quiet
        self.console = console(sys.stderr)
        self.glyphs = glyphs(sys.stderr)
        self.results: list[Result] = []
        self.shown = 0
        self.checks = 0

    def begin(self, checks: int) -> None:
        self.checks = checks
        self._draw()

    def tell(self, result: Result) -> None:
        self.results.append(result)
        self._draw()

    def _draw(self) -> None:
        if not self.live:
            return
        from rich.text import Text

        from grader.render.terminal import check_lines

        self._erase()
        lines = [line for result in self.results for line in check_lines(result, self.glyphs, width=self.console.width)]
        lines = lines[-max(3, self.console.height - 3) :]
        left = self.checks - len(self.results)
        if left > 0:
            lines.append(Text(f"    {len(self.results)} of {self.checks} checks ...", style="dim"))
        for line in lines:
            self.console.print(line)
        self.shown = len(lines)

    def _erase(self) -> None:
        sys.stderr.write("\r\x1b[K" + (f"\x1b[{self.shown}A\x1b[J" if self.shown else ""))
        sys.stderr.flush()
        self.shown = 0

    def end(self) -> None:
        """Make room for the screen."""
        if self.live:
            self._erase()

    def interrupted(self) -> None:
        """Leave what is known on the screen."""
        from grader.cli.screen import glyphs, out
        from grader.render.terminal import check_lines

        self.end()
        self.live = False
        console = out()
        for result in self.results:
            console.print(*check_lines(result, glyphs(sys.stdout), width=console.width), sep="\n")


def _show(report: Report, arguments: "GradeArguments", course: Course, workspace: Workspace | None) -> None:
    from grader.cli.next_steps import after_grading, show_steps
    from grader.cli.screen import glyphs, out, say
    from grader.render import terminal

    console, marks = out(), glyphs(sys.stdout)
    whole = len({result.check.task for result in report.results}) == len(report.exercise.tasks)
    so_far = _so_far(report, course, workspace, marks.dot) if workspace and whole else ""
    console.print(*terminal.report(report, marks, verbose=arguments.verbose, width=console.width, so_far=so_far), sep="\n")
    if report.coverage:
        from grader.score import ranges

        missing = report.coverage.missing
        lines = f"lines {ranges(missing)} were never reached" if missing else "every line was reached by some check"
        say(f"  coverage: {lines}  (advice; no points)")
    if arguments.timeline:
        from grader.render import timeline

        console.print(*timeline.section(report, marks, console.width), sep="\n")
    if workspace:
        _remember(report, workspace, () if whole else ("part",))
    show_steps(*after_grading(report, course, workspace, coverage=arguments.coverage))


TRIES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


def _so_far(report: Report, course: Course, workspace: Workspace, dot: str) -> str:
    """What this grade is among those before it: "up from 5, third try · 2 of 14 exercises"; the last part after a pass."""
    before = workspace.progress()
    best, number = before.best.get(report.exercise.id), before.tries.get(report.exercise.id, 0)
    said = [f"up from {best.earned}"] if best and report.earned > best.earned else []
    if number or not best:  # a progress file of an older course has no tries
        said.append(f"{TRIES[number]} try" if number < len(TRIES) else f"try {number + 1}")
    facts = [", ".join(said)] if said else []
    if report.passed:
        after = before.with_report(report)
        facts.append(f"{sum(after.passed(exercise) for exercise in course.exercises)} of {len(course.exercises)} exercises")
    return f" {dot} ".join(facts)


def _remember(report: Report, workspace: Workspace, tasks: tuple[str, ...]) -> None:
    """Count a whole grade in the progress file. That it cannot be written is said, and changes nothing else."""
    if tasks:
        return
    if trouble := remember(report, workspace):
        print(f"course: {trouble}", file=sys.stderr)


def remember(report: Report, workspace: Workspace) -> str:
    """Count a whole grade in the progress file, and keep what `course replay` shows; what could not be saved, or ""."""
    from grader.cli import replay

    try:
        workspace.save(workspace.progress().with_report(report))
        replay.keep(report, workspace)
    except NotSaved as error:
        return f"{error.what}; the grade above stands"
    return ""


def _print_json(reports: list[Report], *, single: bool) -> None:
    import json

    from grader.render import data

    values = [data.report(report) for report in reports]
    print(json.dumps(values[0] if single else values, indent=2))


def _write_files(reports: list[Report], arguments: "GradeArguments") -> None:
    """Write the files that were asked for, after all that is shown. Raises `UsageError` for the first that cannot be written."""
    if arguments.junit:
        from grader.render import junit

        _write(Path(arguments.junit), junit.reports(reports), "--junit ", reports)
    if arguments.html:
        from grader.render import html

        _write(Path(arguments.html), html.reports(reports), "--html ", reports)
    if arguments.trace:
        from grader.render import trace

        _write(Path(arguments.trace), trace.reports(reports), "--trace ", reports)
    if arguments.export:
        from grader.export import Given, writer

        name, _, path = arguments.export.partition("=")
        form = writer(name)
        made = form.write(reports, Given(environment=os.environ))
        _write(Path(path or form.file_name), made.text, f"--export {name}=", reports)


def _write(path: Path, text: str, option: str, reports: list[Report]) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        again = f"course grade {' '.join(report.exercise.id for report in reports)} {option}ANOTHER_PATH"
        raise NotWritable(f"{path} cannot be written: {(error.strerror or str(error)).lower()}", again) from error


def _code(report: Report) -> int:
    if any(evidence.kind == "our fault" for result in report.results for evidence in result.evidence):
        return Exit.OUR_FAULT
    return {True: Exit.PASSED, False: Exit.NOT_PASSED, None: Exit.UNGRADABLE}[report.passed]
