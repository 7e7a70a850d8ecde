"""`course grade-all`: whose file is whose, true verdicts for a class, nothing lost when it is ended, and clear words for what is handed in.

Most classes here hand in files that cannot be imported, for those are graded in no time.
"""

import csv
import io
import json
import multiprocessing
import os
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from grader.classroom import engines, intake, jobs, roster
from grader.classroom.archive import opened
from grader.classroom.batch import Progress
from grader.classroom.journal import NAME, VERSION
from grader.classroom.terms import Terms
from grader.cli import classroom as command
from grader.course import Course
from grader.errors import Exit, Ungradable, UsageError
from grader.model import Batch, Check, Exercise, Isolation, Outcome, Refused, Report, Result, Submission
from grader.render import classroom, terminal
from grader.sandbox.levels import Level
from tests.conftest import COURSE, ROOT, Run, clean_environment

SUITES = ROOT / "grader" / "suites"
FILE = "ex03_url_loaders.py"
BROKEN = "def load_url(:\n"
SPINNING = "while True:\n    pass\n"
CLASS = {
    ("ada", "01"): "ex01_processes_and_threads/right/executors.py",
    ("bob", "01"): "ex01_processes_and_threads/wrong/args_in_one.py",
    ("cy", "01"): "ex01_processes_and_threads/wrong/error_lost.py",
    ("ada", "03"): "ex03_url_loaders/right/callbacks.py",
    ("bob", "03"): "ex03_url_loaders/wrong/serial.py",
    ("cy", "03"): "ex03_url_loaders/wrong/no_urls_hangs.py",
    ("dee", "03"): "ex03_url_loaders/wrong/list_not_dict.py",
    ("ada", "07"): "ex07_races/right/locks.py",
    ("bob", "07"): "ex07_races/wrong/counter_without_a_lock.py",
    ("cy", "07"): "ex07_races/wrong/lock_taken_twice.py",
    ("dee", "07"): "ex07_races/wrong/begins_at_one.py",
    ("eve", "07"): "ex07_races/wrong/begins_at_one.py",
}


