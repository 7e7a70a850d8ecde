"""Who is in the class: a CSV file with a heading, from an LMS or by hand."""

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError
from grader.render.clean import clean

MAX_ROSTER = 16 << 20
_NAMES = ("name", "full name", "student", "student name", "who")
_LAST, _FIRST = ("last name", "last_name", "lastname", "surname"), ("first name", "first_name", "firstname", "given name")
_OTHERS = (
    "username",
    "login",
    "login id",
    "sis login id",
    "email",
    "email address",
    "id",
    "student id",
    "id number",
    "github_id",
    "folder",
)
"""Columns by which a file may name somebody too."""


@dataclass(frozen=True)
class Person:
    """Somebody of the class."""

    who: str
    """As the gradebook calls them."""
    keys: frozenset[str]
    """All that a file may call them, each as `key` spells it."""


@dataclass(frozen=True)
class Roster:
    """The class, in the order of the file."""

    people: tuple[Person, ...]

    def called(self, name: str) -> list[Person]:
        """Everybody whom a file of this name may mean."""
        wanted = key(name)
        return [person for person in self.people if wanted in person.keys]


def key(name: str) -> str:
    """One spelling for "Lovelace, Ada", "ada_lovelace" and "ada  lovelace".

    >>> key("Lovelace, Ada")
    'ada lovelace'
    """
    last, _, first = unicodedata.normalize("NFC", name).casefold().replace("_", " ").partition(",")
    return " ".join(f"{first} {last}".split())


def trouble_with(name: str) -> str:
    """Why nobody can be called so; "" when somebody can. A comma, a quote or a leading "=" is no trouble: the gradebook quotes them."""
    if not name:
        return "is empty"
    if "/" in name or "\\" in name or name in (".", ".."):
        return "is a path"
    if not all(char.isprintable() or unicodedata.category(char) == "Zs" for char in name):
        return "holds a line break, or another character that cannot be shown"
    return ""


def read(path: Path) -> Roster:
    """Raises `UsageError` when the file is no roster, or two people in it have one name."""
    rows = _rows(path)
    titles = [title.strip().casefold() for title in rows[0]] if rows else []
    whole, last, first = (_column(titles, wanted) for wanted in (_NAMES, _LAST, _FIRST))
    others = [place for place, title in enumerate(titles) if title in _OTHERS]
    if whole is None and last is None and not others:
        raise UsageError(f"{path} has none of the columns name, last name and first name, username, email", "name them in its first line")
    people: dict[str, Person] = {}
    for row in rows[1:]:
        cells = [" ".join(re.split(r" +", cell.strip())) for cell in row] + [""] * (len(titles) - len(row))
        if not any(cells):
            continue
        parts = [cells[place] for place in (last, first) if place is not None]
        who = cells[whole] if whole is not None else ", ".join(filter(None, parts)) if last is not None else cells[others[0]]
        if trouble := trouble_with(who):
            raise UsageError(f"{path}: the name '{clean(who, 60)}' {trouble}", "mend that row, then the same command again")
        if key(who) in people:
            raise UsageError(
                f"{path}: two people are called '{clean(who, 60)}'", "tell them apart in that column, then the same command again"
            )
        people[key(who)] = Person(who, frozenset(_keys(who, [cells[place] for place in others], parts)))
    if not people:
        raise UsageError(f"{path} names nobody", "a row for each person, below the headings")
    return Roster(tuple(people.values()))


def _keys(who: str, others: list[str], parts: list[str]) -> set[str]:
    """All spellings of one person; Canvas writes "Lovelace, Ada" as "lovelaceada"."""
    spelled = {key(who), *(key(other) for other in others), *(key(other.partition("@")[0]) for other in others)}
    words = who.split()
    sortable = "".join(parts) if len(parts) == 2 else who if "," in who else "".join([words[-1], *words[:-1]])
    return (spelled | {key("".join(filter(str.isalnum, sortable))), key("".join(filter(str.isalnum, who)))}) - {""}


def _column(titles: list[str], wanted: tuple[str, ...]) -> int | None:
    return next((titles.index(title) for title in wanted if title in titles), None)


def utf8(path: Path, longest: int, option: str) -> str:
    """The text of a file of the instructor's, of so many bytes at most, byte order mark and line ends included.

    `option` is how the file is named on the command line. Raises `UsageError` for what is no such file.
    """
    if path.exists() and not path.is_file():  # a pipe would keep us waiting
        raise UsageError(f"{path} is no file", option)
    try:
        with path.open("rb") as file:
            body = file.read(longest + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {(error.strerror or '').lower()}", option) from error
    if len(body) > longest:
        raise UsageError(f"{path} is longer than {longest >> 20} MB", option)
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"{path} is not UTF-8 (line {line}): its names would be garbled", f"iconv -f LATIN1 -t UTF-8 {path} > {path.stem}-utf8.csv"
        ) from error


def _rows(path: Path) -> list[list[str]]:
    text = utf8(path, MAX_ROSTER, "--roster FILE.csv").removeprefix("\ufeff")
    separator = re.match(r'(?:"[^"]*"|[^",;\t\r\n]*)([,;\t])', text)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator[1] if separator else ",", strict=True))
    except csv.Error as error:
        raise UsageError(f"{path} is no CSV: {error}", "export it again, and do not edit it") from error
