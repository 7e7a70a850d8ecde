"""`course export`: a batch for other programs, or an autograder to upload; without --to, the formats."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.course import Course
from grader.errors import UsageError

if TYPE_CHECKING:
    from grader.classroom.exports import Exported


def export(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Only these exercises; one for a single column.")] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="NAME", help="The format; without it, all of them are listed.")] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder of the batch, as given to grade-all.")] = Path(),
    merge: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="canvas, moodle: the file that you exported there. It is only read.")
    ] = None,
    column: Annotated[str, typer.Option(metavar="HEADING", help="canvas, moodle: the column to fill in.")] = "",
    write: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to write; by default a file in DIR.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file that is there, be it your own.")] = False,
) -> None:
    from grader.classroom import autograder
    from grader.classroom.exports import Wanted
    from grader.classroom.exports import export as run

    if to is None:
        _list()
    elif to == autograder.NAME:
        if merge or column:
            raise UsageError(f"{to} takes an exercise and nothing of a batch", f"course export 03 --to {to}")
        _show_zip(*_zip(list(ids or ()), write, out, guarded=write is not None and not overwrite))
    else:
        _show(run(Wanted(to, out, list(ids or ()), merge, column, write, overwrite), Course.find()), out)


def _list() -> None:
    from grader.classroom import autograder
    from grader.cli.next_steps import show_steps
    from grader.cli.screen import say
    from grader.export import WRITERS

    groups = {
        "A whole batch, from its journal: course export --to NAME": [each for each in WRITERS.values() if each.many],
        "One file, on a platform: course grade 03 --file FILE --export NAME=PATH": [each for each in WRITERS.values() if not each.many],
    }
    for title, writers in groups.items():
        say()
        say(f"  {title}")
        for each in writers:
            say(f"    {each.name:<16}{each.says}")
    say()
    say("  A platform's own grader, for one exercise: course export 03 --to NAME")
    say(f"    {autograder.NAME:<16}an autograder to upload to Gradescope; suites are in it")
    show_steps(("course export --to csv", "the batch in this folder; --out DIR names another"))


def _show(done: "Exported", folder: Path) -> None:
    from grader.classroom.journal import option
    from grader.cli.next_steps import show_steps
    from grader.cli.screen import say
    from grader.render.clean import clean

    say()
    say(f"  Wrote  {done.path}   {done.reports - len(done.left_out)} of {done.reports} reports")
    if done.left:
        say(f"  {done.left} of the batch are not in it: it was interrupted, and the same grade-all goes on")
    if done.refused:
        say(f"  {done.refused} of the batch are not in it: they could not be graded, as course report says")
    if done.left_out:
        say()
        say("  Left out")
        for each in done.left_out:
            say(f"    {clean(each.who, 60) or '(no name)'} {each.why}")
    show_steps((f"course report{option(folder)}", "the class on one screen, and its files anew"))


def _zip(ids: list[str], write: Path | None, folder: Path, *, guarded: bool) -> tuple[Path, int]:
    """Write the autograder's zip, where it is `guarded` over no other file; where, and how many bytes."""
    from grader.classroom import autograder
    from grader.classroom.exports import put

    if len(ids) != 1:
        raise UsageError("an autograder is for one exercise", f"course export 03 --to {autograder.NAME}")
    course = Course.find()
    exercise = course.resolve(ids[0])[0]
    path = write or folder / f"gradescope-{exercise.id}.zip"
    body = autograder.build(course, exercise)
    put(path, body, f"course export {exercise.id} --to {autograder.NAME}", guarded=guarded)
    return path, len(body)


def _show_zip(path: Path, size: int) -> None:
    from grader.cli.screen import say

    say()
    say(f"  Wrote  {path}   {size / 1e3:.0f} kB, with the hidden suite in it: for the platform, not for learners")
    say()
    say("  Upload it to Gradescope under Configure Autograder; its Ubuntu 22.04 will do.")
    say("  It grades at isolation 'partial' or better: exercise.sh in it names the level.")
    say()
