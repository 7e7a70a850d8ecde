"""Whose files are alike: `course similar`. The comparing is copydetect's (winnowing: Schleimer, Wilkerson, Aiken, SIGMOD 2003), an extra.

Names, comments and layout count for nothing there, and text of the stub does not count as copied. A percentage is no verdict: short
exercises have few ways to be solved, and people who never met reach 90 % in some of them.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from typing import TYPE_CHECKING

from grader.course import Course
from grader.errors import Ungradable, UsageError
from grader.model import Exercise, Pair, Refused, Submission
from grader.suite.subject import MAX_SOURCE

from . import roster
from .archive import opened, shown
from .batch import Asked, chosen
from .intake import take_in

if TYPE_CHECKING:
    from copydetect import CodeFingerprint

_RUN = 25
"""Characters of filtered code that must be alike in a row, copydetect's own default: a shorter run is noise."""
_LEAST = 100
"""Characters alike in all, below which two files are not told: a few lines are alike by themselves."""


@dataclass(frozen=True)
class Likeness:
    """What came of a comparison."""

    files: int
    pairs: tuple[Pair, ...]
    """By exercise, the most alike first."""
    refused: tuple[Refused, ...]


def compare(asked: Asked, course: Course, percent: int) -> Likeness:
    """Compare everybody's files, and keep the pairs of which one file is at least so many percent in the other.

    Raises `UsageError` when copydetect is not installed, or nothing was handed in.
    """
    _require()
    found, refused = _read(asked, course)
    pairs: list[Pair] = []
    for exercise, submissions in groupby(found, key=lambda each: each[0]):
        pairs += sorted(_pairs(exercise, [submission for _, submission in submissions], percent), key=lambda pair: -max(pair.percent))
    return Likeness(len(found), tuple(pairs), refused)


def _require() -> None:
    try:
        import copydetect  # noqa: F401 # 2 s, for numpy and matplotlib: only here
    except ImportError:
        raise UsageError(
            "comparing files needs copydetect, which is not installed",
            "pip install 'thread-vs-process[similar]'    in a checkout: -e '.[similar]'",
        ) from None


def _read(asked: Asked, course: Course) -> tuple[list[tuple[Exercise, Submission]], tuple[Refused, ...]]:
    """Everybody's files by exercise, and what cannot be read."""
    source = opened(asked.source, ())
    people = roster.read(asked.roster) if asked.roster else None
    intake = take_in(source, course.exercises, chosen(asked.only, course), people)
    if not intake.found:
        raise UsageError(f"there is no submission in {asked.source}", "course similar DIR    what `course grade-all` takes")
    found, refused = [], list(intake.refused)
    for each in intake.found:
        try:
            submission = source.submission(each.entry, each.exercise, each.who)
        except Ungradable as error:
            refused.append(Refused(shown(error.what), error.mend))
            continue
        if len(submission.source) > MAX_SOURCE:
            refused.append(
                Refused(f"{shown(each.entry.name)} is too long to be graded, so it was not compared", f"ask {each.who} about it")
            )
        else:
            found.append((each.exercise, submission))
    return found, tuple(refused)


def _pairs(exercise: Exercise, submissions: Sequence[Submission], percent: int) -> Iterator[Pair]:
    boilerplate = list(_fingerprint(exercise.stub.read_bytes(), ()).hashes)
    prints = {each.who: _fingerprint(each.source, boilerplate) for each in submissions}
    for one, other in combinations(submissions, 2):
        if one.sha256 == other.sha256:
            if prints[one.who].hashes:  # two untouched stubs are no wonder
                yield Pair(exercise.id, (one.who, other.who), (100, 100), same=True)
        else:
            alike, shares = _compared(prints[one.who], prints[other.who])
            if alike >= _LEAST and max(shares) >= percent:
                yield Pair(exercise.id, (one.who, other.who), shares, same=False)


def _fingerprint(source: bytes, boilerplate: Iterable[int]) -> "CodeFingerprint":
    """What copydetect knows a file by: with a window of one, every run of it counts."""
    from copydetect import CodeFingerprint

    return CodeFingerprint("file.py", _RUN, 1, boilerplate, fp=io.StringIO(source.decode("utf-8", "replace")))


def _compared(one: "CodeFingerprint", other: "CodeFingerprint") -> tuple[int, tuple[int, int]]:
    """How many characters are alike, and how many percent of each file that is."""
    from copydetect import compare_files

    alike, (first, second), _ = compare_files(one, other)
    return int(alike), (min(100, int(100 * first)), min(100, int(100 * second)))
