"""The author's commands: new, check and release."""

import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.top import needs_unix
from grader.course import Course
from grader.errors import BrokenCourse, Exit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader import proof


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command(help="Write the skeleton of a new lesson.")(new)
    app.command(help="Write the folder to hand out: stubs and pages, no solutions and no suites.")(release)
    app.command(help="Prove the course: stubs fail, solutions pass, every known mistake is caught.")(check)


def new(
    id: Annotated[str, typer.Argument(metavar="ID", help="Two digits: 15.")],
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="Its name in files, in snake_case: barriers.")],
) -> None:
    from grader import skeleton
    from grader.cli.next_steps import show_steps
    from grader.cli.screen import glyphs, say

    found = skeleton.write(Course.find(), id, slug)
    say()
    say(f"  {glyphs(sys.stdout).passed} lesson {id} {slug}: {len(found.written)} files written, {len(found.left)} left as they were")
    for folder, names in _by_folder(found.written):
        say(f"      {folder}/  {', '.join(names)}")
    say()
    say("  It is a small lesson that can be graded as it is. Lines with a TODO say what to put in their place.")
    show_steps((f"course check {id}", "lists what is still to be done"))


def _by_folder(paths: "Iterable[Path]") -> "Iterator[tuple[Path, list[str]]]":
    """Each folder with the names of its files."""
    for folder, inside in groupby(sorted(paths, key=lambda path: (path.parent, path.name)), key=lambda path: path.parent):
        yield folder, [path.name for path in inside]


def release(folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is not there yet, or empty.")]) -> None:
    from grader import release as handout
    from grader.cli.next_steps import show_steps
    from grader.cli.screen import glyphs, say

    written = handout.write(Course.find(), folder)
    say()
    say(f"  {glyphs(sys.stdout).passed} {folder}: {len(written)} files; no solution, no suite and no teacher's note is among them")
    show_steps((f"cd {folder} && course", "what your class will see"))


def check(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Exercises; all by default.")] = None,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=1, help="Grade so many files at once, each in a trusted process of its own.")
    ] = 1,
    third: Annotated[
        bool, typer.Option("--third", help="A third of the wrong files, those whose turn it is among them: for a second Python.")
    ] = False,
    whole: Annotated[bool, typer.Option("--whole", help="Every check of every file, in all lessons.")] = False,
    record: Annotated[bool, typer.Option("--record", help="First run each demo.py and keep what it prints as demo.out.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="A line for each file.")] = False,
) -> None:
    needs_unix()
    from grader import lesson_proof, proof, transcript
    from grader.cli.next_steps import show_steps
    from grader.cli.screen import glyphs, say

    marks = glyphs(sys.stdout)
    course = Course.find()
    exercises = proof.find(course, list(ids or ()))
    if record:
        course.checkout()
        for exercise in exercises:
            say(f"  {marks.passed} {exercise.id} {exercise.slug}: {transcript.record(exercise).name} is what demo.py prints now")
    findings = 0
    missing = {exercise: lesson_proof.missing(exercise) for exercise in exercises}
    # Two threads in one pytest process give wrong verdicts: so processes, and fresh interpreters at that.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=proof.begin_job, initargs=(os.getpid(),)) as pool:
        futures = {}
        for exercise in exercises:
            if not missing[exercise]:
                files = proof.files(exercise, third=proof.TURN if third else None)
                plan = proof.plan(exercise, files, whole=whole, turn=None if ids else proof.TURN)
                futures[exercise] = [pool.submit(proof.prove_files, exercise, part) for part in _dealt(plan, jobs)]
        for exercise in exercises:
            graded: list[proof.Graded] = []
            found = missing[exercise] or list(lesson_proof.lesson_findings(exercise))
            try:
                graded = [each for future in futures.get(exercise, ()) for each in future.result()]
            except BrokenCourse as error:
                found.append(proof.broken_suite(exercise, error))
            if graded:
                found += [*proof.game_findings(exercise), *proof.rubric_findings(exercise, graded[0].checks)]
            found += [finding for each in graded for finding in each.findings]
            for each in graded if verbose else ():
                say(f"    {each.path.parent.name}/{each.path.name:<44} {each.earned:>2}/{each.possible}  {each.seconds:.1f} s")
            folders = [each.path.parent.name for each in graded]
            counts = (
                f"stub, solution, {folders.count('right')} right files, {folders.count('wrong')} wrong ones" if graded else "not graded"
            )
            say(f"  {marks.failed if found else marks.passed} {exercise.id} {exercise.slug}: {counts}")
            for finding in found:
                print(f"      {finding.where}: {finding.what}")  # never folded: to be searched, and copied
                if finding.mend:
                    print(f"        {finding.mend}")
            findings += len(found)
    if findings:
        say(f"  {findings} to mend")
        show_steps((" ".join(["course check", *(ids or ())]), "again, when that is done"))
        raise typer.Exit(Exit.NOT_PASSED)
    say("  nothing to mend")


def _dealt(plan: "list[proof.Planned]", jobs: int) -> "list[list[proof.Planned]]":
    """The plan in a part for each job, dealt out like cards, so that they end together. Each costs a suite to collect."""
    count = max(1, min(len(plan), jobs))
    return [plan[start::count] for start in range(count)]
