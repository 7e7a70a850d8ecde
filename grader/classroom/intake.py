"""Which file is whose, and for which exercise: by its name and its folder's, as people and platforms write them.

    ada/ex03_url_loaders.py, ada/exercises/ex03_url_loaders.py                a folder for each person
    ada_ex03.py, ada_lovelace_ex03_url_loaders.py                             flat
    Ada Lovelace_123_assignsubmission_file/ex03_url_loaders.py                Moodle, with folders ("..._file_" in older releases)
    Ada Lovelace_123_assignsubmission_file_ex03_url_loaders.py                Moodle, without
    lovelaceada_LATE_123_4567_ex03_url_loaders-2.py                           Canvas

A file that cannot be told is refused, with the reason: it is never guessed whose it is.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.model import Exercise, Refused

from .archive import Entry, Source, shown
from .roster import Roster, key, trouble_with

_FILE = r"ex0*(?P<number>\d{1,4})(?:_[a-z]\w*?)?(?: ?\(\d+\)|-\d+)?\.py"
"""The name of an exercise's file; browsers and Canvas number a second copy."""
_PLAIN = re.compile(_FILE, re.IGNORECASE)
_MOODLE_FOLDER = re.compile(r"(?P<who>.+)_(?P<id>\d+)_assignsubmission_file_?")
_FLAT = tuple(
    re.compile(pattern + _FILE, re.IGNORECASE)
    for pattern in (
        r"(?P<who>.+)_(?P<id>\d+)_assignsubmission_file_",  # as mod/assign of Moodle names them
        r"(?P<who>[^_]+)(?:_late)?_(?P<id>\d+)_\d+_",  # Canvas: the person, late or not, the numbers of the person and of the submission
        r"(?P<who>.+?)_",
    )
)


@dataclass(frozen=True)
class Found:
    """A file, whose it is, and what it solves."""

    who: str
    exercise: Exercise
    entry: Entry


@dataclass(frozen=True)
class Intake:
    """All that was handed in. Of an exercise that was not asked for, nothing is told."""

    found: tuple[Found, ...]
    """By exercise, then by name."""
    refused: tuple[Refused, ...]
    missing: tuple[str, ...]
    strangers: tuple[str, ...]
    strays: tuple[str, ...]


@dataclass(frozen=True)
class _Named:
    """What a file's name says."""

    who: str
    id: str
    """By which a platform tells two people of one name apart; "" without one."""
    number: int


def take_in(source: Source, exercises: Iterable[Exercise], asked: Sequence[Exercise], roster: Roster | None) -> Intake:
    """Look at every file's name; none is opened."""
    known = {exercise.lesson.number: exercise for exercise in exercises}
    wanted = {exercise.id for exercise in asked}
    refused: list[Refused] = []
    strangers: list[str] = []
    strays: list[str] = []
    told: list[tuple[_Named, Found]] = []
    there: set[str] = set()
    for entry in source.entries():
        named = _named(entry.name)
        exercise = known.get(named.number) if named else None
        if exercise and exercise.id not in wanted:
            continue
        who = _person(named, roster) if named else None
        if named and exercise and who:
            there.add(who)
        if entry.trouble:
            refused.append(Refused(f"{shown(entry.name)} {entry.trouble}", "put the file itself in its place"))
        elif named is None or exercise is None:
            strays.append(shown(entry.name))
        elif trouble := trouble_with(named.who):
            refused.append(Refused(f"{shown(entry.name)}: the name '{shown(named.who)}' {trouble}", "give it another name"))
        elif who is None:
            strangers.append(shown(entry.name))
        elif too_large := entry.too_large():
            refused.append(Refused(f"{shown(entry.name)} {too_large}", f"ask {who} for {exercise.module}.py alone"))
        else:
            told.append((named, Found(who, exercise, entry)))
    found, doubtful = _without_doubles(told, roster)
    missing = tuple(person.who for person in roster.people if person.who not in there) if roster else ()
    return Intake(found, (*refused, *doubtful), missing, tuple(strangers), tuple(strays))


def _named(name: str) -> _Named | None:
    *folders, last = name.split("/")
    if folders:
        match = _PLAIN.fullmatch(last)
        person = _MOODLE_FOLDER.fullmatch(folders[0])
        who, number = (person["who"], person["id"]) if person else (folders[0], "")
    else:
        match = next(filter(None, (pattern.fullmatch(last) for pattern in _FLAT)), None)
        groups = match.groupdict() if match else {}
        who, number = groups.get("who", ""), groups.get("id", "")
    return _Named(_one_spelling(who), number, int(match["number"])) if match else None


def _one_spelling(who: str) -> str:
    """With plain spaces, and letters composed as they are typed and not as macOS keeps them."""
    spaced = "".join(" " if unicodedata.category(char) == "Zs" else char for char in unicodedata.normalize("NFC", who))
    return re.sub(" +", " ", spaced).strip(" ")


def _person(named: _Named, roster: Roster | None) -> str | None:
    """How the gradebook calls the person that a file names: as the roster does, where there is one. None: nobody, or nobody in particular."""
    if roster is None:
        return named.who
    people = roster.called(named.who)
    if len(people) > 1:
        people = [person for person in people if named.id and key(named.id) in person.keys]
    return people[0].who if len(people) == 1 else None


def _without_doubles(told: list[tuple[_Named, Found]], roster: Roster | None) -> tuple[tuple[Found, ...], list[Refused]]:
    """The files that are one person's only one for their exercise; and what to say of the others."""
    called: dict[str, set[str]] = {}
    for named, found in told:
        # A roster says who goes by two names. Without one, "Ada" and "ada" may be two people.
        called.setdefault(key(found.who), set()).add(named.id if roster else f"{named.id} {found.who}")
    two = {who for who, names in called.items() if len(names - {""}) > 1}
    refused = []
    for who in sorted(two):
        names = ", ".join(sorted(shown(found.entry.name) for _, found in told if key(found.who) == who))
        refused.append(
            Refused(f"two people are called '{shown(who)}': {names}", "rename the files of one, and list both with --roster FILE.csv")
        )
    files = Counter((found.who, found.exercise.id) for _, found in told)
    for (who, exercise), count in sorted(files.items()):
        if count > 1 and key(who) not in two:
            names = " and ".join(shown(found.entry.name) for _, found in told if (found.who, found.exercise.id) == (who, exercise))
            refused.append(Refused(f"{who} handed in {count} files for exercise {exercise}: {names}", "leave the one that counts"))
    single = [found for _, found in told if key(found.who) not in two and files[found.who, found.exercise.id] == 1]
    return tuple(sorted(single, key=lambda found: (found.exercise.id, found.who))), refused
