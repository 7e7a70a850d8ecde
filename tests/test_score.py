"""grader/score.py: a result for every check, and lines for a reader."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.model import Check, Coverage, Outcome, Result
from grader.score import complete, coverage, ranges

FIRST, SECOND, THIRD = (Check(f"03b.{name}", "03b", "says", points) for name, points in (("first", 1), ("second", 2), ("third", 3)))


def test_a_check_without_a_result_is_there_as_not_run() -> None:
    passed = Result(SECOND, Outcome.PASSED)
    assert complete((FIRST, SECOND), [passed]) == (Result(FIRST, Outcome.NOT_RUN), passed)


def test_results_come_in_the_order_of_the_rubric() -> None:
    results = [Result(check, Outcome.PASSED) for check in (THIRD, FIRST, SECOND)]
    assert [result.check for result in complete((FIRST, SECOND, THIRD), results)] == [FIRST, SECOND, THIRD]


def test_a_result_of_a_check_that_the_rubric_does_not_have_is_left_out() -> None:
    assert complete((FIRST,), [Result(SECOND, Outcome.PASSED)]) == (Result(FIRST, Outcome.NOT_RUN),)


@given(st.sets(st.sampled_from([FIRST, SECOND, THIRD])))
def test_the_denominator_never_shrinks(ran: set[Check]) -> None:
    completed = complete((FIRST, SECOND, THIRD), [Result(check, Outcome.FAILED) for check in ran])
    assert sum(result.check.points for result in completed) == 6


def test_coverage_names_the_statements_that_were_not_reached_in_order() -> None:
    assert coverage({1, 2, 30, 4}, {2, 99}) == Coverage(4, (1, 4, 30))


def test_coverage_is_none_when_nothing_was_recorded() -> None:
    assert coverage(set(), {1}) is None


@pytest.mark.parametrize(
    ("lines", "text"),
    [([], ""), ([7], "7"), ([1, 2], "1-2"), ([1, 2, 5], "1-2, 5"), ([11, 5, 6, 7, 1], "1, 5-7, 11"), ([9, 10, 11], "9-11")],
)
def test_ranges_are_written_for_a_reader(lines: list[int], text: str) -> None:
    assert ranges(lines) == text


@given(st.sets(st.integers(1, 200)))
def test_ranges_name_every_line_once_and_no_other(lines: set[int]) -> None:
    named: list[int] = []
    for first, last in re.findall(r"(\d+)(?:-(\d+))?", ranges(lines)):
        named += range(int(first), int(last or first) + 1)
    assert named == sorted(lines)


@given(st.sets(st.integers(1, 200)))
def test_ranges_join_all_lines_that_are_neighbours(lines: set[int]) -> None:
    starts = [line for line in lines if line - 1 not in lines]
    assert len([part for part in ranges(lines).split(", ") if part]) == len(starts)