def handed_in(folder: Path, files: dict[str, str]) -> Path:
    """A folder with these files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def rows(out: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((out / "grades.csv").read_bytes().decode(), newline="")))


def progress(text: str) -> list[str]:
    """The lines about submissions that were graded."""
    return [line for line in text.splitlines() if " of " in line]


def started(*arguments: str, cwd: Path, **options: Any) -> "subprocess.Popen[str]":
    """The command, running, with its progress to be read."""
    return subprocess.Popen(
        [*COURSE, "grade-all", *arguments],
        cwd=cwd,
        env=clean_environment(PYTHONPATH=str(ROOT)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def children(pid: int) -> set[int]:
    try:
        tasks = os.listdir(f"/proc/{pid}/task")
        return {int(child) for task in tasks for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split()}
    except OSError:
        return set()


def descendants(pid: int) -> set[int]:
    return (born := children(pid)).union(*map(descendants, born))


# -- the class of twelve ---------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("class")
    files = {f"subs/{who}/{path.partition('/')[0]}.py": (SUITES / path).read_text() for (who, _), path in CLASS.items()}
    return handed_in(home, files)


@pytest.fixture(scope="module")
def graded(folder: Path) -> "subprocess.CompletedProcess[str]":
    """The whole class at once, two at a time."""
    process = started("subs", "--out", "out", "--seed", "5eed", "--jobs", "2", cwd=folder)
    out, errors = process.communicate()
    return subprocess.CompletedProcess([], process.returncode, out, errors)


def test_every_verdict_is_the_one_that_the_file_gets_alone(graded: "subprocess.CompletedProcess[str]", folder: Path, run: Run) -> None:
    assert graded.returncode == Exit.PASSED, graded.stderr

    def alone(item: tuple[tuple[str, str], str]) -> tuple[tuple[str, str], list[Any]]:
        (who, exercise), path = item
        file = folder / "subs" / who / f"{path.partition('/')[0]}.py"
        report = json.loads(run("grade", exercise, "--file", str(file), "--json", "--seed", "5eed").stdout)
        return (who, exercise), [
            (each["check"], each["outcome"], [message["text"] for message in each["messages"]]) for each in report["results"]
        ]

    kept = sqlite3.connect(folder / "out" / NAME).execute("SELECT person, exercise, report FROM result").fetchall()
    together = {
        (who, exercise): [
            (each["check"]["id"], each["outcome"], [message["text"] for message in each["messages"]])
            for each in json.loads(report)["results"]
        ]
        for who, exercise, report in kept
    }
    with ThreadPoolExecutor(2) as pool:
        assert together == dict(pool.map(alone, CLASS.items()))


def test_the_gradebook_has_a_row_for_each_and_full_isolation(graded: "subprocess.CompletedProcess[str]", folder: Path) -> None:
    table = rows(folder / "out")
    assert [(row["who"], row["exercise"]) for row in table] == sorted(CLASS, key=lambda key: (key[1], key[0]))
    assert {(row["isolation"], row["seed"]) for row in table} == {("full", "5eed")}
    assert [row["passed"] for row in table if row["who"] == "ada"] == ["yes"] * 3


def test_the_screen_shows_the_table_what_the_class_is_stuck_on_and_equal_files(graded: "subprocess.CompletedProcess[str]") -> None:
    lines = graded.stdout.splitlines()
    assert [line.split() for line in lines if line.startswith("  ada")] == [["ada", "10", "20", "20", "50/50"]]
    assert [line.split()[1:3] for line in lines if line.startswith("  eve")] == [["·", "·"]]
    stuck = lines[lines.index("  Where the class is stuck") + 1 :]
    assert stuck[0] == "    3 people    07a.counts     adds what it is given"
    assert "    ! 07: the same file from dee, eve" in lines
    assert all(len(line) <= 79 for line in lines if not line.startswith("  Wrote"))


def test_off_a_terminal_each_submission_is_a_line_with_counts(graded: "subprocess.CompletedProcess[str]") -> None:
    lines = progress(graded.stderr)
    assert [line.split()[0] for line in lines] == [str(number) for number in range(1, 13)]
    assert {line.split()[2] for line in lines} == {"12"}
    assert "\r" not in graded.stderr


def test_killed_again_and_again_it_goes_on_and_ends_with_the_same_bytes(
    graded: "subprocess.CompletedProcess[str]", folder: Path, tmp_path: Path
) -> None:
    arguments = (str(folder / "subs"), "--only", "07", "--out", "out", "--seed", "5eed", "--jobs", "2")
    told = 0
    for lines in (0, 1, 2):  # how many results to wait for before the kill
        process = started(*arguments, cwd=tmp_path)
        assert process.stderr
        assert "to grade" in process.stderr.readline()
        told += len([process.stderr.readline() for _ in range(lines)])
        process.kill()
        told += len(progress(process.communicate()[1]))  # what was told in between
    journal = tmp_path / "out" / NAME
    before = sqlite3.connect(journal).execute("SELECT * FROM result").fetchall()
    assert told <= len(before)
    process = started(*arguments, cwd=tmp_path)
    _, lines_of_the_rest = process.communicate()
    assert process.returncode == Exit.PASSED
    assert len(progress(lines_of_the_rest)) == 5 - len(before)
    after = sqlite3.connect(journal).execute("SELECT * FROM result").fetchall()
    assert set(before) <= set(after)
    assert len(after) == 5
    whole = (folder / "out" / "grades.csv").read_bytes().splitlines(keepends=True)
    assert (tmp_path / "out" / "grades.csv").read_bytes() == b"".join([whole[0], *whole[-5:]])


# -- going on, ending, and at once -----------------------------------------------------------------------------------------------------------


def test_only_what_is_new_is_graded_and_all_of_it_with_regrade(run: Run, tmp_path: Path) -> None:
    handed_in(tmp_path / "subs", {f"{who}/{FILE}": BROKEN for who in ("ada", "bob")})
    first = run("grade-all", "subs")
    assert (len(progress(first.stderr)), first.returncode) == (2, Exit.PASSED)
    grades = (tmp_path / "grades.csv").read_bytes()
    again = run("grade-all", "subs")
    assert (progress(again.stderr), again.stdout) == ([], first.stdout)
    assert (tmp_path / "grades.csv").read_bytes() == grades
    (tmp_path / "subs" / "bob" / FILE).write_text(BROKEN + "\n")
    third = run("grade-all", "subs")
    assert third.stderr.startswith("  1 to grade, 1 in the journal already\n")
    assert [line.split()[4] for line in progress(third.stderr)] == ["bob"]
    assert len(progress(run("grade-all", "subs", "--regrade").stderr)) == 2
    assert sqlite3.connect(tmp_path / NAME).execute("SELECT count(*) FROM result").fetchone() == (3,)


def test_only_asks_for_some_exercises(run: Run, tmp_path: Path) -> None:
    handed_in(tmp_path / "subs", {f"ada_ex{number}.py": BROKEN for number in ("01", "03", "07")})
    (tmp_path / "subs" / "bob_ex03.py").symlink_to("ada_ex03.py")
    assert run("grade-all", "subs", "--only", "01,7").returncode == Exit.PASSED
    assert [row["exercise"] for row in rows(tmp_path)] == ["01", "07"]


def test_ctrl_c_ends_it_with_what_is_done_and_nothing_left_running(run: Run, tmp_path: Path) -> None:
    handed_in(tmp_path / "subs", {f"ada/{FILE}": BROKEN, f"bob/{FILE}": SPINNING, f"cy/{FILE}": SPINNING})
    process = started("subs", "--jobs", "1", cwd=tmp_path, start_new_session=True)
    assert process.stderr
    assert "to grade" in process.stderr.readline()
    assert "ada" in process.stderr.readline()
    second = run("grade-all", "subs")
    assert (second.returncode, "another `course grade-all` is at work" in second.stderr) == (Exit.USAGE, True)
    family = descendants(process.pid)
    assert len(family) >= 2
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    screen, errors = process.communicate()
    assert process.returncode == Exit.INTERRUPTED
    assert "Traceback" not in errors
    assert "2 left, because it was interrupted" in screen
    assert [row["who"] for row in rows(tmp_path)] == ["ada"]
    assert [pid for pid in family if Path(f"/proc/{pid}").exists()] == []
    for who in ("bob", "cy"):
        (tmp_path / "subs" / who / FILE).write_text(BROKEN)
    assert len(progress(run("grade-all", "subs").stderr)) == 2


def test_a_full_disk_is_told_and_the_rest_is_graded_later(run: Run, tmp_path: Path) -> None:
    handed_in(tmp_path / "subs", {f"p{number:02}/{FILE}": BROKEN for number in range(12)})
    limit = 65_000
    process = started("subs", cwd=tmp_path, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    _, errors = process.communicate()
    assert process.returncode == Exit.USAGE
    assert "cannot be written" in errors and "make room" in errors and "Traceback" not in errors
    kept = sqlite3.connect(tmp_path / NAME).execute("SELECT count(*) FROM result").fetchone()[0]
    assert 0 < kept < 12
    rest = run("grade-all", "subs")
    assert (rest.returncode, len(progress(rest.stderr))) == (Exit.PASSED, 12 - kept)
    assert len(rows(tmp_path)) == 12


def test_a_job_that_is_killed_costs_nothing(tmp_path: Path) -> None:
    handed_in(tmp_path / "subs", {f"ada/{FILE}": BROKEN, f"cy/{FILE}": BROKEN})
    handed_in(tmp_path / "subs", {f"bob/{FILE}": (SUITES / CLASS["ada", "03"]).read_text()})
    process = started("subs", "--jobs", "1", cwd=tmp_path)
    assert process.stderr
    assert "to grade" in process.stderr.readline()
    assert "ada" in process.stderr.readline()
    (job,) = {pid for pid in children(process.pid) if b"jobs.work" in Path(f"/proc/{pid}/cmdline").read_bytes()}
    os.kill(job, signal.SIGKILL)
    _, errors = process.communicate()
    assert process.returncode == Exit.PASSED, errors
    assert [(row["who"], row["earned"]) for row in rows(tmp_path)] == [("ada", "0"), ("bob", "20"), ("cy", "0")]


# -- jobs ------------------------------------------------------------------------------------------------------------------------------------

TERMS = Terms("5eed", Level.FULL)


def ends_at_bob(descriptor: int) -> None:
    """A job that dies whenever it is given bob's file."""
    pipe: Connection[object, Any] = Connection(descriptor)
    terms = pipe.recv()
    pipe.send("")
    while (submission := pipe.recv()).who != "bob":
        pipe.send(f"{submission.who} at {terms.lowest.value} with {terms.seed}")


