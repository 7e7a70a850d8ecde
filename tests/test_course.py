"""grader/course.py: forgiving ids, guesses for typos, and a course that is itself broken."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.course import Course
from grader.errors import BrokenCourse, Exit, UsageError

COURSE = Course.find()
TASKS = [task.id for exercise in COURSE.exercises for task in exercise.tasks]


def meant(text: str) -> tuple[str, str | None]:
    exercise, task = COURSE.resolve(text)
    return exercise.id, task.id if task else None


def refused(text: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        COURSE.resolve(text)
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        "3",
        "03",
        "003",
        "ex03",
        "EX03",
        " 03 ",
        "url",
        "URL",
        "url_loaders",
        "ex03_url_loaders",
        "ex03_url_loaders.py",
        "a/path/ex03_url_loaders.py",
        "/an/absolute/path/ex03_url_loaders.py",
        "./ex03_url_loaders.py",
        "loaders",
    ],
)
def test_a_forgiving_id_means_its_exercise(text: str) -> None:
    assert meant(text) == ("03", None)


@pytest.mark.parametrize(
    ("text", "task"),
    [("03b", "03b"), ("3b", "03b"), ("3B", "03b"), ("ex03b", "03b"), ("load_all", "03b"), ("first_ok", "03c"), ("03b.overlap", "03b")],
)
def test_a_forgiving_id_means_its_task(text: str, task: str) -> None:
    assert meant(text) == ("03", task)


def test_every_name_of_the_course_means_what_it_names() -> None:
    for exercise in COURSE.exercises:
        for text in (exercise.id, str(exercise.lesson.number), exercise.slug, exercise.module, str(exercise.stub)):
            assert meant(text) == (exercise.id, None), text
        for task in exercise.tasks:
            for text in (task.id, task.name, task.id.lstrip("0")):
                assert meant(text) == (exercise.id, task.id), text


@pytest.mark.parametrize(
    ("typo", "guess"), [("url_loadres", "url_loaders"), ("laod_all", "load_all"), ("futrues", "futures"), ("frist_ok", "first_ok")]
)
def test_a_typo_is_answered_with_a_guess(typo: str, guess: str) -> None:
    error = refused(typo)
    assert error.what == f"there is no exercise {typo!r}"
    assert error.mend.startswith(f"did you mean {guess}?")


def test_a_guess_can_always_be_typed_as_it_stands() -> None:
    names = {name for exercise in COURSE.exercises for name in (exercise.slug, *(task.name for task in exercise.tasks))}
    guesses = set()
    for name in names:
        for place in range(len(name)):
            try:
                COURSE.resolve(name[:place] + "q" + name[place + 1 :])
            except UsageError as error:
                guesses |= set(re.findall(r"did you mean (.+)\?", error.mend))
    assert len(guesses) >= len(names) // 2
    for guess in guesses:
        COURSE.resolve(guess)


@pytest.mark.parametrize("text", ["zzzzzz", "99", "0", "", " ", "03z", "3zz", "/", ".py", "\0", "é"])
def test_an_unknown_id_is_a_usage_error_that_lists_the_exercises(text: str) -> None:
    error = refused(text)
    assert error.code is Exit.USAGE
    assert "01, 02, 03" in error.mend
    assert "course status" in error.mend


def test_a_hopeless_word_is_answered_without_a_guess() -> None:
    assert "did you mean" not in refused("zzzzzz").mend


def test_a_word_that_fits_several_exercises_is_refused() -> None:
    assert sum(any("all" in task.name for task in exercise.tasks) for exercise in COURSE.exercises) > 1
    refused("all")


@given(st.text(st.characters(codec=None), max_size=12))
@example("9" * 5000)
def test_any_text_is_an_exercise_or_a_usage_error(text: str) -> None:
    try:
        exercise, task = COURSE.resolve(text)
    except UsageError as error:
        assert error.mend
    else:
        assert exercise in COURSE.exercises
        assert task is None or task in exercise.tasks


# -- reading a course ------------------------------------------------------------------------------------------------------------------

TOML = """
number = 7
slug = "locks"
title = "Locks"
minutes = 30
objectives = ["hold one"]
needs = ["03"]

[[tasks]]
id = "07a"
name = "guard"
says = "guard a counter"
"""


def made(root: Path, toml: str | bytes, folder: str = "07_locks") -> Course:
    path = root / "lessons" / folder / "lesson.toml"
    path.parent.mkdir(parents=True)
    path.write_bytes(toml if isinstance(toml, bytes) else toml.encode())
    return Course(root, root / "suites")


def test_an_exercise_is_made_from_its_lesson_toml(tmp_path: Path) -> None:
    (exercise,) = made(tmp_path, TOML).exercises
    assert (exercise.id, exercise.slug, exercise.module) == ("07", "locks", "ex07_locks")
    assert exercise.stub == tmp_path / "exercises" / "ex07_locks.py"
    assert exercise.solution == tmp_path / "solutions" / "ex07_locks.py"
    assert exercise.suite == tmp_path / "suites" / "ex07_locks"
    assert exercise.lesson.path == tmp_path / "lessons" / "07_locks"
    assert (exercise.lesson.objectives, exercise.lesson.needs) == (("hold one",), ("03",))
    assert [task.name for task in exercise.tasks] == ["guard"]


def test_exercises_come_in_the_order_of_their_folders(tmp_path: Path) -> None:
    made(tmp_path, TOML, "07_locks")
    course = made(tmp_path, TOML.replace("7", "2"), "02_locks")
    assert [exercise.id for exercise in course.exercises] == ["02", "07"]


def test_a_folder_without_a_number_is_no_lesson(tmp_path: Path) -> None:
    assert made(tmp_path, "not even TOML", "drafts").exercises == ()


BROKEN: dict[str, str | bytes] = {
    "no TOML": "number = ",
    "no UTF-8": b'title = "\xff"',
    "no number": TOML.replace("number = 7", ""),
    "a number in words": TOML.replace("7", '"seven"', 1),
    "no tasks": TOML.partition("[[")[0],
    "a task without a name": TOML.replace('name = "guard"', ""),
    "tasks that are texts": TOML.partition("[[")[0] + 'tasks = ["07a"]',
    "needs that are a number": TOML.replace('["03"]', "3"),
}


@pytest.mark.parametrize("toml", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_lesson_toml_is_named(tmp_path: Path, toml: str | bytes) -> None:
    with pytest.raises(BrokenCourse, match=r"^07_locks/lesson\.toml: .+") as caught:
        _ = made(tmp_path, toml).exercises
    assert caught.value.code is Exit.OUR_FAULT
    assert caught.value.mend == "mend that file, then: course check"


def test_the_toml_of_these_tests_is_sound() -> None:
    assert tomllib.loads(TOML)["number"] == 7


def test_the_course_is_found_and_each_exercise_has_its_stub() -> None:
    assert len(COURSE.exercises) >= 4
    for exercise in COURSE.exercises:
        assert exercise.stub.is_file()


def test_task_ids_begin_with_the_id_of_their_exercise_and_are_unique() -> None:
    assert len(set(TASKS)) == len(TASKS)
    assert all(task.id.startswith(exercise.id) for exercise in COURSE.exercises for task in exercise.tasks)
