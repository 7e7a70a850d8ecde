"""`course watch` in a real terminal: every save is graded, what is new is marked, and nothing is left running or changed behind."""

import json
import os
import re
import select
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pexpect
import pyte
import pytest
import watchfiles._rust_notify

from grader import saves
from grader.course import Course
from grader.errors import Exit
from grader.model import Check, Isolation, Message, Outcome, Report, Result, Submission
from grader.saves import Saves
from grader.watch import LOCK, changed
from tests.conftest import COURSE, ROOT, Lives, Run, clean_environment
from tests.test_screens import hold, hold_picture

SOLUTION = (ROOT / "solutions/ex04_futures.py").read_text("utf-8")
STUB = (ROOT / "exercises/ex04_futures.py").read_text("utf-8")
BROKEN = "def broken(:\n"
THREADS = 9
HANG = f"""
import threading
import time
for _ in range({THREADS - 1}):
    threading.Thread(target=threading.Event().wait, daemon=True).start()
while True:
    time.sleep(0.05)
"""
"""Known from outside by the number of its threads. It wakes up again and again, so it is no deadlock, and computes nothing, so no CPU time runs out."""
PATIENCE = 120
"""Seconds after which a test gives up."""


class Terminal:
    """A command in a terminal: what it wrote, and what is seen of it."""

    def __init__(self, command: list[str], cwd: Path, *, columns: int = 80, lines: int = 40, **environment: str) -> None:
        environment = clean_environment(PYTHONPATH=str(ROOT), **({"TERM": "xterm-256color"} | environment))
        del environment["COLUMNS"]  # it would outlive a change of the size
        self.child = pexpect.spawn(
            command[0], command[1:], cwd=str(cwd), env=environment, dimensions=(lines, columns), timeout=PATIENCE, encoding="utf-8"
        )
        self.screen = pyte.Screen(columns, lines)
        self.stream = pyte.Stream(self.screen)
        self.written = ""

    @property
    def pid(self) -> int:
        assert self.child.pid
        return self.child.pid

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.screen.display]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def send(self, keys: str) -> None:
        self.child.send(keys)

    def until(self, wanted: str | Callable[[], bool]) -> None:
        """Read until the screen looks like this."""
        self._read_until(lambda: bool(re.search(wanted, self.text)) if isinstance(wanted, str) else wanted(), str(wanted))

    def until_written(self, pattern: str, since: int = 0) -> None:
        """Read until this was written, of a screen that has gone, perhaps."""
        self._read_until(lambda: bool(re.search(pattern, self.written[since:])), pattern)

    def _read_until(self, done: Callable[[], bool], wanted: str) -> None:
        left = PATIENCE * 20
        while not done():
            try:
                data = self.child.read_nonblocking(1 << 16, timeout=0.05)
            except pexpect.TIMEOUT:
                left -= 1
                assert left, f"{wanted} was never seen:\n{self.text}"
            except pexpect.EOF:
                assert done(), f"it ended without {wanted}:\n{self.text}"
            else:
                self.written += data
                self.stream.feed(data)

    def resize(self, columns: int, lines: int) -> None:
        self.screen.resize(lines, columns)
        self.screen.reset()
        self.child.setwinsize(lines, columns)

    def end(self) -> int | None:
        """Wait for its end; the exit code."""
        try:
            while True:
                self.written += self.child.read_nonblocking(1 << 16, timeout=PATIENCE)
        except pexpect.EOF:
            self.child.close()
        return self.child.exitstatus


Watch = Callable[..., Terminal]


@pytest.fixture
def workspace(tmp_path: Path, run: Run) -> Path:
    assert run("start", ".").returncode == 0
    return tmp_path


@pytest.fixture
def file(workspace: Path) -> Path:
    return workspace / "exercises/ex04_futures.py"


@pytest.fixture
def watch(workspace: Path) -> Iterator[Watch]:
    """`watch("04")`: at work, with its first verdict on the screen."""
    started = []

    def begin(*arguments: str, shown: str = "not passed", **options: int | str) -> Terminal:
        terminal = Terminal([*COURSE, "watch", *(arguments or ("04",))], workspace, **options)  # type: ignore[arg-type]
        started.append(terminal)
        terminal.until(shown)
        return terminal

    yield begin
    for terminal in started:
        if terminal.child.isalive():  # pexpect itself gives up on a machine that is slow to end it
            terminal.child.kill(signal.SIGKILL)
            terminal.child.wait()
        terminal.child.close()