def ends_at_once(descriptor: int) -> None:
    """A job that dies before it is ready."""


def refuses(descriptor: int) -> None:
    """A job on a machine that cannot grade."""
    pipe: Connection[object, Any] = Connection(descriptor)
    pipe.recv()
    pipe.send(Ungradable("this machine offers less", "course doctor"))


def played_by(monkeypatch: pytest.MonkeyPatch, work: Callable[[int], None]) -> None:
    """Have this function in the place of a job's."""
    start = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from tests import test_classroom; test_classroom.{work.__name__}(%d)"
    monkeypatch.setattr(jobs, "_START", start)


def handed_in_by(*people: str, exercise: str = "03") -> list[Submission]:
    return [Submission(who, exercise, Path(who), b"", "") for who in people]


def test_a_submission_that_ends_two_jobs_is_given_up_and_the_others_are_graded(monkeypatch: pytest.MonkeyPatch) -> None:
    played_by(monkeypatch, ends_at_bob)
    with engines.local(TERMS, 2) as engine:
        found = {each.submission.who: each.record for each in engines.graded(engine, handed_in_by("ada", "bob", "cy", "dee", "eve"))}
    others = {who: f"{who} at full with 5eed" for who in ("ada", "cy", "dee", "eve")}
    assert found == {**others, "bob": None}


