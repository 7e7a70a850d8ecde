"""The author's command: check."""

import sys
from typing import Annotated

import typer

from grader.course import Course
from grader.errors import Exit


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command(help="Prove the course: stubs fail, solutions pass, every known mistake is caught.")(check)


def check(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Exercises; all by default.")] = None,
    third: Annotated[bool, typer.Option("--third", help="Only every third wrong file: for a second Python.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="A line for each file.")] = False,
) -> None:
    from grader import proof
    from grader.cli.screen import glyphs, say
    from grader.model import Report

    marks = glyphs(sys.stdout)
    findings = []
    for exercise in proof.find(Course.find(), list(ids or ())):
        reports: list[Report] = []

        def tell(_path: object, report: Report, reports: list[Report] = reports) -> None:
            reports.append(report)
            if verbose:
                parent = report.submission.path.parent.name
                say(f"    {parent}/{report.submission.path.name:<44} {report.earned:>2}/{report.possible}  {report.seconds:.1f} s")

        found = proof.prove(exercise, tell=tell, only=lambda number: number % 3 == 0 or not third)
        mark = marks.failed if found else marks.passed
        parents = [report.submission.path.parent.name for report in reports]
        files = f"stub 0, solution full, {parents.count('right')} right, {parents.count('wrong')} wrong"
        seconds = sum(report.seconds for report in reports)
        say(f"  {mark} {exercise.id} {exercise.slug}: {files}, {seconds:.0f} s")
        for finding in found:
            say(f"      {finding.where}: {finding.what}")
        findings += found
    if findings:
        say(f"  {len(findings)} findings")
        raise typer.Exit(Exit.NOT_PASSED)
    say("  nothing to mend")
