"""Checks side by side: the same results as one after another, and a lane that dies costs one result."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from grader.suite.lanes import LaneLost, Lanes
from tests.conftest import ROOT

SUITE = "grader/suites/ex04_futures"


def test_results_come_in_the_order_in_which_they_are_asked_for() -> None:
    def work(lane: int, job: int) -> tuple[int, int, int]:
        return lane, job * job, os.getpid()

    with Lanes(range(20), work, 3) as lanes:
        found = [lanes.result(job) for job in reversed(range(20))]
    assert [square for _, square, _ in found] == [job * job for job in reversed(range(20))]
    assert os.getpid() not in {pid for *_, pid in found}
    assert len({(lane, pid) for lane, _, pid in found}) == len({lane for lane, *_ in found}) <= 3


def test_what_a_job_raises_is_raised_where_its_result_is_asked_for() -> None:
    def work(_: int, job: int) -> int:
        return 1 // job

    with Lanes(range(2), work, 2) as lanes:
        assert lanes.result(1) == 1
        with pytest.raises(ZeroDivisionError):
            lanes.result(0)


def test_a_result_that_cannot_be_pickled_is_an_error_of_that_job() -> None:
    with Lanes(range(2), lambda _, job: (lambda: job) if job else job, 1) as lanes:
        assert lanes.result(0) == 0
        with pytest.raises(TypeError, match="cannot be sent"):
            lanes.result(1)


def test_a_lane_that_dies_loses_its_job_and_no_other() -> None:
    def work(_: int, job: int) -> int:
        if job == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return job

    with Lanes(range(6), work, 2) as lanes:
        assert lanes.result(0) == 0
        with pytest.raises(LaneLost):
            lanes.result(1)
        assert [lanes.result(job) for job in range(2, 6)] == [2, 3, 4, 5]


def test_a_skipped_job_is_not_begun(tmp_path: Path) -> None:
    def work(_: int, job: int) -> None:
        (tmp_path / str(job)).touch()

    with Lanes(range(4), work, 1) as lanes:
        lanes.skip(2)  # the lane is at 0, so this is still to do
        lanes.result(0), lanes.result(1), lanes.result(3)
    assert {path.name for path in tmp_path.iterdir()} == {"0", "1", "3"}


def test_a_job_can_be_done_before_those_that_wait(tmp_path: Path) -> None:
    def work(_: int, job: int) -> list[str]:
        before = sorted(path.name for path in tmp_path.iterdir())
        (tmp_path / str(job)).touch()
        return before

    with Lanes(range(3), work, 1) as lanes:
        assert lanes.before_others(7) == ["0"]  # the lane was at 0
        assert lanes.result(2) == ["0", "1", "7"]
        assert lanes.before_others(8) == ["0", "1", "2", "7"]  # the lane had nothing to do


def test_while_a_job_is_done_before_those_that_wait_no_lane_begins_one(tmp_path: Path) -> None:
    ours, theirs = os.pipe()

    def work(_: int, job: int) -> list[str]:
        if job == 9:
            os.read(ours, 1)
            return [path.name for path in tmp_path.iterdir()]
        if job == 1:
            os.write(theirs, b".")  # the other lane ends a job of its own meanwhile
        else:
            (tmp_path / str(job)).touch()
        return []

    with Lanes(range(9), work, 2) as lanes:
        lanes.result(0)
        waiting = {str(job) for job in lanes._todo}
        assert waiting.isdisjoint(lanes.before_others(9))
        assert all(lanes.result(job) == [] for job in range(1, 9))
    os.close(ours)
    os.close(theirs)


def test_closing_ends_lanes_that_are_at_work() -> None:
    ours, theirs = os.pipe()
    with Lanes([0], lambda *_: os.read(ours, 1), 1) as lanes:
        (lane,) = lanes._lanes
    os.close(ours)
    os.close(theirs)
    with pytest.raises(ProcessLookupError):
        os.kill(lane.pid, 0)


SCRIPT = """
import sys
from dataclasses import replace
from pathlib import Path
from grader import grading
from grader.course import Course
from grader.sandbox.client import Sandbox

exercise = Course.find().resolve("04")[0]
with Sandbox(shown=(str(grading.coverage_package()),)) as sandbox:
    for lanes in (1, 2, 3):
        print(grading.grade_one(exercise, Path(sys.argv[1]), sandbox=sandbox, seed="s", lanes=lanes).results)
    print(grading.grade_one(exercise, Path("solutions/ex04_futures.py"), sandbox=sandbox, lanes=2, coverage=True).coverage)
"""


@pytest.mark.parametrize("path", ["solutions/ex04_futures.py", "exercises/ex04_futures.py", f"{SUITE}/wrong/falsy_value_lost.py"])
def test_no_result_depends_on_the_number_of_lanes(path: str) -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT, path], cwd=ROOT, capture_output=True, text=True, check=True)
    one, two, three, coverage = done.stdout.splitlines()
    assert one == two == three
    assert "Result" in one
    assert coverage.endswith("missing=())")