@pytest.mark.parametrize(("work", "says"), [(ends_at_once, "ended before it graded"), (refuses, "offers less")])
def test_jobs_that_cannot_grade_end_the_batch(monkeypatch: pytest.MonkeyPatch, work: Callable[[int], None], says: str) -> None:
    played_by(monkeypatch, work)
    with engines.local(TERMS, 1) as engine, pytest.raises(Ungradable, match=says):
        list(engines.graded(engine, handed_in_by("ada")))


def test_a_job_takes_the_submissions_of_one_exercise_together_so_its_suite_is_collected_once() -> None:
    ours, theirs = multiprocessing.Pipe()
    for submission in (*handed_in_by("ada", "bob", exercise="01"), *handed_in_by("ada")):
        ours.send(submission)
    ours.close()
    desk = jobs._Desk(theirs)
    assert [submission.who for submission in desk.submissions(desk.next().exercise)] == ["ada", "bob"]
    third = desk.submissions("03")
    assert next(third).who == "ada"
    with pytest.raises(EOFError):  # nobody asks any more
        next(third)


# -- whose file is whose ---------------------------------------------------------------------------------------------------------------------


def taken(source: Path, course: Course, people: Path | None = None, only: str = "") -> intake.Intake:
    asked = [exercise for exercise in course.exercises if only in ("", exercise.id)]
    return intake.take_in(opened(source, ()), course.exercises, asked, roster.read(people) if people else None)


def names(found: intake.Intake) -> list[tuple[str, str]]:
    return [(each.who, each.exercise.id) for each in found.found]


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return path


LAYOUTS = [
    ("ada/ex03_url_loaders.py", "ada", "03"),
    ("ada/exercises/ex03_url_loaders.py", "ada", "03"),
    ("ada/ex03_url_loaders (1).py", "ada", "03"),
    ("ada_ex03.py", "ada", "03"),
    ("ada_lovelace_EX3.py", "ada_lovelace", "03"),
    ("Ada Lovelace_123_assignsubmission_file/ex03_url_loaders.py", "Ada Lovelace", "03"),
    ("Ada Lovelace_123_assignsubmission_file_/ex10_x.py", "Ada Lovelace", "10"),
    ("Ada Lovelace_123_assignsubmission_file_ex03_url_loaders.py", "Ada Lovelace", "03"),
    ("lovelaceada_123_4567_ex03_url_loaders.py", "lovelaceada", "03"),
    ("lovelaceada_LATE_123_4567_ex03_url_loaders-2.py", "lovelaceada", "03"),
    ("Zoe\u0301/ex03_url_loaders.py", "Zoé", "03"),
]


@pytest.mark.parametrize("kind", ["folder", "zip"])
@pytest.mark.parametrize(("name", "who", "exercise"), LAYOUTS)
def test_a_file_s_name_says_whose_it_is(course: Course, tmp_path: Path, name: str, who: str, exercise: str, kind: str) -> None:
    source = handed_in(tmp_path / "subs", {name: BROKEN}) if kind == "folder" else zipped(tmp_path / "a.zip", {name: BROKEN.encode()})
    found = taken(source, course)
    assert (names(found), found.refused, found.strays) == ([(who, exercise)], (), ())
    (file,) = found.found
    source_of = opened(source, ())
    (entry,) = source_of.entries()
    assert source_of.submission(entry, file.exercise, who).source == BROKEN.encode()


