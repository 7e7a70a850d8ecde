"""What a person sees, held as golden screens of 80 columns: `UPDATE_SCREENS=1 pytest tests/test_screens.py` writes them anew, to be read
(and tests/test_replay.py and tests/test_watch_command.py theirs).

What differs from run to run is normalised: durations, the Python version, the machine and the isolation that it offers. Three screens are
also drawn, with their colours, for README.md: a picture is as the program was when it was drawn, and its text is held to what it prints now.
"""

import io
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import cast
from xml.etree import ElementTree

import pexpect
import pyte
import pytest
from rich.console import CONSOLE_SVG_FORMAT, Console  # type: ignore[attr-defined] # as its documentation names it
from rich.text import Text

from tests.conftest import COURSE, ROOT, Run, clean_environment

SCREENS = ROOT / "tests" / "screens"
WRONG = ROOT / "grader" / "suites"


def normal(text: str) -> str:
    text = re.sub(r"Python \d+\.\d+\.\d+\w*", "Python 3.x.y", text)
    text = re.sub(r"\d+\.\d s\b", "n.n s", text)
    text = re.sub(r"GIL \w+, \d+ cores, new processes by \w+", "GIL on, n cores, new processes by method", text)
    text = re.sub(r"on \w+ \w+;", "on System machine;", text)
    text = re.sub(r"^((?:  . )?)isolation: .*$", r"\1isolation: LEVEL", text, flags=re.MULTILINE)
    # A line of a report where the machine cannot give full isolation.
    lines = [line.rstrip() for line in text.splitlines() if not line.startswith("  isolation: ")]
    return "\n".join(lines) + "\n"


def hold(name: str, text: str) -> None:
    """Compare with the golden screen of this name."""
    path, shown = SCREENS / f"{name}.txt", normal(text)
    if os.environ.get("UPDATE_SCREENS"):
        path.write_text(shown, "utf-8")
    assert shown == path.read_text("utf-8")
    assert max(len(line) for line in shown.splitlines()) <= 80


SVG = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL).replace("Fira Code", "ui-monospace, Menlo, Consolas")
"""A picture of a terminal that asks nobody for a font."""


def hold_picture(name: str, title: str, written: str) -> None:
    """Compare the text of what was written to a terminal with the picture of this name."""
    path, shown = SCREENS / f"{name}.svg", Text.from_ansi(written.strip("\n"))
    if os.environ.get("UPDATE_SCREENS"):
        console = Console(record=True, width=80, file=io.StringIO())
        console.print(shown)
        path.write_text(console.export_svg(title=title, code_format=SVG, unique_id=name), "utf-8")
    lines: dict[float, str] = {}
    for piece in ElementTree.parse(path).iterfind(f".//{{*}}g[@class='{name}-matrix']/{{*}}text"):
        y = float(piece.attrib["y"])
        lines[y] = lines.get(y, "") + (piece.text or "").replace("\xa0", " ")
    drawn = "\n".join(text for _, text in sorted(lines.items()))
    assert _words(drawn) == _words(shown.plain)


def _words(text: str) -> list[list[str]]:
    """Of each line that is not empty."""
    return [line.split() for line in normal(text).splitlines() if line.strip()]


@pytest.mark.parametrize("name", ["mistake", "replay", "watch"])
def test_a_picture_of_the_readme_is_small_and_fetches_nothing(name: str) -> None:
    text = (SCREENS / f"{name}.svg").read_text("utf-8")
    assert len(text) < 40_000
    assert re.findall(r"@font-face|@import|<image|href|src=|url\((?!#)", text) == []
    assert re.findall(r"file:|/tmp|/home|/root", text) == []
    assert re.search(rf"!\[[^\]]{{40,}}\]\(tests/screens/{name}\.svg\)", (ROOT / "README.md").read_text("utf-8"))


@pytest.fixture
def workspace(tmp_path: Path, run: Run) -> Path:
    """A fresh workspace; exercise 01 passed, and 03 with a known mistake in it."""
    assert run("start", "w", cwd=tmp_path).returncode == 0
    (tmp_path / "w" / ".course-progress").write_text("01 best 10 of 10 passed\n03 best 5 of 20\ntries 03 1\n")
    mistake = WRONG / "ex03_url_loaders" / "wrong" / "submit_then_result.py"
    (tmp_path / "w" / "exercises" / "ex03_url_loaders.py").write_text(mistake.read_text())
    return tmp_path / "w"


