"""A drawn class: whoever hands in what, each verdict is the one that the file gets alone, and no kill changes the gradebook."""

import random
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader.course import Course
from grader.errors import Exit
from tests import synthetic
from tests.conftest import COURSE, ROOT, clean_environment

PEOPLE, SEED = 16, "a class of sixteen"
CHEAP = ("04", "07")
"""Exercises whose checks take milliseconds."""


@pytest.fixture
def start(tmp_path: Path) -> Callable[[str], "subprocess.Popen[str]"]:
    def call(out: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [*COURSE, "grade-all", "subs", "--roster", "roster.csv", "--seed", "5eed", "--jobs", "2", "--out", out],
            cwd=tmp_path,
            env=clean_environment(PYTHONPATH=str(ROOT)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return call


def test_a_drawn_class_gets_its_verdicts_once_each_however_often_the_batch_is_killed(
    course: Course, tmp_path: Path, start: Callable[[str], "subprocess.Popen[str]"]
) -> None:
    drawn = synthetic.draw(course, PEOPLE, SEED, CHEAP)
    assert {each.kind for each in drawn} == set(synthetic.KINDS)
    assert {each.flat for each in drawn} == {True, False}
    synthetic.hand_in(drawn, tmp_path)
    there = [each for each in drawn if each.source is not None]

    whole = start("whole")
    screen, errors = whole.communicate()
    assert whole.returncode == Exit.PASSED, errors
    assert "On the roster, and no file" in screen
    told = 0
    moments = random.Random(SEED).choices(range(4), k=5)
    for said in synthetic.killed(lambda: start("broken"), moments):
        told += said
        kept = len(synthetic.rows(tmp_path / "broken"))
        assert told <= kept
        if kept == len(there):
            break  # nothing is left to be broken off
    last = start("broken")
    assert (last.communicate()[0], last.returncode) == (screen.replace("whole", "broken"), Exit.PASSED)

    rows = synthetic.rows(tmp_path / "whole")
    assert sorted(key[:2] for key in rows) == sorted((each.who, each.exercise.id) for each in there)
    broken = {key: synthetic.verdict(report) for key, report in synthetic.rows(tmp_path / "broken").items()}
    assert broken == {key: synthetic.verdict(report) for key, report in rows.items()}
    assert (tmp_path / "broken" / "grades.csv").read_bytes() == (tmp_path / "whole" / "grades.csv").read_bytes()
    with ThreadPoolExecutor(2) as pool:
        alone = pool.map(lambda each: synthetic.verdict(synthetic.alone(each, tmp_path, "5eed")), there)
        together = {key[0]: synthetic.verdict(report) for key, report in rows.items()}
        assert together == dict(zip([each.who for each in there], alone, strict=True))