@pytest.mark.parametrize("name", ["ada/notes.txt", "ada/old_ex03.py", "ex03_url_loaders.py", "ada_ex99.py", "ada_ex03.txt"])
def test_what_is_no_exercise_is_listed(course: Course, tmp_path: Path, name: str) -> None:
    found = taken(handed_in(tmp_path, {name: BROKEN}), course)
    assert (found.found, found.strays) == ((), (name,))


@pytest.mark.parametrize("name", [".git/ex03.py", "ada/__pycache__/ex03.py", "__MACOSX/ex03.py", "ada/.DS_Store"])
def test_what_nobody_handed_in_is_not(course: Course, tmp_path: Path, name: str) -> None:
    found = taken(handed_in(tmp_path, {name: BROKEN}), course)
    assert (found.found, found.strays, found.refused) == ((), (), ())


def test_a_roster_gives_the_names_and_lists_who_is_missing_and_who_is_nobody(course: Course, tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text(
        "Last name,First name,Username,Email address\nLovelace,Ada,al1,ada@x.org\nHopper,Grace,gh2,g@x.org\nTuring,Alan,at3,a.t@x.org\n"
    )
    files = [
        "Ada Lovelace_9_assignsubmission_file/ex01_x.py",
        "al1_ex03.py",
        "lovelaceada_9_2_ex07.py",
        "g@x.org/ex03.py",
        "mallory/ex03.py",
    ]
    found = taken(handed_in(tmp_path / "subs", dict.fromkeys(files, BROKEN)), course, tmp_path / "roster.csv")
    assert names(found) == [("Lovelace, Ada", "01"), ("Hopper, Grace", "03"), ("Lovelace, Ada", "03"), ("Lovelace, Ada", "07")]
    assert (found.missing, found.strangers) == (("Turing, Alan",), ("mallory/ex03.py",))


@pytest.mark.parametrize(
    "files",
    [
        ("Wei Chen_1_assignsubmission_file/ex03.py", "Wei Chen_2_assignsubmission_file/ex03.py"),
        ("chenwei_1_11_ex03.py", "chenwei_2_12_ex07.py"),
        ("Ada/ex03.py", "ada/ex07.py"),
    ],
)
def test_two_people_of_one_name_are_refused_and_the_others_are_not(course: Course, tmp_path: Path, files: tuple[str, ...]) -> None:
    found = taken(handed_in(tmp_path, dict.fromkeys([*files, "bob/ex03.py"], BROKEN)), course)
    assert names(found) == [("bob", "03")]
    (refused,) = found.refused
    assert refused.what.startswith("two people are called")
    assert all(file in refused.what for file in files)


def test_two_files_of_one_person_for_one_exercise_are_refused(course: Course, tmp_path: Path) -> None:
    found = taken(handed_in(tmp_path, dict.fromkeys(["ada/ex03.py", "ada/ex03 (1).py", "ada/ex07.py"], BROKEN)), course)
    assert names(found) == [("ada", "07")]
    assert "2 files for exercise 03" in found.refused[0].what


# -- what may be wrong with it ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["Lovelace, Ada", 'Ada "Countess" L', "=1+1", "@ada", "-2+3"])
def test_odd_names_are_graded_and_no_formula_in_the_gradebook(run: Run, tmp_path: Path, who: str) -> None:
    handed_in(tmp_path / "subs", {f"{who}/{FILE}": BROKEN})
    done = run("grade-all", "subs")
    assert done.returncode == Exit.PASSED, done.stderr
    (row,) = rows(tmp_path)
    assert row["who"].removeprefix("'") == who
    assert row["who"][0] not in "=+-@"


def test_a_name_with_a_line_break_or_a_control_character_is_refused_and_shown_harmless(run: Run, tmp_path: Path) -> None:
    handed_in(tmp_path / "subs", {f"a\nb/{FILE}": BROKEN, f"\x1b[31m/{FILE}": BROKEN, f"ok/{FILE}": BROKEN})
    os.makedirs(os.fsencode(tmp_path / "subs") + b"/\xff")
    (tmp_path / "subs" / os.fsdecode(b"\xff") / FILE).write_text(BROKEN)
    done = run("grade-all", "subs")
    assert done.returncode == Exit.USAGE
    assert done.stdout.count("cannot be shown") == 3
    assert "\x1b" not in done.stdout
    assert [row["who"] for row in rows(tmp_path)] == ["ok"]


def hostile(folder: Path) -> None:
    """A file of 2 GB that takes no room, links to the roster, out of the folder and to a folder, and a pipe."""
    (folder / "roster.csv").write_text("name\nbig\nlink\nout\nfolder\npipe\nok\n")
    for who in ("big", "link", "out", "pipe"):
        (folder / "subs" / who).mkdir(parents=True)
    with (folder / "subs" / "big" / FILE).open("wb") as file:
        file.truncate(2 << 30)
    (folder / "subs" / "link" / FILE).symlink_to("../../roster.csv")
    (folder / "subs" / "out" / FILE).symlink_to(SUITES.parent.parent / "solutions" / FILE)
    (folder / "subs" / "folder").symlink_to(SUITES.parent.parent / "solutions")
    os.mkfifo(folder / "subs" / "pipe" / FILE)


def test_what_is_no_file_of_theirs_is_refused_by_name_and_the_others_are_graded(run: Run, tmp_path: Path) -> None:
    hostile(tmp_path)
    handed_in(tmp_path / "subs", {f"ok/{FILE}": BROKEN})
    done = run("grade-all", "subs", "--roster", "roster.csv")
    assert done.returncode == Exit.USAGE
    screen = " ".join(done.stdout.split())
    for said in (f"big/{FILE} is 2.1 GB long", f"link/{FILE} is a symbolic link", f"out/{FILE} is a symbolic link"):
        assert said in screen
    assert "On the roster, and no file folder Next" in screen.replace(
        "Wrote grades.csv report.html feedback/ (2 files) ", ""
    )  # the others have one
    assert "folder is a symbolic link" in screen and f"pipe/{FILE} is not a regular file" in screen
    assert [row["who"] for row in rows(tmp_path)] == ["ok"]


def test_a_zip_writes_nothing_and_what_is_wrong_in_it_is_refused_by_name(run: Run, tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "subs.zip",
        {
            f"../../{FILE}": b"",
            f"/tmp/{FILE}": b"",
            f"C:\\x\\{FILE}": b"",
            f"bomb/{FILE}": bytes(40 << 20),
            f"huge/{FILE}": bytes(80 << 20),
            f"nested/{FILE}": b"PK\x03\x04",
            f"win\\{FILE}": BROKEN.encode(),
            f"ok/{FILE}": BROKEN.encode(),
        },
    )
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo(f"link/{FILE}")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    before = path.read_bytes()
    done = run("grade-all", "subs.zip", "--out", "out")
    assert done.returncode == Exit.USAGE
    said = [line for line in done.stdout.splitlines() if line.startswith("    ! ")]
    assert [sum(word in line for line in said) for word in ("leaves the folder", "zip bomb", "symbolic link", "is an archive")] == [
        3,
        2,
        1,
        1,
    ]
    assert [row["who"] for row in rows(tmp_path / "out")] == ["ok", "win"]
    assert (sorted(os.listdir(tmp_path)), path.read_bytes()) == (["out", "subs.zip"], before)


def test_a_zip_that_lies_about_a_size_or_a_sum_costs_that_file_only(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "subs.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"ada/{FILE}", "# the first file\n")
        archive.writestr(f"bob/{FILE}", BROKEN)
    path.write_bytes(path.read_bytes().replace(b"# the first file", b"# another  text!"))
    done = run("grade-all", "subs.zip")
    assert (done.returncode, "cannot be unpacked: Bad CRC" in " ".join(done.stdout.split())) == (Exit.USAGE, True)
    assert [row["who"] for row in rows(tmp_path)] == ["bob"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("name\nZoë\n".encode("latin-1"), "is not UTF-8 (line 2)"),
        ("name\nZoë\n".encode("utf-16"), "is not UTF-8"),
        (b"name\nAda\nGrace\nada \n", "two people are called 'ada'"),
        (b'name\n"Ada\nLovelace"\n', "holds a line break"),
        (b"name\n../../etc/passwd\n", "is a path"),
        (b"colour\nred\n", "has none of the columns"),
        (b"name\n", "names nobody"),
        (b'name\n"Ada\n', "is no CSV"),
        (b"", "has none of the columns"),
    ],
)
def test_a_roster_that_cannot_be_trusted_is_refused_before_anything_is_graded(tmp_path: Path, body: bytes, says: str) -> None:
    (tmp_path / "roster.csv").write_bytes(body)
    with pytest.raises(UsageError) as refused:
        roster.read(tmp_path / "roster.csv")
    assert says in refused.value.what
    assert refused.value.mend


@pytest.mark.parametrize("body", ["\ufeffname;id\r\nZoë;1\r\n", "id\tname\n1\tZoë\n", '"name"\n"Zoë"\n', "username,name\nz,Zoë\n,\n"])
def test_a_roster_may_have_a_byte_order_mark_and_any_separator(tmp_path: Path, body: str) -> None:
    (tmp_path / "roster.csv").write_text(body, "utf-8", newline="")
    assert [person.who for person in roster.read(tmp_path / "roster.csv").people] == ["Zoë"]


@pytest.fixture
def refusing(tmp_path: Path) -> Path:
    handed_in(tmp_path, {f"subs/ada/{FILE}": BROKEN, "text.zip": "no zip", "empty/readme.txt": "", "latin.csv": ""})
    (tmp_path / "latin.csv").write_bytes("name\nZoë\n".encode("latin-1"))
    (tmp_path / "newer").mkdir()
    newer = sqlite3.connect(tmp_path / "newer" / NAME)
    newer.executescript(f"PRAGMA application_id = {0x436F7572}; PRAGMA user_version = {VERSION + 1}; CREATE TABLE x (y);")
    newer.close()
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nowhere",), "nowhere is not there"),
        (("text.zip",), "cannot be read as a zip"),
        (("empty",), "there is no submission in empty"),
        (("subs", "--only", "99"), "there is no exercise '99'"),
        (("subs", "--roster", "latin.csv"), "is not UTF-8"),
        (("subs", "--roster", "none.csv"), "none.csv cannot be read"),
        (("subs", "--out", "newer"), f"is of version {VERSION + 1}"),
        (("subs", "--out", "/proc/self/out"), "cannot be made"),
        (("subs", "--out", "/proc/self"), "cannot be written"),
    ],
)
def test_what_cannot_be_begun_is_one_line_and_the_next_step_and_exit_2(
    run: Run, refusing: Path, arguments: tuple[str, ...], says: str
) -> None:
    done = run("grade-all", *arguments)
    assert done.returncode == Exit.USAGE
    what, mend = done.stderr.splitlines()
    assert says in what
    assert mend.startswith("  ") and mend.strip()
    assert done.stdout == ""
    assert not (refusing / "grades.csv").exists()