def test_start(tmp_path: Path, run: Run) -> None:
    hold("start", run("start", "thread-course", cwd=tmp_path).stdout)


def test_where_am_i_outside_of_a_workspace(tmp_path: Path, run: Run) -> None:
    hold("outside", run(cwd=tmp_path).stdout)


def test_where_am_i(workspace: Path, run: Run) -> None:
    hold("where", run(cwd=workspace / "exercises").stdout)


def test_status(workspace: Path, run: Run) -> None:
    hold("status", run("status", cwd=workspace).stdout)


def test_help(run: Run) -> None:
    hold("help", run("--help").stdout)


def test_version(run: Run) -> None:
    hold("version", run("--version").stdout)


@pytest.fixture
def third_try(workspace: Path) -> Path:
    """03 was graded twice, and is right now."""
    (workspace / "exercises" / "ex03_url_loaders.py").write_bytes((ROOT / "solutions" / "ex03_url_loaders.py").read_bytes())
    with (workspace / ".course-progress").open("a") as progress:
        progress.write("tries 03 2\n")
    return workspace


def test_a_pass(third_try: Path, run: Run) -> None:
    hold("pass", run("grade", "03", "--seed", "2a", cwd=third_try).stdout)


def test_a_class(tmp_path: Path, run: Run) -> None:
    stub, solution = ROOT / "exercises" / "ex03_url_loaders.py", ROOT / "solutions" / "ex03_url_loaders.py"
    serial = WRONG / "ex03_url_loaders" / "wrong" / "submit_then_result.py"
    files = {"adams_ines": solution, "brandt_oskar": serial, "chen_wei": serial, "diop_awa": stub}
    for who, path in files.items():
        (tmp_path / "submissions" / who).mkdir(parents=True)
        (tmp_path / "submissions" / who / "ex03_url_loaders.py").write_bytes(path.read_bytes())
    (tmp_path / "roster.csv").write_text("username\n" + "\n".join([*files, "evans_rhys"]) + "\n")
    level = ("--allow-isolation", "process")  # what a machine offers less than full stands on a line of its own
    shown = run("grade-all", "submissions", "--roster", "roster.csv", "--seed", "2a", *level).stdout
    hold("class", re.sub(r"(?m)^    ! NOT SANDBOXED.*\n(?:      .*\n)*", "", shown))


def test_a_mistake(workspace: Path, run: Run) -> None:
    written = run("grade", "03", "--seed", "2a", cwd=workspace, env={"FORCE_COLOR": "1"}).stdout
    hold("mistake", Text.from_ansi(written).plain)
    hold_picture("mistake", "course grade 03", written)


def test_an_untouched_stub(run: Run) -> None:
    hold("stub", run("grade", "03", "--seed", "2a", "--file", str(ROOT / "exercises" / "ex03_url_loaders.py")).stdout)


def test_a_deadlock(run: Run) -> None:
    path = ROOT / "tests" / "files" / "lock_order_deadlock.py"
    hold("deadlock", run("grade", "03", "--task", "03a", "--seed", "2a", "--verbose", "--file", str(path)).stdout)


def test_a_syntax_error(tmp_path: Path, run: Run) -> None:
    (tmp_path / "mine.py").write_text("def load_url(url, timeout):\n    return (1,\n\ndef other(:\n")
    hold("syntax_error", run("grade", "03", "--seed", "2a", "--file", "mine.py", cwd=tmp_path).stdout)


def test_a_pool_where_processes_were_asked(run: Run) -> None:
    path = WRONG / "ex02_prime_pools" / "wrong" / "thread_pool.py"
    hold("thread_pool", run("grade", "02", "--task", "02b", "--seed", "2a", "--file", str(path)).stdout)


def test_a_hint(workspace: Path, run: Run) -> None:
    hold("hint", run("hint", "03b", cwd=workspace).stdout)
    assert "hint 03b 1" in (workspace / ".course-progress").read_text()


