"""`course play`: a person chooses which thread goes next, in a real terminal, on the lesson's program or on their own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest

from grader import grading
from grader.course import Course
from grader.errors import Exit
from grader.sandbox.client import Sandbox
from grader.suite.play import Table
from tests.conftest import COURSE, ROOT, Run, clean_environment

WRONG = ROOT / "grader/suites"
Play = Callable[..., "pexpect.spawn[str]"]


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Play]:
    started = []

    def begin(*arguments: str) -> "pexpect.spawn[str]":
        environment = clean_environment(PYTHONPATH=str(ROOT), TERM="xterm-256color")
        terminal = pexpect.spawn(
            COURSE[0],
            [*COURSE[1:], "play", *arguments],
            cwd=str(tmp_path),
            env=environment,
            dimensions=(24, 80),
            timeout=60,
            encoding="utf-8",
        )
        started.append(terminal)
        return terminal

    yield begin
    for terminal in started:
        terminal.close()


def leave(terminal: "pexpect.spawn[str]") -> None:
    terminal.send("q")
    terminal.expect("course grade 0")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == Exit.PASSED


def test_an_update_is_lost_by_keys_on_the_demo(play: Play) -> None:
    terminal = play("07")
    terminal.expect("Nothing of your own to play with yet")
    terminal.send("e")  # a line is one step until it is expanded
    terminal.expect("read inside")
    for key, shown in (("1", "write inside"), ("2", "write inside.*write inside"), ("2", "Two visitors came in, and 1 was counted")):
        terminal.send(key)
        terminal.expect(f"(?s){shown}")
    terminal.send("u")
    terminal.expect("go on by a step")
    terminal.send("r")
    terminal.expect("Nobody has taken a step yet")
    terminal.send("m")
    terminal.expect("The machine, after .* one interruption")
    terminal.send(" ")
    terminal.expect("Nobody has taken a step yet")
    leave(terminal)


def test_the_machine_deadlocks_a_file_of_ones_own(play: Play) -> None:
    terminal = play("08a", "--file", str(WRONG / "ex08_deadlocks/wrong/source_first.py"))
    terminal.expect("source_first.py")
    terminal.send("e")
    terminal.expect("whole lines")
    terminal.send("m")
    terminal.expect(r"stands\s+still")
    terminal.send(" ")
    terminal.expect("Two accounts, two transfers")
    leave(terminal)


def test_what_is_right_cannot_be_broken(play: Play) -> None:
    terminal = play("07a", "--file", str(ROOT / "solutions/ex07_races.py"))
    terminal.expect("Lose an increment")
    terminal.send("m")
    terminal.expect("this code holds")
    terminal.send(" ")
    terminal.expect("Lose an increment")
    leave(terminal)


def test_a_stub_leads_to_the_lessons_program(play: Play) -> None:
    terminal = play("07b", "--file", str(ROOT / "exercises/ex07_races.py"))
    terminal.expect("demo.py")
    leave(terminal)


def test_the_end_of_input_leaves_the_game(play: Play) -> None:
    terminal = play("07")
    terminal.expect("Nothing of your own to play with yet")
    terminal.send("\x04")
    terminal.expect("course grade 07")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == Exit.PASSED


def test_without_a_terminal_there_is_no_game(run: Run) -> None:
    done = run("play", "07")
    assert done.returncode == Exit.USAGE
    assert "a game needs a terminal" in done.stderr


def test_a_lesson_without_a_game_names_those_that_have_one(run: Run) -> None:
    done = run("play", "01")
    assert done.returncode == Exit.USAGE
    assert "lesson 01 has no game" in done.stderr
    assert "07" in done.stderr


OUT_OF_SIGHT = """
import socket

class Counter:
    value = 0

    def increment(self, n=1):
        one, other = socket.socketpair()
        one.recv(1)
"""


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def broken(:\n", "cannot be played"),
        ("# long\n" * 200_000, "longer than 1.0 MB"),
        (OUT_OF_SIGHT, "something that the scheduler\\s+cannot see"),
    ],
    ids=["broken", "long", "out of sight"],
)
def test_a_file_that_cannot_be_played_is_refused(play: Play, tmp_path: Path, source: str, said: str) -> None:
    (tmp_path / "ex07_races.py").write_text(source)
    terminal = play("07a", "--file", "ex07_races.py")
    terminal.expect(said)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == Exit.UNGRADABLE


@pytest.fixture
def table() -> Iterator[Table]:
    """The game of 07's demo."""
    exercise, _ = Course.find().resolve("07")
    game = exercise.lesson.games[0]
    with Sandbox() as sandbox, grading.play(exercise, game, (exercise.lesson.path / "demo.py").read_bytes(), sandbox) as found:
        yield found


def test_every_step_can_be_taken_back(table: Table) -> None:
    seen = [table.position]
    for thread in (1, 2, 1):
        table.step(thread, fine=True)
        seen.append(table.position)
    assert seen[-1].ended == "Two visitors came in, and 1 was counted."
    assert seen[-1].interruptions == 2
    for position in reversed(seen[:-1]):
        table.undo()
        assert table.position == position
    table.undo()
    assert table.position == seen[0]


def test_a_line_is_one_step_until_it_is_expanded(table: Table) -> None:
    first = table.position.moves
    assert [(move.name, move.verb, move.of) for move in first] == [("T1", "read", "inside"), ("T2", "read", "inside")]
    table.step(1, fine=False)
    assert not table.position.moves  # the other one is alone then, and goes to the end by itself
    assert table.position.ended == ""
