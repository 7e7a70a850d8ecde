"""Points filled into the gradebook that an instructor exported from Canvas or Moodle, to be imported there again.

Both platforms act on all that the file says: a heading they do not know becomes a new assignment, an empty cell wipes a grade. So the file
stays theirs. One column is filled, for the people who have a verdict; every other character is copied: byte order mark, line ends,
separator, quotes. Whoever got nothing is named with the reason.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from grader.errors import UsageError
from grader.model import Report
from grader.render.clean import clean


@dataclass(frozen=True)
class LeftOut:
    """Somebody whose points were not written."""

    who: str
    why: str


@dataclass(frozen=True)
class Written:
    """A file, and who should be in it and is not."""

    text: str
    left_out: tuple[LeftOut, ...] = ()


def canvas(reports: Sequence[Report], theirs: str, column: str) -> Written:
    """`theirs`, a gradebook exported from Canvas, with these points in the assignment `column`, given with or without its number.

    Columns and rows as in lib/gradebook_exporter.rb of instructure/canvas-lms. Somebody excused ("EX"), or to whom the assignment is not
    assigned ("N/A"), stays so. Raises `UsageError` when the column is not there, or is not worth the exercise's points.
    """
    return _merge(_CANVAS, reports, theirs, column)


def moodle(reports: Sequence[Report], theirs: str, column: str) -> Written:
    """`theirs`, a grade export or an offline grading worksheet from Moodle, with these points in `column`.

    In an export it may be named by the activity alone ("Lab 3" for "Assignment: Lab 3 (Real)"); in a worksheet it is "Grade". Columns as
    in grade/export/txt and mod/assign/gradingtable.php of moodle/moodle. Raises `UsageError` like `canvas`.
    """
    return _merge(_MOODLE, reports, theirs, column)


@dataclass(frozen=True)
class _Cell:
    """One cell of a file, and where what is in it (inside its quotes) begins and ends there."""

    value: str
    start: int
    end: int


_Row = Sequence[_Cell]


@dataclass(frozen=True)
class _Platform:
    name: str
    people: tuple[str, ...]
    """Headings of the columns that can name a person, the surest first."""
    others: frozenset[str]
    """Headings, in lower case, of other columns that hold no points."""
    heading: str
    """A pattern of headings, in which {} is the name that people know."""
    worth: Callable[[Sequence[_Row], int], str]
    """What the column counts at most, from all rows and its place; "" when the file does not say."""
    kept: frozenset[str] = frozenset()
    """What a cell may hold that stands above any points."""


_POINTS = "Points Possible"
"""Stands in Canvas where a person's name would, in the row that says what each assignment is worth."""


def _canvas_worth(rows: Sequence[_Row], place: int) -> str:
    return next((_value(row, place) for row in rows if _value(row, 0) == _POINTS), "")


def _moodle_worth(rows: Sequence[_Row], place: int) -> str:
    titles = [cell.value.strip().lower() for cell in rows[0]]
    if "maximum grade" not in titles:
        return ""
    return next((_value(row, titles.index("maximum grade")) for row in rows[1:]), "")


_CANVAS = _Platform(
    "Canvas",
    ("SIS Login ID", "Student"),
    frozenset({"lastname", "firstname", "id", "sis user id", "integration id", "root account", "section"}),
    r"{}(?: \(\d+\))?",
    _canvas_worth,
    frozenset({"EX", "N/A"}),
)
_MOODLE_OTHERS = frozenset((
    "identifier", "first name", "last name", "surname", "id number", "institution", "department", "status", "maximum grade",
    "grade can be changed", "last modified (submission)", "last modified (grade)", "feedback comments",
))  # fmt: skip
_MOODLE = _Platform(
    "Moodle",
    ("Username", "Email address", "Full name"),
    _MOODLE_OTHERS,
    r"(?:[^:]+: ?)?{}(?: \(Real\))?",
    _moodle_worth,
)


def _merge(platform: _Platform, reports: Sequence[Report], theirs: str, column: str) -> Written:
    rows = list(_rows(theirs))
    place = _place(platform, rows, column)
    latest = {report.submission.who: report for report in reports}
    if len(exercises := {report.exercise.id for report in reports}) > 1:
        raise UsageError(
            f"the reports are of exercises {', '.join(sorted(exercises))}, and one column holds one",
            f"course export {min(exercises)} --to {platform.name.lower()} ...    takes one",
        )
    _agree_on_worth(platform, rows, place, column, list(latest.values()))
    find = _finder(platform, rows)
    found = {who: find(who) for who in sorted(latest)}
    shared = Counter(people[0][0].start for people in found.values() if len(people) == 1)
    points, left_out = [], []
    for who, people in found.items():
        report = latest[who]
        if not people:
            why = f"is not in the file from {platform.name}"
        elif len(people) > 1:
            why = f"could be any of {len(people)} people in the file from {platform.name}"
        elif shared[people[0][0].start] > 1:
            why = "means the same person there as another report"
        elif len(people[0]) <= place:
            why = "has a row without this column"
        elif (value := _value(people[0], place)).upper() in platform.kept:
            why = f'has "{value}" there'
        elif report.undecided:
            why = f"has no verdict on {report.undecided} of {report.possible} points"
        else:
            points.append((people[0][place], str(report.earned)))
            continue
        left_out.append(LeftOut(who, why))
    return Written(_filled(theirs, points), tuple(left_out))