def by_writing(path: Path, source: str) -> None:
    path.write_text(source, "utf-8")


def by_renaming(path: Path, source: str) -> None:
    other = path.with_name(f".{path.name}.swp")
    other.write_text(source, "utf-8")
    other.rename(path)


def by_making_anew(path: Path, source: str) -> None:
    path.unlink()
    path.write_text(source, "utf-8")


def threads(pid: int) -> int:
    try:
        return len(os.listdir(f"/proc/{pid}/task"))
    except FileNotFoundError:
        return 0


def below(pid: int) -> set[int]:
    """The processes below this one that run, whatever process group or session they are of."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state != "Z":
            parents[int(path.parent.name)] = int(parent)
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found and child not in found}:
        found |= more
    return found - {pid}


# -- saves -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("save", [by_writing, by_renaming, by_making_anew])
def test_a_save_is_graded_and_remembered(watch: Watch, workspace: Path, file: Path, save: Callable[[Path, str], None]) -> None:
    terminal = watch()
    save(file, SOLUTION)
    terminal.until("  passed · seed")
    assert "15/15" in terminal.text
    assert "04 best 15 of 15 passed" in (workspace / ".course-progress").read_text()
    save(file, BROKEN)
    terminal.until("SyntaxError at line 1")


def test_only_what_has_changed_is_new(watch: Watch, file: Path) -> None:
    file.write_text(SOLUTION)
    terminal = watch(shown="  passed")
    assert "new" not in terminal.text
    mistake = ROOT / "grader/suites/ex04_futures/wrong/twins_counted_twice.py"
    file.write_text("# a line more, so that every line has moved\n" + mistake.read_text())
    terminal.until("not passed")
    marked = [line for line in terminal.lines if re.search(r" new  \d/\d$", line)]
    assert [line.split() for line in marked] == [["✗", "counts", "a", "future", "once", "new", "0/1"]]
    shown = re.sub(r"at \d\d:\d\d:\d\d", "at hh:mm:ss", re.sub(r"seed \w+", "seed 2a", terminal.text))
    hold("watch", re.sub(r"\n{3,}", "\n\n", shown))  # how much of the screen is empty depends on the isolation, which may take a line
    painted = re.sub(r"\x1b\[[KJ]|\r", "", terminal.written.rpartition("\x1b[H")[2])
    painted = re.sub(r"at \d\d:\d\d:\d\d", "at 14:02:31", re.sub(r"seed \w+", "seed 2a", painted))
    hold_picture("watch", "course watch 04", re.sub(r"\n{3,}", "\n\n", painted))
    terminal.send("r")
    terminal.until(lambda: "not passed" in terminal.text and not re.search(r" new  \d/\d\n", terminal.text))


@pytest.mark.parametrize(("last", "shown"), [(SOLUTION, "  passed · seed"), (BROKEN, "SyntaxError at line 1")], ids=["right", "broken"])
def test_of_many_saves_in_a_row_the_last_is_graded(watch: Watch, file: Path, last: str, shown: str) -> None:
    terminal = watch()
    for number in range(40):
        (by_writing, by_renaming)[number % 2](file, f"number = {number}\n{(SOLUTION, STUB, BROKEN)[number % 3]}")
    file.write_text(last)
    terminal.until(lambda: bool(re.search(shown, terminal.text)) and "grading" not in terminal.text)
    terminal.send("r")  # and it stays: what is on the disk was the last to be graded
    terminal.until("grading")
    terminal.until(lambda: bool(re.search(shown, terminal.text)) and "grading" not in terminal.text)


def test_a_hang_is_dropped_by_the_next_save(watch: Watch, file: Path) -> None:
    terminal = watch()
    before = below(terminal.pid)
    file.write_text(HANG)
    terminal.until(lambda: any(threads(pid) == THREADS for pid in below(terminal.pid) - before))
    hung = Lives(below(terminal.pid) - before)
    file.write_text(SOLUTION)
    hung.await_end()
    terminal.until("  passed · seed")
    assert "saved again meanwhile" in terminal.written


def test_a_file_that_is_gone_is_said_and_waited_for(watch: Watch, file: Path) -> None:
    terminal = watch()
    file.unlink()
    terminal.until("is not there")
    file.write_text(SOLUTION)
    terminal.until("  passed · seed")


def test_another_file_is_no_save(watch: Watch, workspace: Path, file: Path) -> None:
    terminal = watch()
    (workspace / "exercises/ex03_url_loaders.py").write_text(BROKEN)
    file.write_text(SOLUTION)
    terminal.until("  passed · seed")
    assert "SyntaxError" not in terminal.written


# -- keys ------------------------------------------------------------------------------------------------------------------------------


def test_h_and_l_show_a_hint_and_the_lesson_and_come_back(watch: Watch) -> None:
    terminal = watch(PAGER="cat")
    for key, shown in (("h", "04a describe: hint 1 of"), ("l", "Futures: states")):
        place = len(terminal.written)
        terminal.send(key)
        terminal.until_written(shown, place)
        terminal.until_written("any key: back to the watch", place)
        place = len(terminal.written)
        terminal.send("x")
        terminal.until_written("watching exercises/", place)


def test_p_replays_what_the_last_grade_found(watch: Watch, workspace: Path) -> None:
    mistake = ROOT / "grader/suites/ex07_races/wrong/counter_without_a_lock.py"
    (workspace / "exercises/ex07_races.py").write_text(mistake.read_text())
    terminal = watch("07")
    terminal.send("p")
    terminal.until_written("step 1 of 3")
    terminal.send("q")
    terminal.until_written("any key: back to the watch")
    place = len(terminal.written)
    terminal.send("x")
    terminal.until_written("watching exercises/", place)


def test_e_opens_the_editor_on_the_file(watch: Watch, workspace: Path) -> None:
    (workspace / "right.py").write_text(SOLUTION)
    terminal = watch(VISUAL="cp right.py", EDITOR="false")
    terminal.send("e")
    terminal.until("  passed · seed")


def test_e_without_an_editor_says_how_to_set_one(watch: Watch) -> None:
    terminal = watch()
    terminal.send("e")
    terminal.until("no editor is set")


def test_n_goes_on_with_the_next_exercise_whose_saves_are_graded_then(watch: Watch, workspace: Path, file: Path) -> None:
    terminal = watch()
    terminal.send("n")
    terminal.until(r"05 · (?s:.*)not passed")
    file.write_text(BROKEN)
    (workspace / "exercises/ex05_gil_and_cores.py").write_text((ROOT / "solutions/ex05_gil_and_cores.py").read_text())
    terminal.until("  passed · seed")


def test_what_does_not_fit_can_be_reached_with_keys(watch: Watch, file: Path) -> None:
    file.write_text(SOLUTION)
    terminal = watch(lines=16, shown="  passed · seed")
    assert "counts a future once" not in terminal.text
    for _ in range(4):
        terminal.send(" ")
    terminal.until("counts a future once")
    assert terminal.lines[-1].split() == ["hint", "run", "replay", "lesson", "editor", "next", "quit"]
    terminal.send("\x1b[5~" * 4)
    terminal.until("answers without waiting")


def test_places_are_links_and_hot_letters_are_bold(watch: Watch, file: Path) -> None:
    file.write_text(BROKEN)
    terminal = watch(shown="SyntaxError at line 1")
    assert f"file://{file}#1" in terminal.written
    assert "ex04_futures.py:1 " in terminal.text
    row = terminal.screen.buffer[len(terminal.lines) - 1]
    bold = "".join(row[column].data for column in range(80) if row[column].bold)
    assert bold == "hrplenq"


# -- terminals -------------------------------------------------------------------------------------------------------------------------


def test_a_narrow_terminal_is_laid_out_anew(watch: Watch, file: Path) -> None:
    file.write_text(BROKEN)
    terminal = watch(shown="SyntaxError at line 1", columns=60)
    assert any(line.endswith("0/15") and len(line) <= 60 for line in terminal.lines)
    assert terminal.lines[-1].endswith("quit")
    terminal.resize(100, 20)
    terminal.until(lambda: terminal.lines[-1].endswith("quit") and any(len(line) == 79 for line in terminal.lines))
    terminal.resize(60, 30)
    terminal.until(lambda: terminal.lines[-1].endswith("quit") and any(line.endswith("0/15") for line in terminal.lines))


def test_a_dumb_terminal_gets_plain_lines_until_ctrl_c(watch: Watch, file: Path) -> None:
    terminal = watch(TERM="dumb")
    terminal.until_written("Ctrl-C ends this")
    file.write_text(SOLUTION)
    terminal.until_written("  passed · seed")
    assert re.search(r"counts a future once +new  1/1\r\n", terminal.written)
    terminal.send("q")  # no key: it is echoed, as the terminal's settings are untouched
    terminal.until_written("q$")
    assert "\x1b" not in terminal.written
    terminal.child.sendintr()
    assert terminal.end() == Exit.INTERRUPTED
    assert "nothing of it is still running" in terminal.written


def test_off_a_terminal_there_are_plain_lines_too(workspace: Path, file: Path) -> None:
    process = subprocess.Popen(
        [*COURSE, "watch", "04", "--poll"],
        cwd=workspace,
        env=clean_environment(PYTHONPATH=str(ROOT)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stderr
    with process.stdout as out, process.stderr as errors:
        assert next(line for line in out if "by polling: as you asked" in line)
        file.write_text(SOLUTION)
        assert next(line for line in out if line.startswith("  passed"))
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == Exit.INTERRUPTED
        assert "Traceback" not in errors.read()


@pytest.mark.parametrize(
    ("keys", "code"), [("q", Exit.PASSED), ("\x03", Exit.INTERRUPTED), ("SIGTERM", 128 + signal.SIGTERM)], ids=["q", "Ctrl-C", "SIGTERM"]
)
def test_the_terminal_is_given_back_and_nothing_is_left(workspace: Path, file: Path, keys: str, code: int) -> None:
    file.write_text(HANG)
    script = 'stty -g; trap : INT; "$@"; echo "code $?"; stty -g'
    terminal = Terminal(["sh", "-c", script, "sh", *COURSE, "watch", "04"], workspace)
    terminal.until(lambda: any(threads(pid) == THREADS for pid in below(terminal.pid)))
    terminal.until("grading, 0 of")
    left = Lives(below(terminal.pid))
    if keys == "SIGTERM":
        (course,) = (
            pid for pid in below(terminal.pid) if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1] == str(terminal.pid)
        )
        os.kill(course, signal.SIGTERM)
    else:
        terminal.send(keys)
    terminal.end()
    assert f"code {code}\r\n" in terminal.written
    settings = re.findall(r"^[0-9a-f]+(?::[0-9a-f]+){10,}\r$", terminal.written, re.MULTILINE)
    assert len(settings) == 2
    assert settings[0] == settings[1]
    assert terminal.written.count("\x1b[?1049h") == terminal.written.count("\x1b[?1049l") == 1
    left.await_end()


def test_nothing_outlives_a_watch_that_is_killed(watch: Watch, file: Path) -> None:
    terminal = watch()
    before = below(terminal.pid)
    file.write_text(HANG)
    terminal.until(lambda: any(threads(pid) == THREADS for pid in below(terminal.pid) - before))
    left = Lives(below(terminal.pid))
    terminal.child.kill(signal.SIGKILL)
    left.await_end()


# -- one workspace, one watch ----------------------------------------------------------------------------------------------------------


def test_a_second_watch_in_a_workspace_is_refused(watch: Watch, workspace: Path, run: Run) -> None:
    terminal = watch()
    second = run("watch", "03")
    assert second.returncode == Exit.USAGE
    assert "another course watch" in second.stderr
    terminal.send("q")
    assert terminal.end() == Exit.PASSED
    assert (workspace / LOCK).exists()
    watch()  # the lock went with its owner


# -- where the kernel tells nothing ----------------------------------------------------------------------------------------------------


def test_poll_is_said_and_sees_saves(watch: Watch, file: Path) -> None:
    terminal = watch("04", "--poll")
    terminal.until("by polling: as you asked")
    by_renaming(file, SOLUTION)
    terminal.until("  passed · seed")


def told(found: Saves) -> frozenset[str]:
    assert select.select([found], [], [], PATIENCE)[0]
    return found.read()


def test_a_network_file_system_is_polled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/home {tmp_path} nfs4 rw 0 0\n")
    monkeypatch.setattr(saves, "MOUNTS", mounts)
    with Saves(tmp_path, poll=False) as found:
        assert told(found) == {"mounts"}
        assert found.polling == "nfs4 tells no changes"
        (tmp_path / "new.py").write_text("")
        assert told(found) == {"new.py"}


def test_a_kernel_that_cannot_tell_is_polled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = watchfiles._rust_notify.RustNotify

    def notify(paths: list[str], debug: bool, polling: bool, *others: object) -> object:
        if not polling:
            raise OSError("OS file watch limit reached")
        return real(paths, debug, polling, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(watchfiles._rust_notify, "RustNotify", notify)
    with Saves(tmp_path, poll=False) as found:
        told(found)
        assert found.polling == "the kernel cannot tell changes: OS file watch limit reached"
        (tmp_path / "new.py").write_text("")
        assert told(found) == {"new.py"}


@pytest.mark.parametrize(
    ("mounts", "why"),
    [
        ("/dev/sda1 / ext4 rw 0 0", None),
        ("server:/ / nfs rw 0 0\n/dev/sda1 /home ext4 rw 0 0", None),
        ("/dev/sda1 / ext4 rw 0 0\nme@there: /home/me fuse.sshfs rw 0 0", "fuse.sshfs tells no changes"),
        ("/dev/sda1 / ext4 rw 0 0\nC:\\134 /home/me/my\\040work 9p rw 0 0", "9p tells no changes"),
        ("/dev/sda1 /home/me ext4 rw 0 0\n//server/me /home/me cifs rw 0 0", "cifs tells no changes"),
        ("server:/ /home/me/my nfs rw 0 0\n/dev/sda1 / ext4 rw 0 0", None),
        ("", None),
    ],
)
def test_where_a_folder_lies_is_read_from_the_mounts(mounts: str, why: str | None) -> None:
    assert saves.network(Path("/home/me/my work"), mounts) == why


# -- what is new -----------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def report(course: Course, tmp_path: Path) -> Report:
    exercise, _ = course.resolve("04")
    checks = [Check(f"04a.{name}", "04a", name, 1) for name in ("one", "two", "three")]
    results = (
        Result(checks[0], Outcome.PASSED),
        Result(checks[1], Outcome.FAILED, (Message("It returned 3."),)),
        Result(checks[2], Outcome.WAITING),
    )
    submission = Submission("", "04", tmp_path, b"", "")
    return Report(submission, exercise, results, Isolation("full", (), (), "kernel"), "3.11.7", "s", 0.1)


def test_the_first_time_nothing_is_new(report: Report) -> None:
    assert changed(None, report) == frozenset()
    assert changed(report, report) == frozenset()


def test_new_is_another_outcome_or_another_message(report: Report) -> None:
    one, two, three = report.results
    assert changed(report, replace(report, results=(replace(one, outcome=Outcome.CRASHED), two, three))) == {"04a.one"}
    assert changed(report, replace(report, results=(one, replace(two, messages=(Message("It returned 4."),)), three))) == {"04a.two"}
    assert changed(replace(report, results=(one,)), report) == {"04a.two", "04a.three"}


def test_the_kept_replay_is_that_of_the_last_save(watch: Watch, workspace: Path) -> None:
    mistake = ROOT / "grader/suites/ex07_races/wrong/counter_without_a_lock.py"
    file = workspace / "exercises/ex07_races.py"
    terminal = watch("07")
    file.write_text(mistake.read_text())
    terminal.until((workspace / ".course-replay-07.json").exists)
    assert json.loads((workspace / ".course-replay-07.json").read_text())["interleavings"]
