"""The files of a batch, written into its folder: grades.csv, report.html, and feedback/ with two files for each person.

Each is made in a hidden folder beside them and then put in its place, so that a kill at any moment leaves the old file or the new one, and
no half one. The next batch clears that folder away. What else lies in feedback/ is nobody's of ours, and stays.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from grader.errors import NotWritable
from grader.export import gradebook
from grader.model import Batch, Report
from grader.render import class_page, feedback
from grader.workspace import write_whole

from .roster import key

GRADES = "grades.csv"
PAGE = "report.html"
FEEDBACK = "feedback"
_UNFINISHED = ".unfinished"
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\..*)?")
"""What Windows takes for a device, whatever follows the dot."""
_LONGEST = 40
"""Characters of a name in a file's name; in UTF-8 there are up to four bytes to each, and 255 in all."""


def written(out: Path) -> list[Path]:
    """What earlier batches may have left in the folder: nobody handed it in."""
    return [out / GRADES, out / PAGE, *(path for suffix in ("html", "txt") for path in (out / FEEDBACK).glob(f"*.{suffix}"))]


def write(out: Path, batch: Batch) -> None:
    """Write all files of the batch. Raises `NotWritable`; what was written before that is whole."""
    unfinished = out / _UNFINISHED
    try:
        if unfinished.is_dir():
            shutil.rmtree(unfinished)  # of a batch that was killed
        unfinished.mkdir()
        (out / FEEDBACK).mkdir(exist_ok=True)
        for path, text in _texts(batch):
            target, body = out / path, text.encode()
            if not _holds(target, body):
                write_whole(unfinished / "file", body)
                os.replace(unfinished / "file", target)
        unfinished.rmdir()
    except OSError as error:
        raise NotWritable(
            f"{error.filename2 or error.filename or out} cannot be written: {(error.strerror or '').lower()}; every result is in the journal",
            "make room, then the same command again: it grades nothing twice",
        ) from error


def _texts(batch: Batch) -> Iterator[tuple[str, str]]:
    """Each file's path in the folder, and what is in it."""
    yield GRADES, gradebook.table(batch.reports)
    people: dict[str, list[Report]] = {}
    for report in batch.reports:
        people.setdefault(report.submission.who, []).append(report)
    names = {who: f"{FEEDBACK}/{file_name(who)}" for who in people}
    for who, reports in people.items():
        yield f"{names[who]}.html", feedback.page(reports)
        yield f"{names[who]}.txt", feedback.text(reports)
    yield PAGE, class_page.page(batch, {who: f"{name}.html" for who, name in names.items()})


def file_name(who: str) -> str:
    """The name of somebody's files, without its ending: one that every file system takes, and never another person's.

    It depends on the name alone, so that a later batch finds the same file. Two names that `roster.key` tells apart have two, also where
    capitals mean nothing; what a file's name cannot hold is put as "_", and a hash then makes up for it.

    >>> file_name("Lovelace, Ada")
    'ada_lovelace'
    """
    wanted = key(who)
    plain = "".join(char if char.isalnum() or char in ".-'" else "_" for char in wanted)
    name = plain.strip(".")[:_LONGEST].rstrip(".")
    is_told = name == wanted.replace(" ", "_") and name and not _RESERVED.fullmatch(name) and not re.search(r"-[0-9a-f]{12}$", name)
    return name if is_told else f"{name or 'nobody'}-{hashlib.sha256(wanted.encode()).hexdigest()[:12]}"


def _holds(path: Path, body: bytes) -> bool:
    """Whether the file is there with this in it."""
    try:
        return not path.is_symlink() and path.stat().st_size == len(body) and path.read_bytes() == body
    except OSError:
        return False
