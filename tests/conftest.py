"""What the tests share: the course, graded files, and the command as a learner runs it."""

import os
import select
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from grader.course import Course
from grader.model import Exercise, Report
from grader.sandbox.client import Sandbox

ROOT = Path(__file__).resolve().parent.parent
if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

hypothesis.settings.register_profile("course", deadline=None)  # nothing is tested by elapsed time
hypothesis.settings.load_profile("course")

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


LIFE = 40
"""Seconds after which a process is taken to have outlived its reason: fewer than the 60 after which a check is given up in any case."""


class Lives:
    """Processes, held by what cannot be taken for another's: their ends can be waited for, though they are no children of ours."""

    def __init__(self, pids: set[int]) -> None:
        assert pids
        self.descriptors = []
        for pid in pids:
            try:
                self.descriptors.append(os.pidfd_open(pid))
            except ProcessLookupError:
                pass  # it has ended since it was seen

    def await_end(self) -> None:
        for descriptor in self.descriptors:
            assert select.select([descriptor], [], [], LIFE)[0], "it is still running"
            os.close(descriptor)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as found:
        yield found


SOLUTION_03 = (ROOT / "solutions" / "ex03_url_loaders.py").read_text("utf-8")


# -- a browser: the machine's own Chromium

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM: no page in HTML was looked at in a browser")


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()


Open = Callable[..., "Page"]


@pytest.fixture
def open_page(browser: "Browser", tmp_path: Path) -> Iterator[Open]:
    """`open_page(text, width=360)`: the page as a browser shows it, all of it unfolded; `asked` gets what it fetches, `refused` why not."""
    opened = []

    def open_(
        text: str,
        width: int = 360,
        color_scheme: str = "light",
        asked: list[str] | None = None,
        refused: list[str | None] | None = None,
    ) -> "Page":
        path = tmp_path / "report.html"
        path.write_text(text, "utf-8")
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=color_scheme)  # type: ignore[arg-type]
        opened.append(page)
        if asked is not None:
            page.on("request", lambda request: asked.append(request.url))
        if refused is not None:
            page.on("requestfailed", lambda request: refused.append(request.failure))
        page.goto(path.as_uri())
        for folded in page.locator("details").all():
            folded.evaluate("element => element.open = true")
        return page

    yield open_
    for page in opened:
        page.close()
