"""The instructor's commands: grade-all, report, export and similar."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from grader.cli.export import export
from grader.cli.top import needs_unix
from grader.course import Course
from grader.errors import Exit, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.classroom.batch import Progress
    from grader.model import Batch


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("grade-all", help="Grade a whole class; the same command again goes on where it ended.")(grade_all)
    app.command(help="The last batch again, from its journal: the screen and the files.")(report)
    app.command(help="A batch for Canvas, Moodle and others; an autograder to upload.")(export)
    app.command(help="Whose files are alike: pairs of people, with percentages.")(similar)


def grade_all(
    source: Annotated[
        Path, typer.Argument(metavar="DIR", help="ada/ex03_url_loaders.py, ada_ex03.py ..., or the zip from Moodle or Canvas.")
    ],
    roster: Annotated[Path | None, typer.Option(metavar="FILE.csv", help="Who is in the class: name, username, email ...")] = None,
    only: Annotated[
        list[str] | None, typer.Option(metavar="IDS", help="Only these exercises: 03,04; then the files written hold no others.")
    ] = None,
    jobs: Annotated[int | None, typer.Option("--jobs", "-j", min=1, help="Submissions at once; by default one for each core.")] = None,
    seed: Annotated[str | None, typer.Option(metavar="TEXT", help="The seed of the whole batch.")] = None,
    regrade: Annotated[bool, typer.Option("--regrade", help="Grade anew what is in the journal already.")] = False,
    allow_isolation: Annotated[
        Literal["full", "partial", "process"],
        typer.Option("--allow-isolation", help="The lowest level to grade at: these files are other people's."),
    ] = "full",
    scheduler: Annotated[str, typer.Option(metavar="ADDRESS", help="Grade on the workers of this Dask cluster: tcp://HOST:8786.")] = "",
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the journal and all files go.")] = Path(),
) -> None:
    needs_unix()
    from grader.classroom.batch import Asked, grade_all
    from grader.sandbox.levels import Level

    if jobs and scheduler:
        raise UsageError("--jobs is for this machine, and --scheduler for a cluster", f"dask worker {scheduler} --nthreads {jobs}")
    asked = Asked(source, out, roster, tuple(only or ()), jobs or 0, seed, regrade, Level(allow_isolation), scheduler)
    batch = grade_all(asked, Course.find(), _Teller())
    _show(batch, asked.out, _next(batch, out))
    raise typer.Exit(_code(batch))


def report(
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder of the batch, as given to grade-all.")] = Path(),
) -> None:
    from grader.classroom.batch import write_again

    batch = write_again(out, Course.find())
    again = ("course grade-all ...", "as it was called, goes on") if batch.left else ("course grade-all ...", "again, when that is mended")
    _show(batch, out, iter([again if batch.left or batch.refused else _export(out)]))
    raise typer.Exit(_code(batch))


def similar(
    source: Annotated[Path, typer.Argument(metavar="DIR", help="A folder or zip of submissions, as for grade-all.")],
    roster: Annotated[Path | None, typer.Option(metavar="FILE.csv", help="Who is in the class: name, username, email ...")] = None,
    only: Annotated[list[str] | None, typer.Option(metavar="IDS", help="Only these exercises: 03,04.")] = None,
    at_least: Annotated[int, typer.Option(min=1, max=100, metavar="PERCENT", help="Tell pairs from here on.")] = 80,
) -> None:
    from grader.classroom.batch import Asked
    from grader.classroom.similar import compare
    from grader.cli.screen import say
    from grader.render import classroom

    found = compare(Asked(source, Path(), roster, tuple(only or ())), Course.find(), at_least)
    for line in classroom.alike(found.files, found.pairs, found.refused, at_least):
        say(line)
    raise typer.Exit(Exit.USAGE if found.refused else Exit.PASSED)


class _Teller:
    """Progress on stderr: one line that is written over on a terminal, a plain line for each submission elsewhere."""

    def __init__(self) -> None:
        from grader.cli.screen import console, is_live

        self._live = is_live(sys.stderr)
        self._width = console(sys.stderr).width

    def __call__(self, progress: "Progress") -> None:
        from grader.render import classroom

        if progress.done:
            line = classroom.line(progress.done, progress.of, progress.report)
        else:
            line = f"  {progress.of} to grade, {progress.kept} in the journal already{progress.where and ', '}{progress.where}"
        last = progress.done == progress.of
        sys.stderr.write(f"\r\x1b[K{'' if last else line[: self._width - 1]}" if self._live else f"{line}\n")
        sys.stderr.flush()


def _show(batch: "Batch", out: Path, following: "Iterator[tuple[str, str]]") -> None:
    """The class on one screen, what was written, and what comes next."""
    from grader.cli.next_steps import show_steps
    from grader.cli.screen import glyphs, say
    from grader.cli.screen import out as console
    from grader.render import classroom

    screen = console()
    for line in classroom.summary(batch, glyphs(sys.stdout), screen.width):
        screen.print(line, soft_wrap=True)
    say()
    people = {report.submission.who for report in batch.reports}
    say(f"  Wrote  grades.csv  report.html  feedback/ ({2 * len(people)} files){'' if out == Path() else f'  in {out}/'}", hang=9)
    show_steps(*following)


def _next(batch: "Batch", out: Path) -> "Iterator[tuple[str, str]]":
    """The command that goes on, where the grades go, and one submission to look at."""
    again = shlex.join(["course", *sys.argv[1:]])
    if batch.left:
        yield again, "the same command goes on from here"
    elif batch.refused:
        yield again, "the same command again, when that is mended"
    else:
        yield _export(out)
    failed = next((report for report in batch.reports if report.passed is not True), None)
    if failed and failed.submission.path.exists():
        yield f"course grade {failed.exercise.id} --file {shlex.quote(str(failed.submission.path))}", "what one of them is told"
    elif not batch.left and not batch.refused:
        yield again, "grades what is new, and nothing twice"


def _export(out: Path) -> tuple[str, str]:
    from grader.classroom.journal import option

    return f"course export --to moodle{option(out)}", "or canvas, csv, junit"


def _code(batch: "Batch") -> int:
    if batch.left:
        return Exit.INTERRUPTED
    if batch.refused:
        return Exit.USAGE
    evidence = (evidence for report in batch.reports for result in report.results for evidence in result.evidence)
    if any(each.kind == "our fault" for each in evidence):
        return Exit.OUR_FAULT
    return Exit.UNGRADABLE if any(report.passed is None for report in batch.reports) else Exit.PASSED
