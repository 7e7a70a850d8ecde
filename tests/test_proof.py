"""`course check`: no piece of code is graded twice, and none is left out."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from grader import proof
from grader.course import Course
from grader.model import Exercise
from grader.same_words import words
from grader.sandbox.client import Sandbox
from grader.sandbox.containment import children
from grader.suite import tree
from grader.suite.runner import Suite, run_suite
from grader.suite.subject import Part
from tests.conftest import COURSE, ROOT, Lives

ONE = """
import threading
from queue import Queue

LOCK = threading.Lock()

def helper(n): return n + 1

class Task:
    def run(self):
        with LOCK:
            return helper(1)

def other(): return Queue()

if __name__ == "__main__":
    other()
"""


def same(old: str, new: str, name: str = "Task") -> bool:
    assert old in ONE
    return words(ONE.encode(), name) == words(ONE.replace(old, new).encode(), name)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("def helper(n):", "# adds one\n\n\ndef helper(n: int) -> int:"),
        ("def run(self):", 'def run(self):\n        """Run."""'),
        ("return Queue()", "return Queue(3)"),
        ("    other()", "    print(other())"),
        ("from queue import Queue", "from queue import Queue, Empty"),
    ],
)
def test_what_a_task_does_not_depend_on_leaves_its_words(old: str, new: str) -> None:
    assert same(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("n + 1", "n + 2"),
        ("threading.Lock()", "threading.RLock()"),
        ("with LOCK:", "if True:"),
        ("class Task:", "threading.Lock = None\n\nclass Task:"),
        ("class Task:", "print('here')\n\nclass Task:"),
        ("class Task:", "from queue import *\n\nclass Task:"),
    ],
)
def test_what_a_task_depends_on_is_among_its_words(old: str, new: str) -> None:
    assert not same(old, new)


def test_the_guard_is_a_matter_of_the_task_that_it_calls() -> None:
    assert not same("    other()", "    other(), other()", name="other")


@pytest.mark.parametrize("source", [b"def broken(:", b"x = 1"])
def test_without_the_task_there_are_no_words(source: bytes) -> None:
    assert words(source, "Task") == ()


@pytest.fixture
def exercise(tmp_path: Path) -> Exercise:
    """Exercise 07 with a stub, a solution and wrong files of our own."""
    found, _ = Course.find().resolve("07")
    (tmp_path / "right").mkdir()
    (tmp_path / "wrong").mkdir()
    tasks = {"Counter": "class Counter: right = 1", "Account": "class Account: right = 1", "Once": "class Once: right = 1"}
    files = {
        "stub.py": {**tasks, "Once": "class Once: pass"},
        "solution.py": tasks,
        "right/g.py": {**tasks, "Counter": "class Counter: right = 3"},
        "right/h.py": {**tasks, "Counter": "class Counter: right = 4"},
        "wrong/a.py": {**tasks, "Counter": "class Counter: wrong = 1"},
        "wrong/b.py": {**tasks, "Counter": "class Counter: wrong = 2", "Once": "class Once: right = 2"},
        "wrong/c.py": {**tasks, "Counter": "class Counter: wrong = 3", "Once": "class Once: right = 2"},
        "wrong/d.py": {**tasks, "Counter": "class Counter: wrong = 4", "Once": "class Once: pass"},
        "wrong/e.py": {**tasks, "Counter": "class Counter: wrong = 5", "Once": ""},
        "wrong/f.py": {"": "broken("},
    }
    for name, parts in files.items():
        (tmp_path / name).write_text("\n".join([*(["# fails: 07a.once | x"] if "wrong" in name else []), *parts.values()]))
    return replace(found, stub=tmp_path / "stub.py", solution=tmp_path / "solution.py", suite=tmp_path)


VERSIONS = range(11, 16)


def turns(exercise: Exercise) -> dict[int, dict[str, Part]]:
    """What is planned of each file, on all versions of Python that are supported."""
    paths = proof.files(exercise)
    return {turn: {path.name: part for path, part in proof.plan(exercise, paths, turn=turn)} for turn in VERSIONS}


def test_a_file_that_has_its_turn_is_graded_where_it_is_wrong_and_where_its_words_are_new(exercise: Exercise) -> None:
    found: dict[str, list[tuple[str, ...]]] = {}
    for planned in turns(exercise).values():
        for name, part in planned.items():
            if not part.methods:
                found.setdefault(name, []).append(part.tasks)
                assert part.checks == ()
    assert found == {
        "stub.py": [()] * 5,
        "solution.py": [()] * 5,
        "g.py": [("07a",)],
        "h.py": [("07a",)],
        "a.py": [("07a",)],
        "b.py": [("07a", "07c")],  # another right way, not seen before
        "c.py": [("07a", "07c")],  # as b.py, which has its turn elsewhere
        "d.py": [("07a", "07c")],  # as in the stub, which proves nothing of it
        "e.py": [("07a", "07c")],
        "f.py": [()],
    }
    assert {part for _, part in proof.plan(exercise, proof.files(exercise), whole=True)} == {Part()}


def test_a_third_of_the_wrong_files_has_those_whose_turn_it_is() -> None:
    files = {exercise: proof.files(exercise) for exercise in Course.find().exercises}
    wrong = {path for paths in files.values() for path in paths if path.parent.name == "wrong"}
    always = {path for paths in files.values() for path in paths} - wrong
    one = next(iter(files))
    for turn in VERSIONS:
        third = {path for exercise in files for path in proof.files(exercise, third=turn)}
        assert always < third
        assert len(third & wrong) == pytest.approx(len(wrong) / 3, rel=0.2)
        assert {path for path, part in proof.plan(one, files[one], turn=turn) if not part.methods} < third


def test_a_file_that_has_not_is_tried_under_one_start_method_and_a_wrong_one_in_the_checks_that_it_names(exercise: Exercise) -> None:
    others = [(name, part) for planned in turns(exercise).values() for name, part in planned.items() if part.methods]
    assert len(others) == 32
    assert {(part.tasks, part.checks) for name, part in others if name in ("g.py", "h.py")} == {(("07a",), ())}  # a right one in all checks
    assert {(part.tasks, part.checks) for name, part in others if name not in ("g.py", "h.py")} == {((), ("07a.once",))}
    assert {part.methods for _, part in others} == {("fork",), ("spawn",), ("forkserver",)}


def test_what_fails_under_another_start_method_only_is_found_there() -> None:
    exercise, _ = Course.find().resolve("06")
    wrong = exercise.suite / "wrong" / "parent_global.py"
    part = Part(checks=("06c.results",), methods=("fork",))
    with Sandbox() as sandbox:
        (report,) = proof.grade_files(exercise, {wrong: part}, sandbox, "5eed").values()
    assert report.passed  # under fork, that is
    (graded,) = proof.prove_files(exercise, [(wrong, part)])
    assert graded.findings == ()


def test_what_fails_under_no_start_method_is_told_and_what_fails_too_much_under_the_first_stays(tmp_path: Path) -> None:
    exercise, _ = Course.find().resolve("06")
    (tmp_path / "wrong").mkdir()
    mild, other = tmp_path / "wrong" / "mild.py", tmp_path / "wrong" / "other.py"
    solution = exercise.solution.read_text()
    mild.write_text(f"# fails: 06c.results | nothing of the kind\n{solution}")
    wrong = (exercise.suite / "wrong" / "parent_global.py").read_text().splitlines(keepends=True)
    other.write_text("".join(["# fails: 06c.order | nothing of the kind\n", *wrong[1:]]))
    planned = [(mild, Part(("06c",), methods=("fork",))), (other, Part(("06c",), methods=("spawn",)))]
    said = {
        each.path.name: [(finding.what.split()[0], finding.missed) for finding in each.findings]
        for each in proof.prove_files(exercise, planned)
    }
    assert said == {
        "mild.py": [("06c.results", True), ("no", True)],
        "other.py": [("06c.results", False), ("06c.order", True), ("no", True)],
    }


def test_the_checks_of_a_part_are_those_named_and_what_they_need() -> None:
    exercise, _ = Course.find().resolve("06")
    found: list[list[str]] = []

    def look(suite: Suite) -> None:
        for part in (Part(checks=("06c.order",)), Part(tasks=("06c",)), Part()):
            found.append([check.id for check in suite.checks_of(part)])

    run_suite(exercise.suite, look)
    needed, task, everything = found
    assert needed[-1] == "06c.order"
    assert 1 < len(needed) < len(task) < len(everything)
    assert set(needed) < set(task) < set(everything)


def spawned(pid: int) -> bool:
    try:
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False  # it has just ended


@pytest.mark.skipif(not tree.available(), reason="needs /proc")
def test_a_check_that_is_killed_leaves_no_job_behind() -> None:
    with subprocess.Popen([*COURSE, "check", "03", "--jobs", "2"], cwd=ROOT, stdout=subprocess.DEVNULL) as check:
        jobs: set[int] = set()
        while len(jobs) < 2:
            assert check.poll() is None
            jobs = set(filter(spawned, children(check.pid)))
        lives = Lives(jobs)
        check.kill()
    lives.await_end()
