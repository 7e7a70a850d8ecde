"""`course replay`: the order of threads that fails a check, kept from the last grade, shown, stepped through, followed."""

import json
import re
from pathlib import Path

import pexpect
import pytest
from rich.text import Text

from grader.errors import Exit
from tests.conftest import COURSE, ROOT, Run, clean_environment
from tests.test_screens import hold, hold_picture

WRONG = ROOT / "grader/suites/ex07_races/wrong"


@pytest.fixture
def workspace(tmp_path: Path, run: Run) -> Path:
    """With a counter that loses updates, graded."""
    assert run("start", ".").returncode == 0
    (tmp_path / "exercises/ex07_races.py").write_text((WRONG / "counter_without_a_lock.py").read_text())
    done = run("grade", "07", "--seed", "screen")
    assert done.returncode == Exit.NOT_PASSED
    assert "course replay 07a.update" in done.stdout
    return tmp_path


def test_it_shows_the_lost_update(workspace: Path, run: Run) -> None:
    done = run("replay", "07", env={"FORCE_COLOR": "1"})
    assert done.returncode == Exit.PASSED
    hold("replay", Text.from_ansi(done.stdout).plain)
    hold_picture("replay", "course replay 07", done.stdout)


def test_plain_tells_it_step_by_step(workspace: Path, run: Run) -> None:
    done = run("--plain", "replay", "07")
    steps = re.findall(r"^  Step (\d)\. (T\d), line \d+: .*[^:]\.$", done.stdout, re.MULTILINE)
    assert [number for number, _ in steps] == list("123456789")[: len(steps)]
    assert {thread for _, thread in steps} == {"T1", "T2"}
    assert "The value is" in done.stdout
    assert "--live" not in done.stdout
    assert done.stdout.isascii()


def test_a_schedule_of_ones_own_is_followed(workspace: Path, run: Run) -> None:
    done = run("replay", "07", "--schedule", "a5 c b")
    assert done.returncode == Exit.PASSED
    assert "The order that you gave. It returned" in done.stdout
    kept = json.loads((workspace / ".course-replay-07.json").read_text())["interleavings"][0]
    assert f"schedule {kept['schedule']}" in run("replay", "07", "--schedule", kept["schedule"]).stdout


@pytest.mark.parametrize("schedule", ["first b", "a5 z", "a5 b1 b1 b1 q9"])
def test_a_schedule_that_is_none_is_refused(workspace: Path, run: Run, schedule: str) -> None:
    done = run("replay", "07", "--schedule", schedule)
    assert done.returncode == Exit.UNGRADABLE
    assert "cannot be followed" in done.stderr
    assert "course replay 07a.update" in done.stderr


def test_a_file_that_has_changed_is_graded_first(workspace: Path, run: Run) -> None:
    (workspace / "exercises/ex07_races.py").write_text("changed = 1\n")
    done = run("replay", "07")
    assert done.returncode == Exit.USAGE
    assert "has changed since it was graded" in done.stderr


def test_what_is_passed_has_nothing_to_replay(workspace: Path, run: Run) -> None:
    (workspace / "exercises/ex07_races.py").write_text((ROOT / "solutions/ex07_races.py").read_text())
    assert run("grade", "07").returncode == Exit.PASSED
    done = run("replay", "07")
    assert done.returncode == Exit.USAGE
    assert "course grade 07" in done.stderr
    assert not (workspace / ".course-replay-07.json").exists()


def test_a_file_that_says_nothing_is_no_matter(workspace: Path, run: Run) -> None:
    for text in ("{", "[]", '{"interleavings": [{"check": 1}]}', '{"interleavings": 5}'):
        (workspace / ".course-replay-07.json").write_text(text)
        done = run("replay", "07")
        assert done.returncode == Exit.USAGE
        assert "course grade 07" in done.stderr


def test_any_file_can_be_replayed(tmp_path: Path, run: Run) -> None:
    done = run("replay", "07b", "--file", str(WRONG / "asks_before_the_lock.py"))
    assert done.returncode == Exit.PASSED
    assert "Two threads withdrew" in done.stdout
    assert "T1" in done.stdout


def test_keys_step_forward_and_back(workspace: Path) -> None:
    environment = clean_environment(PYTHONPATH=str(ROOT), TERM="xterm-256color")
    terminal = pexpect.spawn(
        COURSE[0],
        [*COURSE[1:], "replay", "07", "--live"],
        cwd=str(workspace),
        env=environment,
        dimensions=(30, 80),
        timeout=60,
        encoding="utf-8",
    )
    terminal.expect("step 1 of 3")
    terminal.send("\x1b[C")
    terminal.expect("step 2 of 3")
    terminal.send("n")
    terminal.expect("step 3 of 3")
    terminal.send("\x1b[C")
    terminal.expect("step 3 of 3")
    terminal.send("\x1b[D")
    terminal.expect("step 2 of 3")
    terminal.send("q")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == Exit.PASSED