def test_another_seed_is_refused_and_nothing_is_lost(run: Run, tmp_path: Path) -> None:
    handed_in(tmp_path / "subs", {f"ada/{FILE}": BROKEN})
    assert run("grade-all", "subs", "--seed", "5eed").returncode == Exit.PASSED
    grades = (tmp_path / "grades.csv").read_bytes()
    refused = run("grade-all", "subs", "--seed", "other")
    assert (refused.returncode, "has the seed 5eed" in refused.stderr) == (Exit.USAGE, True)
    assert (tmp_path / "grades.csv").read_bytes() == grades


# -- isolation, and the screen ---------------------------------------------------------------------------------------------------------------


def test_a_result_below_the_asked_isolation_is_graded_anew_and_told_where_it_is_allowed(run: Run, tmp_path: Path) -> None:
    handed_in(tmp_path / "subs", {f"ada/{FILE}": BROKEN})
    run("grade-all", "subs")
    with sqlite3.connect(tmp_path / NAME) as journal:
        journal.execute("""UPDATE result SET report = replace(report, '"level":"full"', '"level":"process"')""")
    allowed = run("grade-all", "subs", "--allow-isolation", "process")
    assert progress(allowed.stderr) == []
    assert "NOT SANDBOXED in full: 1 submission at isolation process" in allowed.stdout
    anew = run("grade-all", "subs")
    assert len(progress(anew.stderr)) == 1
    assert "NOT SANDBOXED" not in anew.stdout
    assert rows(tmp_path)[0]["isolation"] == "full"


