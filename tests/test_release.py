"""`course release`: what an instructor hands out holds no line of what stays at home."""

import subprocess
import sys
from pathlib import Path

import pytest

from grader import release
from grader.course import Course
from grader.errors import Exit
from tests.conftest import ROOT, Run

DISTINCT = 25
"""Characters from which on a line of a hidden file is nobody's by chance."""


@pytest.fixture(scope="module")
def artefact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("release") / "handout"
    release.write(Course.find(), target)
    return target


def lines(*paths: Path) -> set[str]:
    return {line.strip() for path in paths for line in path.read_text("utf-8").splitlines() if len(line.strip()) >= DISTINCT}


def test_no_line_of_a_solution_a_suite_or_a_wrong_file_is_in_it(artefact: Path) -> None:
    hidden = lines(*ROOT.glob("solutions/*.py"), *ROOT.glob("grader/suites/**/*.py"), *ROOT.glob("lessons/*/games.py"))
    public = lines(
        *ROOT.glob("lessons/**/*.md"),
        *ROOT.glob("lessons/**/demo.*"),
        *ROOT.glob("lessons/*/quiz.toml"),
        *ROOT.glob("lessons/*/bundled_site.py"),
    )
    public |= lines(*ROOT.glob("exercises/*.py"))  # a right file holds much of its stub
    assert len(hidden - public) > 10_000
    found = lines(*(path for path in artefact.rglob("*") if path.is_file()))
    assert (hidden - public) & found == set()


def test_no_note_for_teachers_is_in_it(artefact: Path) -> None:
    noted = [path for path in ROOT.glob("lessons/*/README.md") if "<details>" in path.read_text("utf-8")]
    assert len(noted) == len(Course.find().exercises)
    assert [path for path in artefact.rglob("*.md") if "<details>" in path.read_text("utf-8")] == []


def test_only_what_is_listed_goes_out(artefact: Path) -> None:
    names = {path.name for path in artefact.rglob("*") if path.is_file()}
    stubs = {exercise.stub.name for exercise in Course.find().exercises}
    assert names == {*release.LESSON_FILES, *release.PAGES, *stubs, ".gitignore", "tasks.json", ".course-progress"}


def test_it_is_a_workspace_and_its_programs_run(artefact: Path, run: Run) -> None:
    assert "course read 01" in run(cwd=artefact).stdout
    demo = next(artefact.glob("lessons/03_*/demo.py"))
    assert subprocess.run([sys.executable, str(demo)], capture_output=True, text=True, check=True).stdout


def test_what_is_in_the_way_is_never_written_over(tmp_path: Path, run: Run) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    done = run("release", "mine")
    assert done.returncode == Exit.USAGE
    assert "course release ANOTHER_FOLDER" in done.stderr
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


def test_a_place_that_cannot_be_written_is_a_line(tmp_path: Path, run: Run) -> None:
    (tmp_path / "file").touch()
    done = run("release", "file/handout")
    assert done.returncode == Exit.USAGE
    assert "cannot be written" in done.stderr