def test_a_section_of_a_lesson(workspace: Path, run: Run) -> None:
    hold("section", run("read", "03", "--at", "result-waits", cwd=workspace).stdout)


def test_ascii_marks_where_the_stream_cannot_show_others(run: Run) -> None:
    done = run(
        "grade", "03", "--file", str(ROOT / "exercises" / "ex03_url_loaders.py"), env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    )
    assert "✗" not in done.stdout
    assert ". load_url is still to be written." in done.stdout
    assert done.stdout.isascii()
    assert "Traceback" not in done.stderr


def test_plain_says_in_words_what_marks_say(workspace: Path, run: Run) -> None:
    done = run("--plain", "grade", "03", "--seed", "2a", cwd=workspace)
    hold("plain", done.stdout)
    assert "passed: " in done.stdout
    assert "failed: " in done.stdout
    assert not set(done.stdout) & set("✓✗━─▸")


def test_nothing_moves_and_nothing_is_coloured_off_a_terminal(run: Run) -> None:
    done = run("grade", "03", "--file", str(ROOT / "exercises" / "ex03_url_loaders.py"))
    assert "\x1b" not in done.stdout + done.stderr
    assert "\r" not in done.stdout + done.stderr
    assert done.stderr == ""


def on_a_terminal(
    *arguments: str, cwd: Path, columns: int = 80, keys: Sequence[tuple[str, str]] = (), **extra: str
) -> tuple[bytes, list[str]]:
    """All that the command writes to a real pseudo-terminal of 50 lines, and the screen that is left. `keys`: what to wait for, what to press then."""
    environment = clean_environment(PYTHONPATH=str(ROOT), TERM="xterm-256color", COLUMNS="", **extra)
    terminal = pexpect.spawn(COURSE[0], [*COURSE[1:], *arguments], cwd=str(cwd), env=environment, dimensions=(50, columns), timeout=60)
    written = b""
    for shown, key in keys:
        terminal.expect(shown)
        written += cast("bytes", terminal.before) + cast("bytes", terminal.after)
        terminal.send(key)
    terminal.expect(pexpect.EOF)
    written += cast("bytes", terminal.before)
    terminal.close()
    screen = pyte.Screen(columns, 50)
    pyte.ByteStream(screen).feed(written)
    return written, [line.rstrip() for line in screen.display]


def test_on_a_terminal_each_check_appears_as_it_ends_and_the_screen_is_clean_at_the_end(third_try: Path) -> None:
    written, screen = on_a_terminal("grade", "03", "--seed", "2a", cwd=third_try)
    text = written.decode()
    first, last = text.index("grading 03"), text.index("20/20")
    assert first < text.index("1 of 15 checks") < text.index("14 of 15 checks") < last
    assert sum("the whole page, as bytes" in line for line in screen) == 1
    assert not any("of 15 checks" in line or "grading" in line for line in screen)
    golden = (SCREENS / "pass.txt").read_text("utf-8").splitlines()
    assert normal("\n".join(screen)).strip() == "\n".join(golden).strip()


def test_no_color_means_no_colour(tmp_path: Path) -> None:
    stub = str(ROOT / "exercises" / "ex03_url_loaders.py")
    written, _ = on_a_terminal("grade", "03", "--file", stub, cwd=tmp_path, NO_COLOR="1")
    coloured, _ = on_a_terminal("grade", "03", "--file", stub, cwd=tmp_path)
    colour = re.compile(rb"\x1b\[[0-9;]*3[0-7]m")
    assert colour.search(coloured)
    assert not colour.search(written)


def test_a_prediction_is_asked_for_before_a_demo_and_enter_skips_it(tmp_path: Path) -> None:
    environment = clean_environment(PYTHONPATH=str(ROOT), TERM="xterm-256color")
    terminal = pexpect.spawn(COURSE[0], [*COURSE[1:], "demo", "03"], cwd=str(tmp_path), env=environment, dimensions=(50, 80), timeout=60)
    while terminal.expect(["your guess", "demo.py of lesson 03"]) == 0:
        terminal.sendline("")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