def reported(exercise: Exercise, who: str, *outcomes: Outcome, level: str = "full", sha256: str = "") -> Report:
    results = tuple(Result(Check(f"03a.c{number}", "03a", f"holds {number}", 2), outcome) for number, outcome in enumerate(outcomes))
    isolation = Isolation(level, (), (), "kernel")
    return Report(Submission(who, exercise.id, Path("x"), b"", sha256 or who), exercise, results, isolation, "3.11", "5eed", 0.0)


def shown(*reports: Report, **fields: Any) -> str:
    batch = replace(Batch(reports, (), (), (), ()), **fields)
    return "\n".join(line.plain for line in classroom.summary(batch, terminal.UNICODE))


P, F, U, N = Outcome.PASSED, Outcome.FAILED, Outcome.INCONCLUSIVE, Outcome.NOT_RUN


def test_exercises_that_do_not_fit_side_by_side_are_several_tables_and_the_total_is_in_the_last(course: Course) -> None:
    exercises = course.exercises
    batch = Batch(tuple(reported(exercise, "margarete elisabeth", P) for exercise in exercises), (), (), (), ())
    lines = [line.plain for line in classroom.summary(batch, terminal.UNICODE, 60)]
    assert max(map(len, lines)) < 60
    heads = [line.split() for line in lines if line.split()[:1] in (["01"], ["08"])]
    assert heads == [[exercise.id for exercise in exercises[:7]], [*(exercise.id for exercise in exercises[7:]), "total"]]
    assert [line for line in lines if "28/28" in line] == [f"  margarete elisa~{'   2' * 7}     28/28"]
    wide = [line.plain for line in classroom.summary(batch, terminal.UNICODE)]
    assert sum(line.startswith("  margarete") for line in wide) == 1


