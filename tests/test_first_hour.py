"""The first hour of a learner, in a real terminal: start, read, demo with predictions, the stub, a hint, saves under `course watch`, next ..."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest

from grader.course import Course
from grader.errors import CourseError, Exit
from grader.model import Outcome
from grader.workspace import PROGRESS, Progress
from tests.conftest import COURSE, ROOT, Run, clean_environment

FILE = "ex01_processes_and_threads.py"
SUITE = ROOT / "grader" / "suites" / "ex01_processes_and_threads"
Terminal = Callable[..., "pexpect.spawn[str]"]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """`terminal("read", "01", cwd=...)`: the command in a terminal of its own."""
    opened = []

    def begin(*arguments: str, cwd: Path = tmp_path) -> "pexpect.spawn[str]":
        environment = clean_environment(PYTHONPATH=str(ROOT), TERM="xterm", PAGER="cat", NO_COLOR="1")
        found = pexpect.spawn(
            COURSE[0], [*COURSE[1:], *arguments], cwd=str(cwd), env=environment, dimensions=(50, 80), timeout=60, encoding="utf-8"
        )
        opened.append(found)
        return found

    yield begin
    for each in opened:
        each.close()


def ends(terminal: "pexpect.spawn[str]", code: int = Exit.PASSED) -> str:
    """What is still shown until the command ends, with this exit code."""
    terminal.expect(pexpect.EOF)
    shown = terminal.before or ""
    terminal.close()
    assert terminal.exitstatus == code, shown
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)


def test_the_first_hour(terminal: Terminal, tmp_path: Path) -> None:
    assert "course read 01" in ends(terminal("start"))
    home = tmp_path / "thread-course"
    mine = home / "exercises" / FILE
    assert "Your turn" in ends(terminal("read", "01", cwd=home))

    demo = terminal("demo", "01", cwd=home)
    demo.expect("your guess")
    demo.sendline("9")
    demo.expect("one of 1, 2")
    demo.expect("your guess")
    demo.sendline("1")
    demo.expect("how sure: 1 a guess, 2 fairly sure, 3 certain")
    demo.sendline("3")
    while demo.expect(["your guess", "demo.py of lesson 01"]) == 0:
        demo.sendline("")
    compared = ends(demo)
    assert re.search(r"you said(?: 1)?, certain", compared)
    assert compared.index("  1. ") < compared.index("  2. ")

    assert "is still to be written" in ends(terminal("grade", cwd=home), Exit.NOT_PASSED)
    assert "hint 1 of 3" in ends(terminal("hint", cwd=home))

    watch = terminal("watch", cwd=home)
    watch.expect("is still to be written")
    watch.expect("not passed")
    mine.write_bytes((SUITE / "wrong" / "never_joined.py").read_bytes())
    watch.expect("✗.*new +0/")
    watch.expect("Reread")
    mine.write_bytes((ROOT / "solutions" / FILE).read_bytes())
    watch.expect("10/10")
    watch.send("q")
    ends(watch)

    passed = ends(terminal("grade", "01", cwd=home))
    assert "10/10" in passed
    assert "course read 02" in passed

    assert re.search(r"✓ 01 .* 5 tries +10/10", ends(terminal("status", cwd=home)))
    assert "03  Thread pools" in ends(terminal("next", cwd=home))
    assert "hint 1 of 3" in ends(terminal("hint", cwd=home))
    assert "course next 02 goes back" in ends(terminal("next", "03", cwd=home))

    assert "the stub again" in ends(terminal("reset", "01", cwd=home))
    assert mine.read_bytes() == (ROOT / "exercises" / FILE).read_bytes()
    assert (home / "exercises" / FILE.replace(".py", ".before-reset-1.py")).read_bytes() == (ROOT / "solutions" / FILE).read_bytes()

    assert "the solution" in ends(terminal("compare", "01", cwd=home))
    resumed = ends(terminal(cwd=home))
    assert "03  Thread pools" in resumed
    assert "course read 03" in resumed
    assert Progress.parse((home / PROGRESS).read_text()).hints == {"01a": 1, "03a": 1}


# -- what a message means --------------------------------------------------------------------------------------------------------------


def subclasses(kind: type[CourseError]) -> Iterator[type[CourseError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from subclasses(each)


def test_every_code_and_every_outcome_is_explained_and_nothing_else(run: Run) -> None:
    import grader.workspace  # noqa: F401 its errors are subclasses too

    names = {kind.name for kind in subclasses(CourseError)} | {str(outcome) for outcome in Outcome if outcome is not Outcome.PASSED}
    listed = run("explain").stdout.partition("one of ")[2]
    assert set(re.findall(r"\w+", listed)) == names
    for name in names:
        done = run("explain", f"[{name.lower()}]")
        assert done.returncode == Exit.PASSED
        assert name in done.stdout
        assert len(done.stdout.split()) > 20


@pytest.mark.parametrize(
    ("arguments", "code"), [(("read", "nonsense"), "C201"), (("grade", "01"), "C202"), (("grade", "01", "--file", "gone.py"), "C400")]
)
def test_a_message_names_the_code_that_explains_it(run: Run, arguments: tuple[str, ...], code: str) -> None:
    assert f"[{code}]" in run(*arguments).stderr.splitlines()[0]


def test_what_cannot_be_explained_is_a_line_and_the_names(run: Run) -> None:
    done = run("explain", "C999")
    assert done.returncode == Exit.USAGE
    assert "nothing to explain about 'C999'" in done.stderr
    assert "C201" in done.stderr


def test_after_the_last_open_exercise_there_is_no_next(run: Run, tmp_path: Path) -> None:
    run("start", "w")
    last = Course.find().exercises[-1]
    run("next", last.id, cwd=tmp_path / "w")
    done = run("next", cwd=tmp_path / "w")
    assert done.returncode == Exit.USAGE
    assert f"{last.id} is the last one that is open" in done.stderr
    lines = [f"{exercise.id} best 1 of 1 passed" for exercise in Course.find().exercises]
    (tmp_path / "w" / PROGRESS).write_text("\n".join(lines))
    assert "every exercise is passed" in run("next", cwd=tmp_path / "w").stderr
