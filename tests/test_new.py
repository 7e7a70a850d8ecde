"""`course new`, and how `course check` leads an author from its skeleton to a lesson that is proven."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from grader import lesson_proof, skeleton, transcript
from grader.course import Course
from grader.errors import BrokenCourse, Exit, UsageError
from tests.conftest import COURSE, ROOT, clean_environment

LESSON = ("README.md", "after.md", "demo.py", "hints.md", "lesson.toml", "quiz.toml")
SUITE = ("__init__.py", "messages.py", "probes.py", "suite.py", "right/pool.py", "wrong/join_in_the_loop.py")
FILES = {
    "exercises/ex15_barriers.py",
    "solutions/ex15_barriers.py",
    *(f"lessons/15_barriers/{name}" for name in LESSON),
    *(f"grader/suites/ex15_barriers/{name}" for name in SUITE),
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return copied(tmp_path)


@pytest.fixture(scope="module")
def proven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with a lesson 15 of which nothing is to mend."""
    root = copied(tmp_path_factory.mktemp("proven"))
    skeleton.write(of(root), "15", "barriers")
    for name in FILES:
        path = root / name
        path.write_text(re.sub(r'TODO: [^"\n]*', "written.", path.read_text("utf-8")), "utf-8")
    transcript.record(of(root).resolve("15")[0])
    return root


def copied(root: Path) -> Path:
    """A copy of the package and of lesson 01, to write in."""
    shutil.copytree(ROOT / "grader", root / "grader", ignore=shutil.ignore_patterns("__pycache__", "ex[0-9][0-9]_*"))
    shutil.copytree(ROOT / "lessons/01_processes_and_threads", root / "lessons/01_processes_and_threads")
    for folder in ("exercises", "solutions"):
        (root / folder).mkdir()
        shutil.copy(ROOT / folder / "ex01_processes_and_threads.py", root / folder)
    return root