def test_the_screen_of_a_class(exercise_03: Exercise) -> None:
    screen = shown(
        reported(exercise_03, "ada", P, P),
        reported(exercise_03, "bob", P, F),
        reported(exercise_03, "cy", P, U),
        reported(exercise_03, "dee", F, Outcome.DEADLOCKED, level="partial"),
        reported(exercise_03, "eve", N, N),
        refused=(Refused("fay/ex03.py is a zip bomb", "ask fay"),),
        missing=("gus",),
        strangers=("mallory_ex03.py",),
        strays=("notes.txt",),
    )
    assert screen.splitlines() == [
        "",
        "  6 people, 5 submissions graded",
        "",
        "          03     total",
        "  ada      4       4/4",
        "  bob      2       2/4",
        "  cy      2?       2/4",
        "  dee      0       0/4",
        "  eve      0       0/4",
        "  gus      ·         ·",
        "  passed   1  of 6",
        "",
        "  Where the class is stuck",
        "    2 people    03a.c1         holds 1",
        "    1 person    03             the file can be imported",
        "    1 person    03a.c0         holds 0",
        "",
        "  Needs your eye",
        "    ! fay/ex03.py is a zip bomb",
        "      ask fay",
        "    ! cy, 03: no verdict on 2 of 4 points",
        "    ! NOT SANDBOXED in full: 1 submission at isolation partial (partial, files",
        "      and system calls only)",
        "",
        "  On the roster, and no file",
        "    gus",
        "",
        "  Files with no person on the roster",
        "    mallory_ex03.py",
        "",
        "  Files that are no exercise",
        "    notes.txt",
    ]


def test_names_that_are_long_wide_or_hostile_keep_the_columns(exercise_03: Exercise) -> None:
    people = ("a" * 200, "李" * 60, "x\x1b[2J\n")
    table = shown(*(reported(exercise_03, who, P) for who in people)).splitlines()[4:7]
    from rich.cells import cell_len

    assert len({cell_len(line) for line in table}) == 1
    assert not any("\x1b" in line for line in table)


@pytest.mark.parametrize(
    ("outcome", "fields", "code"),
    [
        (F, {}, Exit.PASSED),
        (U, {}, Exit.UNGRADABLE),
        (F, {"refused": (Refused("", ""),)}, Exit.USAGE),
        (F, {"left": 1}, Exit.INTERRUPTED),
    ],
)
def test_the_exit_code_is_about_the_batch_and_not_about_the_class(
    exercise_03: Exercise, outcome: Outcome, fields: dict[str, Any], code: Exit
) -> None:
    batch = replace(Batch((reported(exercise_03, "ada", P, outcome),), (), (), (), ()), **fields)
    assert command._code(batch) == code


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_the_counts_are_one_line_that_goes_at_the_end(monkeypatch: pytest.MonkeyPatch, exercise_03: Exercise) -> None:
    stream = _Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", stream)
    teller = command._Teller()
    teller(Progress(0, 2, None, 5))
    assert stream.getvalue() == "\r\x1b[K  2 to grade, 5 in the journal already"
    stream.truncate(stream.seek(0))
    teller(Progress(1, 2, reported(exercise_03, "ada", P, F)))
    assert stream.getvalue() == "\r\x1b[K  1 of 2   03  ada  2/4"
    teller(Progress(2, 2, None))
    assert stream.getvalue().endswith("\r\x1b[K")
    assert "\n" not in stream.getvalue()
