"""grader/lesson_text.py: sections, hints and fences of a lesson."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course import Course
from grader.errors import UsageError
from grader.lesson_text import FENCE_WIDTH, anchor, fences, for_terminal, headings, hints, section, wide_lines, without_notes
from grader.model import Exercise

COURSE = Course.find()

LESSON = """\
# Thread pools

Opening.

## Result waits

Some text.

```python
# not a heading
```

### A closer look

Closer.

## Errors are values

Last.
"""

HINTS = """\
# Hints for 03

## 03a load_url

### 1

First of a.

### 2

Second of a.

## 03b load_all

### 1

```
### 9
```

First of b.
"""


def test_headings_are_told_with_line_level_and_title_and_not_those_in_fences() -> None:
    assert list(headings(LESSON)) == [
        (0, 1, "Thread pools"),
        (4, 2, "Result waits"),
        (12, 3, "A closer look"),
        (16, 2, "Errors are values"),
    ]


@pytest.mark.parametrize("line", ["#No space", "####### Seven", "#", "    text", " # indented"])
def test_what_is_no_heading_is_not_taken_for_one(line: str) -> None:
    assert list(headings(line)) == []


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Result waits", "result-waits"),
        ("What's `join()` for?", "whats-join-for"),
        ("as_completed", "as_completed"),
        ("Time-outs", "time-outs"),
        ("result-waits", "result-waits"),
        ("Élan", "élan"),
    ],
)
def test_an_anchor_is_made_as_github_makes_it(heading: str, name: str) -> None:
    assert anchor(heading) == name


@given(st.text(max_size=30))
def test_an_anchor_is_its_own_anchor(heading: str) -> None:
    assert anchor(anchor(heading)) == anchor(heading)


def test_a_section_goes_on_to_the_next_heading_of_its_level() -> None:
    found = section(LESSON, "result-waits")
    assert found.startswith("## Result waits\n")
    assert "Closer." in found
    assert "Last." not in found


def test_a_subsection_ends_at_a_higher_heading() -> None:
    assert section(LESSON, "a-closer-look") == "### A closer look\n\nCloser.\n\n"


def test_the_last_section_goes_on_to_the_end() -> None:
    assert section(LESSON, "errors-are-values") == "## Errors are values\n\nLast.\n"


def test_a_section_may_be_named_by_its_heading() -> None:
    assert section(LESSON, "Result waits") == section(LESSON, "result-waits")


def test_the_section_of_the_title_is_the_whole_lesson() -> None:
    assert section(LESSON, "thread-pools") == LESSON


def test_a_mistyped_section_is_answered_with_a_guess() -> None:
    with pytest.raises(UsageError, match="lesson 03 has no section 'result-wait'") as caught:
        section(LESSON, "result-wait", "03")
    assert caught.value.mend == "did you mean --at result-waits?"


def test_an_unknown_section_is_answered_with_all_of_them() -> None:
    with pytest.raises(UsageError) as caught:
        section(LESSON, "zzzzzzzzzz", "03")
    assert caught.value.mend == "its sections: result-waits, a-closer-look, errors-are-values"


def test_hints_are_those_of_the_task_in_order() -> None:
    assert hints(HINTS, "03a") == ["First of a.", "Second of a."]


def test_a_heading_in_a_fence_does_not_end_a_hint() -> None:
    assert hints(HINTS, "03b") == ["```\n### 9\n```\n\nFirst of b."]


def test_an_unknown_task_has_no_hints() -> None:
    assert hints(HINTS, "03c") == []
    assert hints(HINTS, "03") == []


def test_notes_for_teachers_are_left_out() -> None:
    text = "One.\n<details>\n<summary>Teacher</summary>\n45 minutes\n</details>\nTwo.\n<details>more</details>\n\n"
    assert without_notes(text) == "One.\nTwo.\n"


def test_a_text_without_notes_keeps_every_line() -> None:
    assert without_notes(LESSON) == LESSON


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("[Result waits](#result-waits)", "Result waits (`course read 03 --at result-waits`)"),
        ("[turns](../07_races/README.md#lost-update)", "turns (`course read 07 --at lost-update`)"),
        ("[After 03](after.md)", "After 03 (`course read 03 --at after`)"),
        ("[thread](../GLOSSARY.md#thread)", "thread"),
        ("[docs](https://docs.python.org/3/)", "[docs](https://docs.python.org/3/)"),
    ],
)
def test_a_link_leads_somewhere_in_a_terminal(link: str, shown: str) -> None:
    assert for_terminal(link, "03") == shown


def test_fences_are_told_with_line_tag_and_lines() -> None:
    text = "Text.\n```python\na = 1\n\nb = 2\n```\nText.\n```\nplain\n```\n"
    assert list(fences(text)) == [(2, "python", ["a = 1", "", "b = 2"]), (8, "", ["plain"])]


def test_only_lines_in_fences_can_be_too_wide() -> None:
    wide, fits = "x" * (FENCE_WIDTH + 1), "x" * FENCE_WIDTH
    assert wide_lines(f"{wide}\n```\n{fits}\n{wide}\n```\n") == [4]


@pytest.mark.parametrize("exercise", COURSE.exercises, ids=lambda exercise: exercise.id)
def test_every_section_of_a_real_lesson_can_be_read_by_its_anchor(exercise: Exercise) -> None:
    text = without_notes((exercise.lesson.path / "README.md").read_text("utf-8"))
    found = list(headings(text))
    assert len(found) > 1
    for _, level, title in found:
        assert section(text, anchor(title)).startswith(f"{'#' * level} {title}")
