"""grader/workspace.py: progress that survives anything, and a folder whose files are the learner's."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.course import Course
from grader.errors import Exit, NotWritable, UsageError
from grader.model import Check, Isolation, Outcome, Report, Result, Submission
from grader.workspace import PROGRESS, Best, NotSaved, Progress, Workspace, digest
from tests.conftest import ROOT, Run, clean_environment

COURSE = Course.find()
URLS = COURSE.resolve("03")[0]

ids = st.from_regex(r"[0-9]{2}", fullmatch=True)
task_ids = st.from_regex(r"[0-9]{2}[a-z]", fullmatch=True)
bests = st.builds(Best, st.integers(0, 10**6), st.integers(0, 10**6), st.booleans())
foreign_lines = st.builds(
    lambda start, rest: start + rest,
    st.sampled_from(["note ", "04 worst ", "hint ", "<<<<<<< ", "  03 best 1 of 2", "03 best x", "#"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=20).map(lambda text: f"{text}."),
)
"""Lines that no version so far has written."""


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests start outside of any workspace."""
    monkeypatch.delenv("COURSE_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)


def report(earned: int, *, of: int = 20, passed: bool = False) -> Report:
    """A report of exercise 03 with so many points."""
    checks = [Check("03a.first", "03a", "says", earned or 1), Check("03a.rest", "03a", "says", of - earned or 1)]
    outcomes = [Outcome.PASSED if earned else Outcome.FAILED, Outcome.PASSED if passed else Outcome.FAILED]
    results = tuple(map(Result, checks, outcomes))
    submission = Submission("", "03", Path("ex03_url_loaders.py"), b"", "0" * 64)
    return Report(submission, URLS, results, Isolation("process", (), (), "kernel"), "3.11", "seed", 1.0)


# -- the progress file's text ----------------------------------------------------------------------------------------------------------


@given(
    st.dictionaries(ids, bests, max_size=4),
    st.dictionaries(task_ids, st.integers(0, 99), max_size=4),
    st.dictionaries(ids, st.integers(0, 99), max_size=4),
    st.just("") | ids,
    st.dictionaries(
        ids, st.tuples(st.from_regex(r"[a-z_]{1,20}", fullmatch=True), st.from_regex(r"[0-9a-f]{12}", fullmatch=True)), max_size=3
    ),
    st.lists(foreign_lines.filter(lambda line: len(line.splitlines()) == 1), max_size=4).map(tuple),
)
def test_progress_comes_back_as_it_was_written(
    best: dict[str, Best],
    hints: dict[str, int],
    tries: dict[str, int],
    at: str,
    stubs: dict[str, tuple[str, str]],
    kept: tuple[str, ...],
) -> None:
    progress = Progress(best, hints, tries, at, stubs, kept)
    assert Progress.parse(progress.text()) == progress


@given(st.lists(foreign_lines, max_size=5))
@example(["note\x0cwith a form feed"])
@example(["note\u2028with a line separator"])
def test_lines_that_are_not_understood_are_written_back_as_they_were(lines: list[str]) -> None:
    text = Progress.parse("".join(f"{line}\n" for line in lines)).text()
    assert text.split("\n")[1:-1] == lines


@given(st.text())
@example("03 best " + "9" * 5000 + " of 20")
@example("hint 03b " + "9" * 5000)
def test_any_text_can_be_read_and_reading_it_again_changes_nothing(text: str) -> None:
    progress = Progress.parse(text)
    assert Progress.parse(progress.text()) == progress


def test_the_text_is_what_the_module_shows() -> None:
    progress = Progress(
        {"03": Best(14, 20, passed=False), "01": Best(10, 10, passed=True)},
        {"03b": 2},
        {"03": 4},
        "03",
        {"03": ("url_loaders", "5e1f0a9c77d2")},
        ("04 new line",),
    )
    known = ["01 best 10 of 10 passed", "03 best 14 of 20", "hint 03b 2", "tries 03 4", "at 03", "stub 03 url_loaders 5e1f0a9c77d2"]
    assert progress.text().splitlines()[1:] == [*known, "04 new line"]


def test_the_title_stands_once_however_often_the_file_is_rewritten() -> None:
    text = Progress().text()
    for _ in range(3):
        text = Progress.parse(text).text()
    assert text == Progress().text()
    assert text.startswith("# thread-vs-process")


def test_lines_that_end_as_on_windows_are_understood() -> None:
    assert Progress.parse("01 best 10 of 10 passed\r\nhint 03b 2\r\n") == Progress({"01": Best(10, 10, passed=True)}, {"03b": 2})


@pytest.mark.parametrize("lines", [("03 best 20 of 20 passed", "03 best 4 of 20"), ("03 best 4 of 20", "03 best 20 of 20 passed")])
def test_of_two_lines_for_one_exercise_the_better_counts(lines: tuple[str, str]) -> None:
    """So a merge that keeps both sides loses nothing."""
    assert Progress.parse("\n".join(lines)).best == {"03": Best(20, 20, passed=True)}


# -- counting --------------------------------------------------------------------------------------------------------------------------


def test_the_first_report_is_the_best_so_far() -> None:
    assert Progress().with_report(report(14)).best == {"03": Best(14, 20, passed=False)}


def test_a_better_report_replaces_a_worse_one() -> None:
    assert Progress().with_report(report(5)).with_report(report(14)).best["03"].earned == 14


def test_a_worse_report_is_counted_as_a_try_and_changes_nothing_else() -> None:
    progress = Progress().with_report(report(14))
    assert progress.with_report(report(5)) == replace(progress, tries={"03": 2})


def test_an_exercise_once_passed_stays_passed() -> None:
    progress = Progress().with_report(report(19, passed=True)).with_report(report(14))
    assert progress.best["03"] == Best(20, 20, passed=True)
    assert progress.passed(URLS)


def test_a_report_without_a_verdict_does_not_pass_the_exercise() -> None:
    open_report = report(19)
    results = (open_report.results[0], replace(open_report.results[1], outcome=Outcome.INCONCLUSIVE))
    progress = Progress().with_report(replace(open_report, results=results))
    assert not progress.passed(URLS)
    assert progress.best["03"].earned == 19


def test_progress_is_a_value_that_with_report_and_with_hint_leave_alone() -> None:
    before = Progress(kept=("note",))
    after = before.with_report(report(3)).with_hint("03b", 2)
    assert before == Progress(kept=("note",))
    assert (after.hints, after.kept) == ({"03b": 2}, ("note",))


def test_the_current_exercise_is_the_first_that_is_not_passed() -> None:
    first, second = COURSE.exercises[:2]
    assert Progress().current(COURSE.exercises) == first
    assert Progress({first.id: Best(1, 1, passed=True)}).current(COURSE.exercises) == second
    assert Progress({first.id: Best(1, 1, passed=False)}).current(COURSE.exercises) == first


def test_no_exercise_is_current_when_all_are_passed() -> None:
    everything = {exercise.id: Best(1, 1, passed=True) for exercise in COURSE.exercises}
    assert Progress(everything).current(COURSE.exercises) is None


# -- saving ----------------------------------------------------------------------------------------------------------------------------

OLD = Progress({"01": Best(10, 10, passed=True)}, kept=("note",))
NEW = Progress({"01": Best(10, 10, passed=True), "03": Best(14, 20, passed=False)})


@contextmanager
def no_room_in_files() -> Iterator[None]:
    """Every write to a file fails, as on a full disk; for root too."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    Workspace(tmp_path).save(OLD)
    Workspace(tmp_path).save(NEW)
    assert Workspace(tmp_path).progress() == NEW
    assert [path.name for path in tmp_path.iterdir()] == [PROGRESS]


def test_the_file_can_be_read_by_others_as_a_committed_file_should(tmp_path: Path) -> None:
    Workspace(tmp_path).save(OLD)
    assert (tmp_path / PROGRESS).stat().st_mode & 0o777 == 0o644


def test_no_file_yet_is_no_progress(tmp_path: Path) -> None:
    assert Workspace(tmp_path).progress() == Progress()


def test_a_file_with_bytes_that_are_no_text_is_read_still(tmp_path: Path) -> None:
    (tmp_path / PROGRESS).write_bytes(b"\xff\xfe\n01 best 10 of 10 passed\n")
    assert Workspace(tmp_path).progress().best == {"01": Best(10, 10, passed=True)}


def test_a_full_disk_raises_not_saved_and_the_old_file_is_whole(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.save(OLD)
    with no_room_in_files(), pytest.raises(NotSaved, match="cannot be written") as caught:
        workspace.save(NEW)
    assert caught.value.mend.endswith("then the same command again")
    assert (tmp_path / PROGRESS).read_text() == OLD.text()
    assert [path.name for path in tmp_path.iterdir()] == [PROGRESS]


SAVE_AND_DIE = """
import json, os, signal, sys
from pathlib import Path
from grader.workspace import PROGRESS, Progress, Workspace

def die_at(number):
    calls = 0
    def count(frame, event, called):
        nonlocal calls
        calls += event == "c_call"
        if calls == number:
            os.kill(os.getpid(), signal.SIGKILL)
    return count

old, new = Path("old").read_bytes(), Progress.parse(Path("new").read_text())
found, killed, number = [], True, 0
while killed:
    number += 1
    Path(PROGRESS).write_bytes(old)
    child = os.fork()
    if not child:
        sys.setprofile(die_at(number))
        Workspace(Path()).save(new)
        os._exit(0)
    killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
    kept = [path.read_bytes() == old for path in Path().glob(f"{PROGRESS}.damaged-*")]
    found.append([Path(PROGRESS).read_bytes().hex(), any(kept)])
    for path in Path().glob(f"{PROGRESS}.*"):
        path.unlink()
print(json.dumps(found))
"""
"""Saves again and again, and is killed before the first call into C, the second ...: what lies in the folder each time."""


@pytest.mark.parametrize("old", [OLD.text().encode(), b"\xff\xfe\n01 best 10 of 10 passed\n"], ids=["text", "damaged"])
def test_killed_at_any_moment_of_a_save_the_file_is_the_old_or_the_new_one(tmp_path: Path, old: bytes) -> None:
    (tmp_path / "old").write_bytes(old)
    (tmp_path / "new").write_text(NEW.text())
    environment = clean_environment(PYTHONPATH=str(ROOT))
    done = subprocess.run([sys.executable, "-c", SAVE_AND_DIE], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = [(bytes.fromhex(data), kept) for data, kept in json.loads(done.stdout)]
    new = NEW.text().encode()
    assert {data for data, _ in found} == {old, new}
    assert found[0][0] == old
    assert found[-1][0] == new
    assert len(found) > 20
    if old != OLD.text().encode():
        assert all(kept for data, kept in found if data == new)


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A workspace on a file system without a free byte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)], capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"NO MOUNT: nothing was saved on a really full disk ({mounted.stderr.strip()})")
    try:
        Workspace.start(folder, COURSE)
        Workspace(folder).save(OLD)
        with pytest.raises(OSError, match="No space left"), (folder / "filler").open("wb", buffering=0) as filler:
            while True:
                filler.write(b"x" * 512)
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_on_a_full_disk_a_command_says_what_was_not_saved_and_the_old_progress_is_whole(full_disk: Path, run: Run) -> None:
    shown, moved = run("hint", "03b", cwd=full_disk), run("next", "05", cwd=full_disk)
    assert shown.returncode == Exit.PASSED
    assert "hint 1 of" in shown.stdout
    assert moved.returncode == Exit.USAGE
    for done in (shown, moved):
        assert "your progress was not saved" in done.stderr
        assert "no space left on device" in done.stderr
    assert "then the same command again" in moved.stderr
    assert (full_disk / PROGRESS).read_text() == OLD.text()
    assert not list(full_disk.glob(f"{PROGRESS}.*"))


def test_a_folder_in_the_files_place_raises_not_saved_and_nothing_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / PROGRESS).mkdir()
    (tmp_path / PROGRESS / "inside").touch()
    workspace = Workspace(tmp_path)
    with pytest.raises(NotSaved):
        workspace.progress()
    with pytest.raises(NotSaved, match="is a directory"):
        workspace.save(NEW)
    assert sorted(path.name for path in tmp_path.rglob("*")) == [PROGRESS, "inside"]


@pytest.mark.parametrize("root", ["gone", "file"])
def test_a_workspace_that_is_no_folder_any_more_raises_not_saved(tmp_path: Path, root: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotSaved, match=root):
        Workspace(tmp_path / root).save(NEW)


# -- start -----------------------------------------------------------------------------------------------------------------------------


def test_start_writes_every_stub_and_an_empty_progress_file(tmp_path: Path) -> None:
    started = Workspace.start(tmp_path / "a" / "b", COURSE)
    workspace, written, left = started.workspace, started.written, started.left
    assert left == []
    assert [path.read_bytes() for path in written] == [exercise.stub.read_bytes() for exercise in COURSE.exercises]
    assert written == [workspace.file(exercise) for exercise in COURSE.exercises]
    assert workspace.progress().best == {}
    assert Workspace.find(tmp_path / "a" / "b") == workspace


def test_start_leaves_files_that_are_there_alone(tmp_path: Path) -> None:
    workspace = Workspace.start(tmp_path, COURSE).workspace
    mine = workspace.file(URLS)
    mine.write_text("# my work\n")
    workspace.save(OLD)
    started = Workspace.start(tmp_path, COURSE)
    written, left = started.written, started.left
    assert written == []
    assert mine in left
    assert mine.read_text() == "# my work\n"
    assert replace(workspace.progress(), stubs={}) == OLD


def test_start_brings_back_a_file_that_is_missing(tmp_path: Path) -> None:
    workspace = Workspace.start(tmp_path, COURSE).workspace
    workspace.file(URLS).unlink()
    started = Workspace.start(tmp_path, COURSE)
    written, left = started.written, started.left
    assert written == [workspace.file(URLS)]
    assert len(left) == len(COURSE.exercises) - 1


@pytest.mark.parametrize("blocked", ["", "exercises"], ids=["the folder is a file", "exercises is a file"])
def test_start_where_a_file_stands_in_the_way_is_a_usage_error(tmp_path: Path, blocked: str) -> None:
    root = tmp_path / "course"
    target = root / blocked
    target.parent.mkdir(exist_ok=True)
    target.write_text("mine")
    with pytest.raises(UsageError, match="cannot be written") as caught:
        Workspace.start(root, COURSE)
    assert caught.value.mend == "course start ANOTHER_FOLDER"
    assert target.read_text() == "mine"


def test_start_on_a_full_disk_is_a_usage_error_too(tmp_path: Path) -> None:
    (tmp_path / "exercises").mkdir()
    for exercise in COURSE.exercises:
        (tmp_path / "exercises" / exercise.stub.name).touch()
    with no_room_in_files(), pytest.raises(UsageError, match="cannot be written"):
        Workspace.start(tmp_path, COURSE)


def test_start_can_be_repeated_after_a_full_disk(tmp_path: Path) -> None:
    with no_room_in_files(), pytest.raises(UsageError, match="cannot be written"):
        Workspace.start(tmp_path, COURSE)
    workspace = Workspace.start(tmp_path, COURSE).workspace
    for exercise in COURSE.exercises:
        assert workspace.file(exercise).read_bytes() == exercise.stub.read_bytes()


def test_start_hands_out_a_newer_stub_in_place_of_an_untouched_one_and_beside_a_changed_one(tmp_path: Path) -> None:
    workspace = Workspace.start(tmp_path, COURSE).workspace
    first, second = COURSE.exercises[:2]
    old = b"# the stub of last year\n"
    stubs = workspace.progress().stubs | {exercise.id: (exercise.slug, digest(old)) for exercise in (first, second)}
    workspace.save(replace(workspace.progress(), stubs=stubs))
    workspace.file(first).write_bytes(old)
    workspace.file(second).write_bytes(b"# my work\n")
    started = Workspace.start(tmp_path, COURSE)
    assert started.written == [workspace.file(first)]
    assert workspace.file(first).read_bytes() == first.stub.read_bytes()
    assert workspace.file(second).read_bytes() == b"# my work\n"
    assert [path.read_bytes() for path in started.offered] == [second.stub.read_bytes()]
    again = Workspace.start(tmp_path, COURSE)
    assert (again.written, again.offered) == ([], [])


def test_a_file_and_its_points_follow_an_exercise_to_its_new_id(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises" / "ex77_url_loaders.py").write_text("# my work\n")
    old = Progress({"77": Best(14, 20, passed=False)}, {"77b": 2}, {"77": 3}, "77", {"77": ("url_loaders", "0" * 12)})
    workspace.save(old)
    started = Workspace.start(tmp_path, COURSE)
    assert started.moved == [workspace.file(URLS)]
    assert workspace.file(URLS).read_text() == "# my work\n"
    now = workspace.progress()
    assert (now.best, now.hints, now.tries, now.at) == ({"03": Best(14, 20, passed=False)}, {"03b": 2}, {"03": 3}, "03")


def test_start_writes_for_git_and_the_editor_what_is_not_there(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")
    Workspace.start(tmp_path, COURSE)
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    tasks = json.loads((tmp_path / ".vscode" / "tasks.json").read_text())["tasks"]
    assert {task["command"] for task in tasks} == {'course grade "${file}"', "course"}


# -- next and reset --------------------------------------------------------------------------------------------------------------------


def test_after_next_the_current_exercise_is_that_one_and_then_those_behind_it() -> None:
    first, second, third = COURSE.exercises[:3]
    progress = Progress().going_to(second)
    assert progress.current(COURSE.exercises) == second
    assert replace(progress, best={second.id: Best(1, 1, passed=True)}).current(COURSE.exercises) == third
    all_but_the_first = {exercise.id: Best(1, 1, passed=True) for exercise in COURSE.exercises[1:]}
    assert replace(progress, best=all_but_the_first).current(COURSE.exercises) == first


def test_a_reset_keeps_every_file_that_it_replaces(tmp_path: Path) -> None:
    workspace = Workspace.start(tmp_path, COURSE).workspace
    kept = []
    for text in ("# first\n", "# second\n"):
        workspace.file(URLS).write_text(text)
        kept.append(workspace.reset(URLS))
        assert workspace.file(URLS).read_bytes() == URLS.stub.read_bytes()
    assert [path and path.read_text() for path in kept] == ["# first\n", "# second\n"]
    assert workspace.reset(URLS) is None


def test_a_dry_run_of_reset_changes_nothing(tmp_path: Path) -> None:
    workspace = Workspace.start(tmp_path, COURSE).workspace
    workspace.file(URLS).write_text("# mine\n")
    before = sorted(tmp_path.rglob("*"))
    kept = workspace.reset(URLS, dry_run=True)
    assert kept
    assert not kept.exists()
    assert sorted(tmp_path.rglob("*")) == before
    assert workspace.file(URLS).read_text() == "# mine\n"


def test_a_reset_on_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    workspace = Workspace.start(tmp_path, COURSE).workspace
    workspace.file(URLS).write_text("# mine\n")
    with no_room_in_files(), pytest.raises(NotWritable, match="cannot be reset"):
        workspace.reset(URLS)
    assert workspace.file(URLS).read_text() == "# mine\n"


def test_a_progress_file_that_is_no_text_is_kept_aside_before_it_is_written_anew(tmp_path: Path) -> None:
    damaged = b"\xff\xfe\n01 best 10 of 10 passed\n"
    (tmp_path / PROGRESS).write_bytes(damaged)
    workspace = Workspace(tmp_path)
    workspace.save(workspace.progress().with_hint("03b", 1))
    assert (tmp_path / f"{PROGRESS}.damaged-1").read_bytes() == damaged
    assert workspace.progress().hints == {"03b": 1}
    assert workspace.progress().best == {"01": Best(10, 10, passed=True)}


# -- find ------------------------------------------------------------------------------------------------------------------------------


def test_find_looks_upward(tmp_path: Path) -> None:
    workspace = Workspace.start(tmp_path / "mine", COURSE).workspace
    deep = workspace.root / "exercises" / "a" / "b"
    deep.mkdir(parents=True)
    assert Workspace.find(deep) == workspace


def test_find_begins_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = Workspace.start(tmp_path / "mine", COURSE).workspace
    monkeypatch.chdir(workspace.root / "exercises")
    assert Workspace.find().root.resolve() == workspace.root.resolve()


def test_find_stops_at_the_nearest_workspace(tmp_path: Path) -> None:
    Workspace.start(tmp_path, COURSE)
    inner = Workspace.start(tmp_path / "inner", COURSE).workspace
    assert Workspace.find(tmp_path / "inner" / "exercises") == inner


def test_find_takes_a_checkout_for_a_workspace(tmp_path: Path) -> None:
    for folder in ("exercises", "lessons", "grader"):
        (tmp_path / "checkout" / folder).mkdir(parents=True)
    assert Workspace.find(tmp_path / "checkout" / "lessons") == Workspace(tmp_path / "checkout")


def test_find_is_not_content_with_a_folder_of_exercises(tmp_path: Path) -> None:
    (tmp_path / "exercises").mkdir()
    with pytest.raises(UsageError):
        Workspace.find(tmp_path)


def test_a_folder_named_by_the_environment_goes_before_the_current_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = Workspace.start(tmp_path / "here", COURSE).workspace
    named = Workspace.start(tmp_path / "named", COURSE).workspace
    monkeypatch.setenv("COURSE_WORKSPACE", str(named.root))
    assert Workspace.find(here.root) == named


def test_an_empty_name_in_the_environment_counts_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = Workspace.start(tmp_path / "here", COURSE).workspace
    monkeypatch.setenv("COURSE_WORKSPACE", "")
    assert Workspace.find(here.root) == here


def test_outside_of_a_workspace_the_error_names_both_ways_on(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="this folder is not inside a workspace") as caught:
        Workspace.find()
    assert caught.value.code is Exit.USAGE
    assert "course start" in caught.value.mend
    assert "--file" in caught.value.mend


def test_a_wrong_name_in_the_environment_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_WORKSPACE", os.fspath(tmp_path / "gone"))
    with pytest.raises(UsageError, match=r"COURSE_WORKSPACE=.*gone is not inside a workspace"):
        Workspace.find()
