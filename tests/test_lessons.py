"""The fourteen lessons as one book: the same order in each, a length that can be read in a sitting, minutes that add up, commands that exist."""

import re
import tomllib

import pytest

from grader import lesson_text
from grader.cli.app import app
from grader.course import Course
from grader.model import Exercise
from tests.conftest import ROOT

COURSE = Course.find()
FEWEST, MOST = 900, 1400
"""Words of a lesson, programs and pictures included."""
each_lesson = pytest.mark.parametrize("exercise", COURSE.exercises, ids=lambda exercise: exercise.id)


def text_of(exercise: Exercise) -> str:
    return (exercise.lesson.path / "README.md").read_text("utf-8")


def test_the_course_has_fourteen_lessons() -> None:
    assert [exercise.id for exercise in COURSE.exercises] == [f"{number:02d}" for number in range(1, 15)]


@each_lesson
def test_a_lesson_goes_from_a_question_to_a_recap(exercise: Exercise) -> None:
    assert lesson_text.sections(text_of(exercise)) == lesson_text.SECTIONS
    assert [level for _, level, _ in lesson_text.headings(text_of(exercise))].count(1) == 1
    hook = text_of(exercise).split("## Predict")[0]
    assert "?" in hook, "it opens with a question"


@each_lesson
def test_a_lesson_can_be_read_in_a_sitting(exercise: Exercise) -> None:
    assert FEWEST <= len(text_of(exercise).split()) <= MOST


@each_lesson
def test_the_minutes_of_the_teacher_notes_add_up_to_those_of_the_lesson(exercise: Exercise) -> None:
    notes = re.search(r"<details>.*?(\d+) minutes: (.*?)\.[\s<]", text_of(exercise), re.DOTALL)
    assert notes, "the teacher notes begin with the minutes"
    assert int(notes[1]) == exercise.lesson.minutes
    assert sum(int(minutes) for minutes in re.findall(r"\d+(?= )", re.sub(r"\b\d\d[abc]\b", "", notes[2]))) == int(notes[1])


def test_the_readme_tells_the_minutes_of_each_lesson_and_of_all() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| (\d\d) \|.*\| (\d+) min \|$", readme, re.MULTILINE))
    assert rows == {exercise.id: str(exercise.lesson.minutes) for exercise in COURSE.exercises}
    hours = round(sum(exercise.lesson.minutes for exercise in COURSE.exercises) / 60)
    assert f"about {hours} hours" in readme


@pytest.mark.parametrize("path", sorted(ROOT.glob("lessons/**/*.md")), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_of_ours_exists(path: object) -> None:
    known = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    for line in re.findall(r"course (\w[\w-]*)(?: \d\d| --)", ROOT.joinpath(str(path)).read_text("utf-8")):
        assert line in known, line


def test_every_word_of_the_glossary_is_used() -> None:
    glossary = (ROOT / "lessons/GLOSSARY.md").read_text("utf-8")
    titles = [title for _, level, title in lesson_text.headings(glossary) if level == 2]
    assert len(titles) == len(set(titles))
    pages = [path.read_text("utf-8").lower() for path in (*ROOT.glob("lessons/*/*.md"), *ROOT.glob("exercises/*.py"))]
    text = " ".join(" ".join(pages).split())
    unused = [title for title in titles if title.lower() not in text and f"#{lesson_text.anchor(title)})" not in text]
    assert unused == []


def test_a_lesson_needs_earlier_ones_only() -> None:
    for exercise in COURSE.exercises:
        needs = tomllib.loads((exercise.lesson.path / "lesson.toml").read_text("utf-8"))["needs"]
        assert all(need < exercise.id for need in needs)


EXPLAINED = {"picklable": "02", "check-then-act": "07", "preemption": "08"}
"""Words that a lesson explains itself, in a section of its own."""
EVERYDAY = {"worker", "condition", "executor"}
"""Words that come in their everyday sense, or as a name in a program, before a lesson needs the exact one."""


def test_a_word_of_the_glossary_is_linked_in_the_first_lesson_that_uses_it() -> None:
    glossary = (ROOT / "lessons/GLOSSARY.md").read_text("utf-8")
    words = {lesson_text.anchor(title): title for _, level, title in lesson_text.headings(glossary) if level == 2}
    known, unexplained = set(EVERYDAY), []
    for exercise in COURSE.exercises:
        text = re.sub(r"<details>.*?</details>", "", text_of(exercise), flags=re.DOTALL)
        known |= set(re.findall(r"GLOSSARY\.md#([\w-]+)", text)) | {word for word, lesson in EXPLAINED.items() if lesson == exercise.id}
        prose = " ".join(re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)", " ", text, flags=re.DOTALL).split())
        unexplained += [
            (exercise.id, title)
            for anchor, title in words.items()
            if anchor not in known and re.search(rf"\b{re.escape(title)}s?\b", prose, 0 if title.isupper() else re.IGNORECASE)
        ]
    assert unexplained == []
