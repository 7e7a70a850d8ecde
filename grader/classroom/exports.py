"""A batch for other programs: the formats of grader/export that take a class, from the journal into one file."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.course import Course
from grader.errors import NotWritable, UsageError
from grader.export import Given, LeftOut, writer
from grader.workspace import write_whole

from . import autograder, batch
from .journal import option
from .roster import utf8

MAX_THEIRS = 64 << 20
"""Bytes of a gradebook at most."""


@dataclass(frozen=True)
class Wanted:
    """What `course export` was asked. The fields are its options."""

    to: str
    out: Path
    ids: Sequence[str] = ()
    """Exercises; none: all."""
    merge: Path | None = None
    """The instructor's own file."""
    column: str = ""
    write: Path | None = None
    overwrite: bool = False


@dataclass(frozen=True)
class Exported:
    """What was written, and who is not in it."""

    path: Path
    reports: int
    left_out: tuple[LeftOut, ...]
    left: int
    """Submissions of the batch that are not graded yet, because it was interrupted."""
    refused: int
    """Those that could not be graded."""


def export(wanted: Wanted, course: Course) -> Exported:
    """Write the batch in the wanted format. Raises `UsageError` for what does not fit, and then nothing is written."""
    form = writer(wanted.to, [autograder.NAME])
    folder = option(wanted.out)
    again = shlex.join(["course", "export", *wanted.ids, "--to", form.name]) + folder
    if not form.many:
        raise UsageError(
            f"{form.name} is about one file, on the platform that runs the grader",
            f"course grade 03 --file FILE --export {form.name}={form.file_name}",
        )
    if form.merges and not (wanted.merge and wanted.column):
        raise UsageError(
            f"{form.name} fills in one column of your own file: name both",
            f"{again} --merge YOUR_FILE.csv --column HEADING",
        )
    if not form.merges and (wanted.merge or wanted.column):
        raise UsageError(f"{form.name} is a file of its own: --merge and --column do not go with it", again)
    exercises = [exercise.id for exercise in batch.chosen(wanted.ids, course)]
    found = batch.recall(wanted.out, course)
    reports = [report for report in found.reports if report.exercise.id in exercises]
    if not reports:
        asked = f" of exercise {', '.join(exercises)}" if wanted.ids else ""
        raise UsageError(f"there is nothing{asked} in that batch", f"course report{folder}    shows what there is")
    theirs = utf8(wanted.merge, MAX_THEIRS, "--merge FILE.csv") if wanted.merge else ""
    made = form.write(reports, Given(theirs, wanted.column))
    stem, dot, ending = form.file_name.partition(".")
    path = wanted.write or wanted.out / f"{'-'.join([stem, *(exercises if wanted.ids else ())])}{dot}{ending}"
    # Only a file that bears a name of ours, and is made of the journal alone, is written anew without a word.
    put(path, made.text.encode(), again, guarded=(form.merges or wanted.write is not None) and not wanted.overwrite)
    return Exported(path, len(reports), made.left_out, found.left, len(found.refused))


def put(path: Path, body: bytes, again: str, *, guarded: bool) -> None:
    """Write the file whole; where it is `guarded`, not over another one: that may be the instructor's own."""
    try:
        if guarded and path.exists():
            if path.read_bytes() == body:
                return
            raise UsageError(
                f"{path} is there already, and was not touched", f"{again} ... --write ANOTHER_PATH, or --overwrite to replace it"
            )
        write_whole(path, body)
    except OSError as error:
        raise NotWritable(f"{path} cannot be written: {(error.strerror or '').lower()}", f"{again} ... --write ANOTHER_PATH") from error