def _place(platform: _Platform, rows: Sequence[_Row], column: str) -> int:
    """Where the column is; raises `UsageError` when it is not there, or more than once."""
    titles = [cell.value.strip() for cell in rows[0]] if rows else []
    if not set(platform.people) & set(titles):
        raise UsageError(
            f"this is no file from {platform.name}: it has none of the columns {', '.join(platform.people)}",
            f"export the grades from {platform.name} as CSV, and give that file",
        )
    wanted = re.compile(platform.heading.format(re.escape(column.strip())))
    others = {"", *platform.others, *map(str.lower, platform.people)}
    allowed = [place for place, title in enumerate(titles) if title.lower() not in others]
    exact = [place for place in allowed if titles[place] == column.strip()]
    places = exact or [place for place in allowed if wanted.fullmatch(titles[place])]
    if len(places) == 1:
        return places[0]
    number = f"{len(places)} columns" if places else "no column"
    there = clean(", ".join(titles[place] for place in places or allowed), 400) or "none for grades"
    raise UsageError(
        f"the file from {platform.name} has {number} {column!r}; there is: {there}",
        f"course export --to {platform.name.lower()} --column HEADING   names one; a new one is made in {platform.name}",
    )


def _agree_on_worth(platform: _Platform, rows: Sequence[_Row], place: int, column: str, reports: Sequence[Report]) -> None:
    """Points are written as they are, so they must mean the same on both sides."""
    worth = platform.worth(rows, place)
    for report in reports:
        if worth and not re.fullmatch(rf"0*{report.possible}([.,]0*)?", worth):
            raise UsageError(
                f"{column!r} is worth {worth} in {platform.name}, and what was graded of exercise {report.exercise.id} {report.possible}",
                f"make it worth {report.possible} in {platform.name}, then export the file again",
            )


def _finder(platform: _Platform, rows: Sequence[_Row]) -> Callable[[str], Sequence[_Row]]:
    """A function from a report's person to the rows that may be theirs: by the surest column in which there is any."""
    titles = [cell.value.strip() for cell in rows[0]]
    indexes: list[dict[str, list[_Row]]] = []
    for place in (titles.index(title) for title in platform.people if title in titles):
        index: dict[str, list[_Row]] = {"": []}
        for row in rows[1:]:
            if (key := _key(_value(row, place))) and _value(row, 0) != _POINTS:
                index.setdefault(key, []).append(row)
        indexes.append(index)
    return lambda who: next((index[_key(who)] for index in indexes if _key(who) in index), [])


def _key(name: str) -> str:
    """One spelling for "Lovelace, Ada" and "ada  lovelace"."""
    last, _, first = unicodedata.normalize("NFC", name).casefold().partition(",")
    return " ".join(f"{first} {last}".split())


def _value(row: _Row, place: int) -> str:
    return row[place].value.strip() if place < len(row) else ""


def _rows(text: str) -> Iterator[_Row]:
    """The rows of a CSV text, without blank ones. The separator is what ends the first cell: comma, semicolon or tab."""
    at = 1 if text.startswith("\ufeff") else 0
    first = re.compile(r'(?:"[^"]*"|[^",;\t\r\n]*)([,;\t])').match(text, at)
    separator = first[1] if first else ","
    cell = re.compile(rf'(?:"((?:[^"]|"")*)"|([^"{separator}\r\n][^{separator}\r\n]*|))({separator}|\r\n|\r|\n|\Z)')
    row: list[_Cell] = []
    while True:
        match = cell.match(text, at)
        if match is None:
            line = text.count("\n", 0, at) + 1
            raise UsageError(
                f"line {line} of the file is no CSV: a quote is open or misplaced", "export the file again, and do not edit it"
            )
        group = 2 if match[1] is None else 1
        row.append(_Cell(match[group].replace('""', '"'), match.start(group), match.end(group)))
        at = match.end()
        if match[3] != separator:
            if any(cell.value for cell in row):
                yield row
            row = []
        if not match[3]:
            return


def _filled(text: str, points: Sequence[tuple[_Cell, str]]) -> str:
    """`text` with other values in these cells."""
    pieces, at = [], 0
    for cell, value in sorted(points, key=lambda point: point[0].start):
        pieces += [text[at : cell.start], value]
        at = cell.end
    return "".join((*pieces, text[at:]))
