"""Every screen at 60 and at 80 columns: no line is longer than the terminal, and what a narrow one says is what a wide one says."""

import re
import subprocess
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from rich.cells import cell_len

from tests.conftest import COURSE, ROOT, clean_environment
from tests.test_screens import on_a_terminal

SUITES = ROOT / "grader" / "suites"
MISTAKE, SOLUTION = SUITES / "ex03_url_loaders/wrong/submit_then_result.py", ROOT / "solutions/ex03_url_loaders.py"
SCREENS: dict[str, tuple[str, ...]] = {
    "start": ("start", "."),
    "where": (),
    "status": ("status",),
    "failed": ("grade", "03b", "--seed", "2a"),
    "passed": ("grade", "03a", "--seed", "2a", "--coverage", "--file", str(SOLUTION)),
    "deadlock": ("grade", "03", "--task", "03a", "--verbose", "--file", str(ROOT / "tests/files/lock_order_deadlock.py")),
    "timeline": ("grade", "03b", "--seed", "2a", "--timeline"),
    "lost update": ("replay", "07", "--file", str(SUITES / "ex07_races/wrong/counter_without_a_lock.py")),
    "wait-for graph": ("replay", "08a", "--file", str(SUITES / "ex08_deadlocks/wrong/source_first.py")),
    "hint": ("hint", "03b"),
    "next": ("next", "05"),
    "codes": ("explain",),
    "explain": ("explain", "deadlocked"),
    "demo": ("demo", "01"),
    "doctor": ("doctor",),
    "grade-all": ("grade-all", "handed_in", "--seed", "2a"),
    "version": ("--version",),
    "help": ("--help",),
    "help of grade": ("grade", "--help"),
    "help of grade-all": ("grade-all", "--help"),
}
SAME = ("start", "failed", "passed", "hint", "next", "codes", "explain", "doctor", "version")
"""Those that show nothing but sentences: a narrow one has the same words."""
MEASURED = re.compile(r"\d+\.\d s|[━─]+")


@cache
def shown(width: int) -> dict[str, str]:
    """What each of the commands prints, one after another in one workspace."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        printed = {}
        for name, arguments in SCREENS.items():
            done = subprocess.run(
                [*COURSE, *arguments],
                cwd=home,
                env=clean_environment(PYTHONPATH=str(ROOT), COLUMNS=str(width)),
                capture_output=True,
                text=True,
                check=False,
                stdin=subprocess.DEVNULL,
            )
            assert done.returncode in (0, 1), done.stderr
            printed[name] = done.stdout
            if name == "start":
                (home / "exercises/ex03_url_loaders.py").write_bytes(MISTAKE.read_bytes())
                hand_in(home / "handed_in")
        return printed


def hand_in(folder: Path) -> None:
    """A class of two, one with a long name; and something that is no exercise."""
    for who in ("ada", "margarete_elisabeth_wolkenstein_of_the_upper_valley"):
        (folder / who).mkdir(parents=True)
        (folder / who / SOLUTION.name).write_bytes(SOLUTION.read_bytes())
    (folder / "ada" / "notes about something that has quite a long name.txt").write_text("no exercise")


def too_long(text: str, width: int) -> list[str]:
    return [line for line in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).splitlines() if cell_len(line) > width]


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("name", SCREENS)
def test_no_line_is_longer_than_the_terminal(name: str, width: int) -> None:
    text = shown(width)[name]
    assert text
    assert too_long(text, width) == []


@pytest.mark.parametrize("name", SAME)
def test_a_narrow_screen_says_what_a_wide_one_says(name: str) -> None:
    narrow, wide = (Counter(MEASURED.sub("", shown(width)[name]).split()) for width in (60, 80))
    assert narrow == wide


@pytest.mark.parametrize(("columns", "width"), [(60, 60), (80, 80), (132, 80)])
def test_a_terminal_says_how_wide_it_is_and_a_wide_one_keeps_80_columns(tmp_path: Path, columns: int, width: int) -> None:
    _, screen = on_a_terminal("grade", "03b", "--seed", "2a", "--file", str(MISTAKE), cwd=tmp_path, columns=columns)
    assert any(len(line) == width - 1 and line.endswith(" 7/10") for line in screen)
    assert max(map(len, screen)) == width - 1


@pytest.mark.parametrize("columns", [60, 80])
def test_a_game_fits_the_terminal(tmp_path: Path, columns: int) -> None:
    keys = [("q quit", key) for key in ("e", "1", "2", "1", "2", "r", "m")] + [("back to your game", " "), ("q quit", "q")]
    written, _ = on_a_terminal("play", "07", "--demo", cwd=tmp_path, columns=columns, keys=keys)
    text = written.decode()
    assert too_long(text, columns) == []
    assert "m machine" in " ".join(text.split())


@pytest.mark.parametrize("columns", [60, 80])
def test_the_questions_of_a_demo_fit_the_terminal(tmp_path: Path, columns: int) -> None:
    questions = tomllib.loads((ROOT / "lessons/03_url_loaders/quiz.toml").read_text())["questions"]
    keys = [("your guess", "1\r"), ("how sure", "3\r")] + [("your guess", "\r")] * (len(questions) - 1)
    written, _ = on_a_terminal("demo", "03", cwd=tmp_path, columns=columns, keys=keys)
    assert too_long(written.decode(), columns) == []
    assert b"Certain and wrong" in written
