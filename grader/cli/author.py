"""The author's command: check."""

import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Annotated

import typer

from grader.course import Course
from grader.errors import Exit

if TYPE_CHECKING:
    from grader import proof


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command(help="Prove the course: stubs fail, solutions pass, every known mistake is caught.")(check)


def check(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Exercises; all by default.")] = None,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=1, help="Grade so many files at once, each in a trusted process of its own.")
    ] = 1,
    third: Annotated[bool, typer.Option("--third", help="Only every third wrong file: for a second Python.")] = False,
    whole: Annotated[
        bool, typer.Option("--whole", help="All tasks of each wrong file, also those that are another file's word for word.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="A line for each file.")] = False,
) -> None:
    from grader import proof
    from grader.cli.screen import glyphs, say

    marks = glyphs(sys.stdout)
    exercises = proof.find(Course.find(), list(ids or ()))
    findings = 0
    # Two threads in one pytest process give wrong verdicts: so processes, and fresh interpreters at that.
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        plans = {exercise: proof.plan(exercise, proof.files(exercise, third=third), whole=whole) for exercise in exercises}
        futures = {
            exercise: [pool.submit(proof.prove_files, exercise, part) for part in _dealt(plans[exercise], jobs)] for exercise in exercises
        }
        for exercise in exercises:
            graded = [each for future in futures[exercise] for each in future.result()]
            found = [*proof.lesson_findings(exercise), *proof.game_findings(exercise), *proof.rubric_findings(exercise, graded[0].checks)]
            found += [finding for each in graded for finding in each.findings]
            for each in graded if verbose else ():
                say(f"    {each.path.parent.name}/{each.path.name:<44} {each.earned:>2}/{each.possible}  {each.seconds:.1f} s")
            folders = [each.path.parent.name for each in graded]
            counts = f"{folders.count('right')} right files, {folders.count('wrong')} wrong ones"
            say(f"  {marks.failed if found else marks.passed} {exercise.id} {exercise.slug}: stub, solution, {counts}")
            for finding in found:
                say(f"      {finding.where}: {finding.what}")
            findings += len(found)
    if findings:
        say(f"  {findings} to mend")
        raise typer.Exit(Exit.NOT_PASSED)
    say("  nothing to mend")


def _dealt(plan: "list[proof.Part]", jobs: int) -> "list[list[proof.Part]]":
    """The plan in small parts, dealt out like cards, so that the jobs end together."""
    count = max(1, min(len(plan), 4 * jobs if jobs > 1 else 1))
    return [plan[start::count] for start in range(count)]
