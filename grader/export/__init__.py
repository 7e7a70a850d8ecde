"""Reports for other programs: pure functions of one `Report` or of many, and one table of them.

results.py    one submission, for the platform that ran the grader           gradebook.py  a class as CSV, one row a person and exercise
merging.py    a column of the instructor's own Canvas or Moodle file filled in

Every text holds its own line ends, and a merged one its byte order mark too: read and write bytes, UTF-8 on both sides.
What leaves here is what the rubric and the messages say. Evidence, interleavings, the learner's source and paths of this machine stay.
"""

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from grader.errors import UsageError
from grader.model import Report
from grader.render import junit

from . import gradebook, merging, results
from .merging import LeftOut, Written

__all__ = ["WRITERS", "Given", "LeftOut", "Writer", "Written", "writer"]


@dataclass(frozen=True)
class Given:
    """What some writers need beside the reports."""

    theirs: str = ""
    """The text of the instructor's own file, of a writer that `merges`."""
    column: str = ""
    """The heading of the column to fill, likewise."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Of the process: Classroom 50 says there whose submission this is."""


@dataclass(frozen=True)
class Writer:
    """One format."""

    name: str
    says: str
    """One line about it."""
    file_name: str
    """What its file is usually called."""
    write: Callable[[Sequence[Report], Given], Written]
    """Raises `UsageError` when what is given does not fit."""
    many: bool = False
    """Whether it takes any number of reports, or exactly one."""
    merges: bool = False
    """Whether it fills in `Given.theirs`."""


_Write = Callable[[Sequence[Report], Given], Written]


def _one(text: Callable[[Report, Given], str]) -> _Write:
    """Writes a format that holds one report."""

    def write(reports: Sequence[Report], given: Given) -> Written:
        (report,) = reports
        return Written(text(report, given))

    return write


def _merging(merge: Callable[[Sequence[Report], str, str], Written]) -> _Write:
    """Writes into the instructor's own file."""
    return lambda reports, given: merge(reports, given.theirs, given.column)


WRITERS: Mapping[str, Writer] = {
    writer.name: writer
    for writer in (
        Writer(
            "csv", "gradebook: one row a person and exercise", "grades.csv", lambda reports, _: Written(gradebook.table(reports)), many=True
        ),
        Writer(
            "canvas", "your Canvas gradebook export, one column filled in", "canvas.csv", _merging(merging.canvas), many=True, merges=True
        ),
        Writer(
            "moodle",
            "your Moodle export or worksheet, one column filled in",
            "moodle.csv",
            _merging(merging.moodle),
            many=True,
            merges=True,
        ),
        Writer("junit", "JUnit XML: one suite a submission", "junit.xml", lambda reports, _: Written(junit.reports(reports)), many=True),
        Writer("gradescope", "for a Gradescope autograder", "results.json", _one(lambda report, _: results.gradescope(report))),
        Writer(
            "classroom50",
            "for a Classroom 50 autograder",
            "result.json",
            _one(lambda report, given: results.classroom50(report, given.environment)),
        ),
        Writer(
            "github",
            "for the reporter of GitHub Classroom, retired in 2026",
            "results.json",
            _one(lambda report, _: results.github(report)),
        ),
        Writer("prairielearn", "for a PrairieLearn external grader", "results.json", _one(lambda report, _: results.prairielearn(report))),
        Writer("exercism", "for an Exercism test runner, version 3", "results.json", _one(lambda report, _: results.exercism(report))),
    )
}
"""The formats by name, in the order in which to list them."""


def writer(name: str, others: Iterable[str] = ()) -> Writer:
    """The format of this name. Raises `UsageError`, with a guess; `others` are names that could be meant too."""
    if name in WRITERS:
        return WRITERS[name]
    near = difflib.get_close_matches(name, [*WRITERS, *others], 1, 0.5)
    guess = f"did you mean {near[0]}?  " if near else ""
    raise UsageError(f"there is no format {name!r}", f"{guess}course export    lists them")
