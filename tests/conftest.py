"""What the tests share: the course, graded files, and the command as a learner runs it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.course import Course
from grader.model import Exercise, Report
from grader.sandbox.client import Sandbox

ROOT = Path(__file__).resolve().parent.parent
Run = Callable[..., "subprocess.CompletedProcess[str]"]
Grade = Callable[..., Report]


@pytest.fixture(scope="session")
def course() -> Course:
    return Course.find()


@pytest.fixture(scope="session")
def exercise_03(course: Course) -> Exercise:
    return course.resolve("03")[0]


def clean_environment(**extra: str) -> dict[str, str]:
    """An environment in which nothing of the developer's terminal decides how a screen looks."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return kept | {"COLUMNS": "80", "LANG": "C.UTF-8", "PYTHONUTF8": "1"} | extra


COURSE = [sys.executable, "-c", "from grader.cli import main; main()"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`run("grade", "03", ...)`: the command line in a process of its own, from an empty folder unless `cwd` says otherwise."""

    def call(*arguments: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
        environment = clean_environment(PYTHONPATH=str(ROOT), **(env or {}))
        return subprocess.run(
            [*COURSE, *arguments],
            cwd=cwd or tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    return call


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as found:
        yield found


SOLUTION_03 = (ROOT / "solutions" / "ex03_url_loaders.py").read_text("utf-8")
