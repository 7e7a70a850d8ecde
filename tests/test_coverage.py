"""lessons/coverage.toml: every concept of the article is taught where it says, and held to by the checks it names; so is what a task needs."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from grader import lesson_text
from grader.course import Course
from grader.model import Task
from tests.conftest import ROOT

LESSONS = ROOT / "lessons"
TABLE: dict[str, Any] = tomllib.loads((LESSONS / "coverage.toml").read_text("utf-8"))
COURSE = Course.find()
TASKS = [task for exercise in COURSE.exercises for task in exercise.tasks]
ARTICLE = """
program and process; process isolation; own memory; per-process and per-thread state; IPC kinds; IPC costs; picklability; the guard;
missing guard, which error and where; fork, spawn and forkserver; shared memory of threads; memory shared on purpose between processes;
cost of a thread and of a process; lightweight, and where the word breaks; browser tabs; context switch; concurrency and parallelism;
free-threaded builds; data races; race conditions without a data race; deadlock; mutual exclusion; hold and wait; no preemption; circular wait;
submit takes a callable; Future.cancel; Future.cancelled; Future.running; Future.done; Future.result; Future.exception;
Future.add_done_callback; wait; as_completed; map; map is not lazy; shutdown; errors that nobody asks for; broken pools;
signal handlers run in the main thread; the prime program of the article, mended; the loader of the article, without live sites
"""
"""Every concept of the article and of its corrections, so that none can be dropped from the table unseen."""


@cache
def checks() -> dict[str, str]:
    """The `about` of every check of the course, by its id."""
    found: dict[str, str] = {}
    for exercise in COURSE.exercises:
        source = (exercise.suite / "suite.py").read_text("utf-8")
        found |= re.findall(r'@check\(\s*"(\w+\.\w+)".*?about="([^"]+)"', source, re.DOTALL)
    return found


def section(anchor: str) -> str:
    """The text that an anchor of the table names."""
    path, _, heading = anchor.partition("#")
    text = (LESSONS / path).read_text("utf-8")
    found = lesson_text.section(text, heading)
    assert found.strip(), anchor
    return " ".join(found.split())


def concepts() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = TABLE["concepts"]
    return found


def test_no_concept_of_the_article_is_missing() -> None:
    wanted = [" ".join(name.split()) for name in ARTICLE.strip().split(";")]
    assert [entry["name"] for entry in concepts() if entry["name"] not in wanted] == []
    assert [name for name in wanted if name not in [entry["name"] for entry in concepts()]] == []


@pytest.mark.parametrize("entry", concepts(), ids=lambda entry: str(entry["name"]))
def test_a_concept_is_taught_where_the_table_says(entry: dict[str, Any]) -> None:
    text = section(entry["anchor"])
    assert [words for words in entry["words"] if words not in text] == []
    assert entry["words"]


@pytest.mark.parametrize("entry", concepts(), ids=lambda entry: str(entry["name"]))
def test_a_concept_that_can_be_graded_is(entry: dict[str, Any]) -> None:
    assert bool(entry.get("checks")) != bool(entry.get("ungraded"))
    assert [check for check in entry.get("checks", ()) if check not in checks()] == []


def test_every_task_has_its_sections() -> None:
    assert list(TABLE["tasks"]) == [task.id for task in TASKS]


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_what_a_task_needs_is_taught(task: Task) -> None:
    own = next(exercise.lesson.path.name for exercise in COURSE.exercises if exercise.id == task.id[:2])
    named = TABLE["tasks"][task.id]
    assert named
    for name in named:
        section(name if "/" in name else f"{own}/README.md#{name}")
    abouts = {about for check, about in checks().items() if check.startswith(f"{task.id}.")} - {"your-turn"}
    assert abouts <= set(named), "a check sends its reader to a section that the table does not name"


def test_the_path_of_a_section_is_that_of_an_earlier_lesson() -> None:
    for task, named in TABLE["tasks"].items():
        for name in named:
            path = Path(name.partition("#")[0])
            assert "/" not in name or path.parts[0][:2] <= task[:2], name
