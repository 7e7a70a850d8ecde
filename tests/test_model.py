"""grader/model.py: points, and the three answers to "passed?"."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.model import Check, Exercise, Isolation, Lesson, Outcome, Report, Result, Submission, Task

LESSON = Lesson(3, "url_loaders", "Thread pools", 45, (), (), (Task("03b", "load_all", "fetch many"),), Path("lessons/03_url_loaders"))
EXERCISE = Exercise("03", "url_loaders", LESSON, Path("ex03_url_loaders.py"), Path("solution.py"), Path("suite"))

outcomes = st.sampled_from(Outcome)


def check(name: str = "overlap", points: int = 1, needs: tuple[str, ...] = ()) -> Check:
    return Check(f"03b.{name}", "03b", "downloads overlap", points, needs)


def report(*results: Result) -> Report:
    submission = Submission("", "03", Path("ex03_url_loaders.py"), b"", "0" * 64)
    return Report(submission, EXERCISE, results, Isolation("process", (), (), "kernel"), "3.11.7", "seed", 1.0)


def of(*outcomes: Outcome) -> Report:
    return report(*(Result(check(f"c{place}", place + 1), outcome) for place, outcome in enumerate(outcomes)))


@given(outcomes, st.integers(1, 20))
def test_points_are_earned_whole_or_not_at_all(outcome: Outcome, points: int) -> None:
    assert Result(check(points=points), outcome).earned == (points if outcome is Outcome.PASSED else 0)


@given(st.lists(outcomes, min_size=1))
def test_possible_counts_every_check_whatever_became_of_it(outcomes: list[Outcome]) -> None:
    assert of(*outcomes).possible == sum(range(1, len(outcomes) + 1))


@given(st.lists(outcomes, min_size=1))
def test_earned_and_undecided_points_never_exceed_the_possible(outcomes: list[Outcome]) -> None:
    found = of(*outcomes)
    assert 0 <= found.earned + found.undecided <= found.possible


@given(st.lists(outcomes, min_size=1))
def test_passed_means_that_every_point_was_earned(outcomes: list[Outcome]) -> None:
    found = of(*outcomes)
    assert (found.passed is True) == (found.earned == found.possible)


@given(st.lists(outcomes, min_size=1))
def test_an_undecided_report_has_undecided_points_and_no_failure(outcomes: list[Outcome]) -> None:
    found = of(*outcomes)
    if found.passed is None:
        assert found.undecided
        assert not set(outcomes) & {Outcome.FAILED, Outcome.DEADLOCKED, Outcome.TIMED_OUT, Outcome.CRASHED, Outcome.NOT_RUN}


@pytest.mark.parametrize("bad", [Outcome.FAILED, Outcome.DEADLOCKED, Outcome.TIMED_OUT, Outcome.CRASHED, Outcome.NOT_RUN])
def test_one_failure_decides_whatever_else_is_inconclusive(bad: Outcome) -> None:
    assert of(Outcome.PASSED, bad).passed is False
    assert of(Outcome.INCONCLUSIVE, bad, Outcome.WAITING).passed is False


def test_without_a_failure_one_inconclusive_check_leaves_it_open() -> None:
    assert of(Outcome.PASSED, Outcome.INCONCLUSIVE).passed is None


def test_a_check_that_waits_for_an_inconclusive_one_leaves_it_open() -> None:
    assert of(Outcome.INCONCLUSIVE, Outcome.WAITING).passed is None


def test_waiting_alone_is_not_passed() -> None:
    assert of(Outcome.PASSED, Outcome.WAITING).passed is False


def test_undecided_counts_the_points_of_inconclusive_checks() -> None:
    found = of(Outcome.PASSED, Outcome.INCONCLUSIVE, Outcome.FAILED, Outcome.INCONCLUSIVE)
    assert found.undecided == 2 + 4


def test_undecided_counts_a_check_that_waits_for_an_inconclusive_one() -> None:
    first, second = check("first", 2), check("second", 3, needs=("03b.first",))
    assert report(Result(first, Outcome.INCONCLUSIVE), Result(second, Outcome.WAITING)).undecided == 5


def test_undecided_leaves_out_a_check_that_waits_for_a_failed_one() -> None:
    checks = check("open", 2), check("first", 2), check("second", 3, needs=("03b.first",))
    results = map(Result, checks, (Outcome.INCONCLUSIVE, Outcome.FAILED, Outcome.WAITING))
    assert report(*results).undecided == 2


def test_an_exercise_takes_its_module_from_the_stub_and_its_tasks_from_the_lesson() -> None:
    assert EXERCISE.module == "ex03_url_loaders"
    assert EXERCISE.tasks == LESSON.tasks
