"""Classes that nobody taught: submissions drawn by a seed from what the suites call right and wrong, and from the red team's files.

test_batch.py grades a small one, benchmarks/batch.py a large one.
"""

import json
import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.classroom.jobs import Jobs
from grader.classroom.journal import NAME
from grader.classroom.terms import Terms
from grader.course import Course
from grader.grading import read
from grader.model import Exercise
from grader.sandbox.levels import Level

if TYPE_CHECKING:
    import subprocess

HOSTILE = Path(__file__).resolve().parent / "redteam" / "hostile"
CHANCE = HOSTILE / "repeats_the_nonce.py"
"""Its question is answered twice, and when the second answer is read is chance: now this check ends for it, now the next."""
KINDS = {"right": 30, "wrong": 40, "hostile": 10, "stub": 5, "empty": 5, "missing": 10}
"""How many of a hundred."""

Verdict = list[tuple[str, str]]
"""Of each check its outcome."""
Start = Callable[[], "subprocess.Popen[str]"]
"""Begins `course grade-all`, with its progress to be read."""


@dataclass(frozen=True)
class Drawn:
    """One person and what they handed in."""

    who: str
    exercise: Exercise
    kind: str
    source: bytes | None
    """None: nothing."""
    flat: bool
    """Whether it is `who_ex03.py` and not `who/ex03_url_loaders.py`."""

    @property
    def name(self) -> str:
        return f"{self.who}_ex{self.exercise.id}.py" if self.flat else f"{self.who}/{self.exercise.module}.py"


def draw(course: Course, count: int, seed: str, ids: Sequence[str]) -> list[Drawn]:
    """So many people. Right and wrong files are those of these exercises; a hostile one belongs to the exercise that it attacks.

    Each kind comes once at least when there are as many people, each exercise as chance has it.
    """
    chance = random.Random(seed)
    kinds = [*KINDS, *chance.choices(list(KINDS), list(KINDS.values()), k=count)][:count]
    chance.shuffle(kinds)
    return [_drawn(chance, course, f"p{number:04}", kind, chance.choice(ids)) for number, kind in enumerate(kinds)]


def _drawn(chance: random.Random, course: Course, who: str, kind: str, id: str) -> Drawn:
    exercise, _ = course.resolve(id)
    source: bytes | None
    if kind == "hostile":
        path = chance.choice(sorted({*HOSTILE.glob("*.py")} - {CHANCE}))
        source = path.read_bytes()
        exercise, _ = course.resolve(source[2:4].decode())
    elif kind in ("right", "wrong"):
        source = chance.choice(sorted((exercise.suite / kind).glob("*.py"))).read_bytes()
    else:
        source = {"stub": exercise.stub.read_bytes(), "empty": b"", "missing": None}[kind]
    return Drawn(who, exercise, kind, source, chance.random() < 0.5)


def hand_in(drawn: Sequence[Drawn], folder: Path) -> None:
    """Write the files to `folder`/subs, and everybody's name to `folder`/roster.csv."""
    for each in drawn:
        if each.source is not None:
            path = folder / "subs" / each.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(each.source)
    (folder / "roster.csv").write_text("\n".join(["name", *(each.who for each in drawn)]) + "\n")


def killed(start: Start, moments: Sequence[int]) -> Iterator[int]:
    """Begin the batch once for each moment, and kill it when so many results have been told; how many it had told by then."""
    for moment in moments:
        process = start()
        assert process.stderr
        for _ in range(moment + 1):  # the first line says how many there are
            process.stderr.readline()
        process.kill()
        yield moment + sum(" of " in line for line in process.communicate()[1].splitlines())


def rows(out: Path) -> dict[tuple[str, ...], dict[str, Any]]:
    """The journal of a batch: the report of each row by its key. A row that is there twice is an error."""
    found = sqlite3.connect(out / NAME).execute("SELECT person, exercise, sha256, version, seed, report FROM result").fetchall()
    reports = {tuple(row[:5]): json.loads(row[5]) for row in found}
    assert len(reports) == len(found)
    return reports


def timeless(report: dict[str, Any]) -> str:
    """A report without what the clock said: its seconds, and who was in which call when."""
    results = [{**result, "timelines": []} for result in report["results"]]
    return json.dumps(report | {"seconds": 0, "results": results})


def verdict(report: dict[str, Any]) -> Verdict:
    return [(result["check"]["id"], result["outcome"]) for result in report["results"]]


def alone(each: Drawn, folder: Path, seed: str) -> dict[str, Any]:
    """The report that this submission gets when it is the only one, from processes that have graded nothing else."""
    jobs, terms = Jobs(), Terms(seed, Level.FULL)
    try:
        report: dict[str, Any] = json.loads(jobs.grade(terms, read(folder / "subs" / each.name, each.exercise, each.who)))
    finally:
        jobs.end(terms)
    return report