def course(checkout: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command of the copy."""
    environment = clean_environment(PYTHONPATH=str(checkout))
    return subprocess.run([*COURSE, *arguments], cwd=checkout, env=environment, capture_output=True, text=True, check=False)


def of(root: Path) -> Course:
    return Course(root, root / "grader" / "suites")


def lone(root: Path) -> Course:
    """A checkout with the skeleton of lesson 15 and nothing else."""
    (root / "lessons").mkdir()
    skeleton.write(of(root), "15", "barriers")
    return of(root)


def texts(root: Path) -> dict[str, str]:
    """All files below `root`."""
    return {str(path.relative_to(root)): path.read_text("utf-8") for path in root.rglob("*") if path.is_file()}


# -- from the skeleton to a lesson -----------------------------------------------------------------------------------------------------


class Step(NamedTuple):
    """A finding as it stands on the screen."""

    where: str
    what: str
    mend: str


def steps(screen: str) -> Iterator[Step]:
    lines = screen.splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if found := re.fullmatch(r" {6}(\S+): (.*)", line):
            yield Step(found[1], found[2], following.strip() if following.startswith(" " * 8) else "")


def take(step: Step, checkout: Path) -> None:
    """Do what a finding says, and no more."""
    if step.what.startswith("is still a TODO"):
        name, _, number = step.where.rpartition(":")
        path = checkout / name
        lines = path.read_text("utf-8").splitlines()
        assert "TODO" in lines[int(number) - 1]
        lines[int(number) - 1] = re.sub(r'TODO: [^"]*', "written.", lines[int(number) - 1])
        path.write_text("\n".join(lines) + "\n", "utf-8")
    else:
        command = re.match(r"course (.+?)    ", step.mend)
        assert command, f"{step} names no next step"
        course(checkout, *command[1].split())


def test_the_findings_of_check_lead_from_the_skeleton_to_a_lesson_that_is_proven(checkout: Path) -> None:
    made = course(checkout, "new", "15", "barriers")
    assert made.returncode == 0, made.stderr
    (following,) = re.findall(r"Next +course (.+?)   ", made.stdout)
    command = following.split()
    for _ in range(5):
        checked = course(checkout, *command)
        todo = list(steps(checked.stdout))
        if not todo:
            break
        assert checked.returncode == Exit.NOT_PASSED
        assert f"{len(todo)} to mend" in checked.stdout
        assert checked.stdout.rstrip().splitlines()[-1].startswith("  Next   course check 15   ")
        for step in todo:
            take(step, checkout)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "nothing to mend" in checked.stdout
    assert (checkout / "lessons/15_barriers/demo.out").read_text() == "Ana comes\nAna goes\nBen comes\nBen goes\n"


# -- what is written -------------------------------------------------------------------------------------------------------------------


def test_the_skeleton_is_written_with_its_id_and_name_in_every_place(tmp_path: Path) -> None:
    (tmp_path / "lessons").mkdir()
    found = skeleton.write(of(tmp_path), "07", "two_words")
    assert {str(path) for path in found.written} == {name.replace("15", "07").replace("barriers", "two_words") for name in FILES}
    assert found.left == ()
    whole = texts(tmp_path)
    assert [(name, word) for name, text in whole.items() for word in ("NN", "SLUG", "NUMBER") if word in name or word in text] == []
    (exercise,) = of(tmp_path).exercises
    assert (exercise.id, exercise.slug, exercise.tasks[0].id) == ("07", "two_words", "07a")
    assert f"def {exercise.tasks[0].name}(" in exercise.stub.read_text()


def test_every_file_that_check_asks_for_is_written_but_the_transcript(tmp_path: Path) -> None:
    (exercise,) = lone(tmp_path).exercises
    assert lesson_proof.missing(exercise) == []
    not_a_todo = [finding for finding in lesson_proof.lesson_findings(exercise) if "TODO" not in finding.what]
    assert [finding.where for finding in not_a_todo] == ["lessons/15_barriers/demo.out"]


def test_what_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    course = lone(tmp_path)
    for name in FILES:
        (tmp_path / name).write_text(f"mine: {name}\n")
    before = texts(tmp_path)
    found = skeleton.write(course, "15", "barriers")
    assert texts(tmp_path) == before
    assert (found.written, {str(path) for path in found.left}) == ((), FILES)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_that_is_missing_is_written_again_and_no_other(tmp_path: Path, name: str) -> None:
    course = lone(tmp_path)
    whole = texts(tmp_path)
    (tmp_path / name).unlink()
    found = skeleton.write(course, "15", "barriers")
    assert [str(path) for path in found.written] == [name]
    assert texts(tmp_path) == whole


@pytest.mark.parametrize("example", ["right/pool.py", "wrong/join_in_the_loop.py"])
def test_an_example_that_the_author_has_replaced_does_not_come_back(tmp_path: Path, example: str) -> None:
    course = lone(tmp_path)
    path = tmp_path / "grader/suites/ex15_barriers" / example
    path.rename(path.with_name("mine.py"))
    assert skeleton.write(course, "15", "barriers").written == ()
    assert not path.exists()


def test_the_suite_of_the_skeleton_is_in_the_course_s_own_style(proven: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", proven)
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--no-cache", "grader/suites/ex15_barriers"],
            cwd=proven,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


def test_every_file_of_the_skeleton_but_the_examples_says_what_to_put_in_its_place() -> None:
    """The probe, the messages and the wrong file are examples that stand as they are, until the check is replaced."""
    silent = {path.name for path in skeleton.TEMPLATES.rglob("*") if path.is_file() and "TODO" not in path.read_text("utf-8")}
    assert silent == {"__init__.py", "probes.py", "messages.py", "join_in_the_loop.py"}


# -- what is refused -------------------------------------------------------------------------------------------------------------------


def refused(root: Path, id: str, slug: str) -> UsageError:
    before = texts(root)
    with pytest.raises(UsageError) as caught:
        skeleton.write(of(root), id, slug)
    assert texts(root) == before
    assert "\n" not in caught.value.what
    return caught.value


@pytest.mark.parametrize("id", ["5", "150", "00", "1a", "", "-1", "\u0661\u0665", "15\n"])
def test_an_id_is_two_digits(tmp_path: Path, id: str) -> None:
    lone(tmp_path)
    error = refused(tmp_path, id, "queues")
    assert "two digits" in error.what
    assert error.mend == "course new 01 queues"


@pytest.mark.parametrize(
    ("slug", "instead"),
    [
        ("Bad-Name", "bad_name"),
        ("a__b", "a_b"),
        ("_a", "a"),
        ("a_", "a"),
        ("9lives", "lives"),
        ("a/../b", "a_b"),
        ("\u00e9", "a_name"),
        ("", "a_name"),
    ],
)
def test_a_name_is_in_snake_case_and_one_that_would_do_is_named(tmp_path: Path, slug: str, instead: str) -> None:
    (tmp_path / "lessons").mkdir()
    error = refused(tmp_path, "15", slug)
    assert error.mend == f"course new 15 {instead}"
    skeleton.write(of(tmp_path), "15", instead)


@pytest.mark.parametrize(
    "there", ["lessons/15_queues/x", "exercises/ex15_queues.py", "solutions/ex15_queues.py", "grader/suites/ex15_queues/x"]
)
def test_an_id_that_is_taken_is_refused_with_the_first_free_one(tmp_path: Path, there: str) -> None:
    (tmp_path / "lessons" / "01_threads").mkdir(parents=True)
    (tmp_path / there).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / there).touch()
    error = refused(tmp_path, "15", "barriers")
    assert "15 is taken by" in error.what
    assert "queues" in error.what
    assert error.mend == "course new 02 barriers"


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    lone(tmp_path)
    assert refused(tmp_path, "16", "barriers").what == "the name barriers is taken by lessons/15_barriers"


@pytest.mark.parametrize("blocked", ["lessons/15_barriers", "exercises", "grader", "solutions"])
def test_a_folder_that_cannot_be_written_is_named_and_the_lesson_is_not_in_the_course(tmp_path: Path, blocked: str) -> None:
    (tmp_path / "lessons").mkdir()
    (tmp_path / blocked).write_text("a file, where a folder should be")
    with pytest.raises(UsageError, match=rf"^{blocked}/.* cannot be written: ") as caught:
        skeleton.write(of(tmp_path), "15", "barriers")
    assert caught.value.mend == "mend that, then: course new 15 barriers"
    assert of(tmp_path).exercises == ()
    (tmp_path / blocked).unlink()
    skeleton.write(of(tmp_path), "15", "barriers")
    assert set(texts(tmp_path)) == FILES


def test_an_installed_course_is_not_written_in(tmp_path: Path) -> None:
    content = tmp_path / "grader" / "_content"
    (content / "lessons").mkdir(parents=True)
    with pytest.raises(UsageError, match="installed") as caught:
        skeleton.write(Course(content, tmp_path / "grader" / "suites"), "15", "barriers")
    assert "checkout" in caught.value.mend
    assert texts(tmp_path) == {}


def test_a_refusal_is_a_line_the_next_command_and_the_exit_code_for_usage(checkout: Path) -> None:
    done = course(checkout, "new", "01", "barriers")
    assert done.returncode == Exit.USAGE
    assert done.stdout == ""
    assert done.stderr == "course: the id 01 is taken by lessons/01_processes_and_threads [C200]\n  course new 02 barriers\n"


# -- what check says -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", sorted(name for name in FILES if name.endswith((".md", ".toml", "demo.py", "suite.py", "ex15_barriers.py")))
)
def test_a_missing_file_is_named_with_the_command_that_writes_it(tmp_path: Path, name: str) -> None:
    (exercise,) = lone(tmp_path).exercises
    (tmp_path / name).unlink()
    (finding,) = lesson_proof.missing(exercise)
    assert (finding.where, finding.what) == (name, "is missing")
    assert finding.mend.startswith("course new 15 barriers ")


CHANGES = {
    "no wrong file": (
        "wrong/join_in_the_loop.py",
        "",
        None,
        "15a.overlap",
        "no wrong/ file fails this check",
        "# fails: 15a.overlap | words",
    ),
    "no right file": ("right/pool.py", "", None, "right", "has no file", ""),
    "a wrong file that is right": (
        "wrong/join_in_the_loop.py",
        "    for item in items:",
        "    from concurrent.futures import ThreadPoolExecutor as P\n    return list(P(9).map(fn, items))\n    for item in items:",
        "join_in_the_loop.py",
        "should fail, but: passed",
        "does not see",
    ),
    "other words": (
        "wrong/join_in_the_loop.py",
        "| one after",
        "| two after",
        "join_in_the_loop.py",
        "no message says 'two after another'",
        "after the |",
    ),
    "no first line": (
        "wrong/join_in_the_loop.py",
        "# fails:",
        "# wrong:",
        "join_in_the_loop.py",
        "the first line must read `# fails: ",
        "",
    ),
    "a right file that is wrong": (
        "right/pool.py",
        "max_workers=len(items)",
        "max_workers=1",
        "pool.py",
        "15a.overlap failed",
        "every point",
    ),
    "a broken suite": ("suite.py", "import random", "import random (", "suite.py", "SyntaxError", ""),
    "no such section": ("suite.py", "the-idea", "an-idea", "15a.overlap", "about='an-idea'", "its sections: predict, "),
    "a stub that is written": (
        "exercises",
        'raise NotImplementedError("15a: run_barriers")',
        "pass",
        "ex15_barriers.py",
        "not one friendly line",
        "raise NotImplementedError",
    ),
}


@pytest.mark.parametrize(("name", "old", "new", "where", "what", "mend"), CHANGES.values(), ids=CHANGES.keys())
def test_what_is_wrong_with_a_suite_is_named_with_the_next_step(
    proven: Path, name: str, old: str, new: str | None, where: str, what: str, mend: str
) -> None:
    path = proven / "exercises/ex15_barriers.py" if name == "exercises" else proven / "grader/suites/ex15_barriers" / name
    whole = path.read_text("utf-8")
    assert old in whole
    try:
        if new is None:
            path.unlink()
        else:
            path.write_text(whole.replace(old, new), "utf-8")
        done = course(proven, "check", "15")
    finally:
        path.write_text(whole, "utf-8")
    assert done.returncode == Exit.NOT_PASSED, done.stdout + done.stderr
    found = [step for step in steps(done.stdout) if step.where.endswith(where)]
    assert what in done.stdout
    assert any(mend in step.mend for step in found), done.stdout


PAGES = {
    "a section is missing": ("README.md", "## Picture", "### Picture", "lacks ## Picture"),
    "a section too many": ("README.md", "## Recap", "## Aside\n\n## Recap", "has ## Aside too"),
    "another order": ("README.md", "## Predict\n", "## Run\n", ""),
    "a hint is missing": ("hints.md", "### 3", "3", "15a has 2 hints, not 3: below `## 15a run_barriers`"),
    "a wide picture": ("README.md", "Ana comes", "x" * 73, "more than 72 columns"),
    "an answer that is no option": ("quiz.toml", "answer = 2", "answer = 3", "answer is the number of an option"),
    "a title too long": ("lesson.toml", 'title = "', 'title = "' + "x" * 60, "title: "),
    "a TODO": ("after.md", "# After 15", "# After 15\n\nTODO: say more", "is still a TODO: say more"),
    "not Python": ("ex15_barriers.py", "def ", "def (", "cannot be read as Python"),
    "a foreign import": ("ex15_barriers.py", "from typing", "import numpy\nfrom typing", "imports numpy: the standard library only"),
}


@pytest.mark.parametrize(("name", "old", "new", "what"), PAGES.values(), ids=PAGES.keys())
def test_what_is_wrong_with_a_page_is_named(proven: Path, tmp_path: Path, name: str, old: str, new: str, what: str) -> None:
    for folder in ("lessons/15_barriers", "exercises", "solutions", "grader/suites/ex15_barriers"):
        shutil.copytree(proven / folder, tmp_path / folder)
    (exercise,) = of(tmp_path).exercises
    assert list(lesson_proof.lesson_findings(exercise)) == []
    path = exercise.stub if name == exercise.stub.name else exercise.lesson.path / name
    text = path.read_text("utf-8").replace("written.\n```", "Ana comes\n```")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    found = list(lesson_proof.lesson_findings(exercise))
    assert any(what in finding.what for finding in found), found
    assert all((tmp_path / finding.where.partition(":")[0]) == path for finding in found)


# -- the transcript --------------------------------------------------------------------------------------------------------------------


def test_the_transcript_of_a_lesson_is_recorded_as_it_is_kept(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "lessons/01_processes_and_threads", tmp_path / "lessons/01_processes_and_threads")
    (exercise,) = of(tmp_path).exercises
    kept = (exercise.lesson.path / "demo.out").read_text("utf-8")
    (exercise.lesson.path / "demo.out").unlink()
    assert transcript.record(exercise).read_text("utf-8") == kept
    assert "pid #" in kept


def test_a_program_that_fails_is_no_transcript(tmp_path: Path) -> None:
    (exercise,) = lone(tmp_path).exercises
    (exercise.lesson.path / "demo.py").write_text("print('so far')\nraise SystemExit('no more')\n")
    with pytest.raises(BrokenCourse, match=r"15_barriers/demo\.py ended with exit code 1: no more") as caught:
        transcript.record(exercise)
    assert caught.value.mend.startswith("course demo 15 --yes ")
    assert not (exercise.lesson.path / "demo.out").exists()


# -- CONTRIBUTING.md -------------------------------------------------------------------------------------------------------------------

GUIDE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def test_every_command_of_the_guide_runs(proven: Path) -> None:
    blocks = "".join(re.findall(r"```console\n(.*?)```", GUIDE, re.DOTALL))
    commands = [line.partition("  ")[0].split()[1:] for line in blocks.splitlines() if line.startswith("course ")]
    assert {command[0] for command in commands} >= {"new", "check", "grade"}
    assert {" ".join(command): course(proven, *command).returncode for command in commands if command[0] == "grade"} == {
        "grade 15 --file grader/suites/ex15_barriers/wrong/join_in_the_loop.py": Exit.NOT_PASSED
    }
    assert [(command, said) for command in commands if command[0] != "grade" and (said := course(proven, *command)).returncode] == []


def test_every_path_of_the_guide_is_there(proven: Path) -> None:
    paths = set(re.findall(r"`((?:\w|\.(?=\w))[\w./]*/[\w./]*)`", GUIDE)) | set(re.findall(r"`(\w+\.(?:toml|md|py))`", GUIDE))
    assert len(paths) > 10
    lesson, suite = proven / "lessons/15_barriers", proven / "grader/suites/ex15_barriers"
    assert [path for path in paths if not any((folder / path).exists() for folder in (ROOT, proven, lesson, suite))] == []


def test_the_guide_is_short() -> None:
    assert len(GUIDE.splitlines()) < 120
