"""grader/classroom/journal.py and record.py: nothing is lost, doubled or changed, and a file that is not ours to write is not touched."""

import random
import resource
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.classroom import record
from grader.classroom.journal import NAME, VERSION, Journal, Key, version
from grader.errors import UsageError
from grader.model import (
    Batch,
    Check,
    Coverage,
    Evidence,
    Exercise,
    Interleaving,
    Isolation,
    Message,
    Outcome,
    Refused,
    Report,
    Result,
    SourceLine,
    Step,
    Submission,
    Wait,
)
from tests.conftest import ROOT, clean_environment

KEY = Key("Lovelace, Ada", "03", "0" * 64, "v1", "5eed")


def test_a_row_is_there_when_the_journal_is_opened_again(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.write(KEY, "a report")
    with Journal(tmp_path) as journal:
        assert journal.find(KEY) == "a report"


@pytest.mark.parametrize("field", ["person", "exercise", "sha256", "version", "seed"])
def test_a_row_answers_for_its_own_person_exercise_file_suite_and_seed_only(tmp_path: Path, field: str) -> None:
    with Journal(tmp_path) as journal:
        journal.write(KEY, "a report")
        other = replace(KEY, **{field: "other"})
        assert journal.find(other) is None
        journal.write(other, "another")
        assert (journal.find(KEY), journal.find(other)) == ("a report", "another")


def test_a_second_row_for_a_key_takes_the_first_ones_place(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.write(KEY, "a report")
        journal.write(KEY, "graded anew")
        assert journal.find(KEY) == "graded anew"
    assert sqlite3.connect(tmp_path / NAME).execute("SELECT count(*) FROM result").fetchone() == (1,)


def test_one_batch_has_one_seed(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        drawn = journal.seed(None, anew=False)
        assert drawn
        assert journal.seed(None, anew=True) == drawn
        with pytest.raises(UsageError, match=f"has the seed {drawn}"):
            journal.seed("other", anew=False)
        assert journal.seed("other", anew=True) == "other"
    with Journal(tmp_path) as journal:
        assert journal.seed(None, anew=False) == "other"


def test_two_journals_of_two_folders_draw_two_seeds(tmp_path: Path) -> None:
    seeds = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        with Journal(tmp_path / name) as journal:
            seeds.add(journal.seed(None, anew=False))
    assert len(seeds) == 2


def test_an_open_journal_is_locked_and_a_closed_one_is_not(tmp_path: Path) -> None:
    with Journal(tmp_path), pytest.raises(UsageError, match="another `course grade-all`"):
        Journal(tmp_path)
    Journal(tmp_path).close()


def test_a_journal_that_could_not_be_opened_leaves_no_lock(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"a letter")
    for _ in range(2):
        with pytest.raises(UsageError, match="is no journal"):
            Journal(tmp_path)


def state(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_newer_journal_is_refused_and_not_touched(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.write(KEY, "a report")
    newer = sqlite3.connect(tmp_path / NAME)
    newer.execute(f"PRAGMA user_version = {VERSION + 1}")
    newer.close()
    before = state(tmp_path)
    with pytest.raises(UsageError, match=f"is of version {VERSION + 1}"):
        Journal(tmp_path)
    assert state(tmp_path) == before


def test_somebody_else_s_database_is_refused_and_not_touched(tmp_path: Path) -> None:
    theirs = sqlite3.connect(tmp_path / NAME)
    theirs.execute("CREATE TABLE songs (title)")
    theirs.close()
    before = state(tmp_path)
    with pytest.raises(UsageError, match="is no journal"):
        Journal(tmp_path)
    assert state(tmp_path) == before


def test_a_damaged_journal_is_said_to_be_damaged(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        for number in range(200):
            journal.write(replace(KEY, person=str(number)), "x" * 2000)
    path = tmp_path / NAME
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 4000 + path.read_bytes()[4100:])
    with pytest.raises(UsageError, match="is damaged"):
        Journal(tmp_path)
    with pytest.raises(UsageError, match="is damaged"):  # and the lock was given back
        Journal(tmp_path)


WRITER = """
import sys
from pathlib import Path
from grader.classroom.journal import Journal, Key
from grader.errors import UsageError
try:
    with Journal(Path(sys.argv[1])) as journal:
        for number in range(int(sys.argv[2])):
            journal.write(Key(str(number), "03", "", "", ""), f"{number}:" + "x" * 3000)
            print(number, flush=True)
except UsageError as error:
    print("told", error.what, flush=True)
"""


def writer(folder: Path, rows: int, **options: object) -> "subprocess.Popen[str]":
    environment = clean_environment(PYTHONPATH=str(ROOT))
    command = [sys.executable, "-c", WRITER, str(folder), str(rows)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, **options)  # type: ignore[call-overload,no-any-return]


def rows_of(folder: Path) -> dict[str, str]:
    with Journal(folder) as journal:
        return {str(number): text for number in range(1000) if (text := journal.find(Key(str(number), "03", "", "", "")))}


@pytest.mark.parametrize("seed", range(4))
def test_after_a_kill_each_row_that_was_told_to_be_written_is_there_whole(tmp_path: Path, seed: int) -> None:
    last = random.Random(seed).randrange(0, 120)
    process = writer(tmp_path, 1000)
    assert process.stdout
    told = [next(process.stdout).strip() for _ in range(last + 1)]
    process.kill()
    process.wait()
    rows = rows_of(tmp_path)
    assert set(told) <= set(rows)
    assert all(text == f"{number}:" + "x" * 3000 for number, text in rows.items())
    assert len(rows) < 1000
    process.stdout.close()


def test_a_full_disk_is_told_and_loses_no_row(tmp_path: Path) -> None:
    limit = 200_000
    process = writer(tmp_path, 1000, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    assert process.stdout
    *told, last = process.stdout.read().splitlines()
    process.stdout.close()
    assert process.wait() == 0
    assert "cannot be written" in last
    rows = rows_of(tmp_path)
    assert 0 < len(told) <= len(rows) < 1000
    assert set(told) <= set(rows)


def test_a_folder_in_which_nothing_can_be_made_is_told() -> None:
    with pytest.raises(UsageError, match="cannot be written"):  # not even by root
        Journal(Path("/proc/self"))


def test_a_version_is_of_what_is_in_the_suite_and_not_of_its_byte_code(tmp_path: Path, exercise_03: Exercise) -> None:
    suite = tmp_path / "ex03_url_loaders"
    suite.mkdir()
    (suite / "suite.py").write_text("x = 1\n")
    exercise = replace(exercise_03, suite=suite)
    first = version(exercise)
    (suite / "__pycache__").mkdir()
    (suite / "__pycache__" / "suite.pyc").write_bytes(b"byte code")
    assert version(exercise) == first
    (suite / "probes.py").write_text("")
    second = version(exercise)
    (suite / "suite.py").write_text("x = 2\n")
    assert len({first, second, version(exercise)}) == 3


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
checks = st.builds(Check, texts, texts, texts, st.integers(0, 9), st.tuples(texts), texts, st.tuples(texts, texts))
lines = st.builds(SourceLine, st.integers(), texts, st.integers())
messages = st.builds(Message, texts, st.tuples(lines), texts, st.booleans())
steps = st.builds(Step, texts, st.integers(), texts, texts, texts, texts)
waits = st.builds(Wait, texts, st.integers(), texts, texts)
arguments = st.tuples(st.integers(), texts)
orders = st.builds(Interleaving, texts, texts, texts, arguments, texts, texts, texts, st.tuples(steps), st.just(()) | st.tuples(waits))
results = st.builds(
    Result,
    checks,
    st.sampled_from(Outcome),
    st.tuples(messages),
    st.tuples(st.builds(Evidence, texts, st.tuples(texts))),
    st.none() | orders,
)


@given(results, texts, st.none() | st.builds(Coverage, st.integers(), st.tuples(st.integers())))
def test_a_report_comes_back_as_it_was_but_for_lines_of_the_source_that_no_order_names(
    result: Result, who: str, coverage: Coverage | None
) -> None:
    exercise = EXERCISE
    isolation = Isolation("partial", ("Landlock",), ("namespaces", "limits"), "kernel")
    submission = Submission(who, "03", Path("ada/ex03.py"), b"source", "0" * 64)
    report = Report(submission, exercise, (result,), isolation, "3.11.7", "5eed", 1.25, coverage)
    found = result.interleaving
    named = {step.line for step in found.steps} | {wait.line for wait in found.waits} if found else set()
    kept = replace(submission, source=b"source" if 1 in named else b"")
    assert record.load(record.dump(report), exercise) == replace(report, submission=kept)


def test_the_lines_that_an_order_of_threads_names_come_back_at_their_places() -> None:
    steps = (Step("T1", 2, "read", "value", "", "0"), Step("T2", 4, "write", "value", "", "1"))
    order = Interleaving("03a.c", "says", "scenario", (), "task", "a b", "returned", steps, (Wait("T1", 99, "T2", "lock"),))
    result = Result(Check("03a.c", "03a", "says", 1), Outcome.FAILED, (), (), order)
    submission = Submission("ada", "03", Path("ex03.py"), "one\ntwo é\nthree\n  four".encode(), "0" * 64)
    report = Report(submission, EXERCISE, (result,), Isolation("full", (), (), "kernel"), "3.11.7", "5eed", 1.25)
    assert record.load(record.dump(report), EXERCISE).submission.source.decode().split("\n") == ["", "two é", "", "  four"]


def a_batch(*reports: Report) -> Batch:
    return Batch(reports, (Refused("fay/ex03.py is a zip bomb", "ask fay"),), ("gus",), ("mallory_ex03.py",), ("notes.txt",), 2)


def test_a_batch_comes_back_with_its_reports_and_all_that_was_not_graded(tmp_path: Path) -> None:
    submission = Submission("ada", "03", Path("ex03.py"), b"", "0" * 64)
    report = Report(submission, EXERCISE, (), Isolation("full", (), (), "kernel"), "3.11.7", "5eed", 1.25)
    with Journal(tmp_path) as journal:
        journal.write(KEY, record.dump(report))
        journal.write(replace(KEY, sha256="1" * 64), "a file that she has replaced")
        journal.end("an earlier batch")
        journal.end(record.dump_batch(a_batch(), [KEY]))
    with Journal.existing(tmp_path) as journal:
        assert record.load_batch(journal.ended(), journal.find, [EXERCISE]) == a_batch(report)
        with pytest.raises(UsageError, match="exercise 03, and this course has none"):
            record.load_batch(journal.ended(), journal.find, [])


def test_a_journal_that_is_not_there_is_not_made_and_one_without_an_end_says_how_to_go_on(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no journal of a batch") as missing:
        Journal.existing(tmp_path)
    assert missing.value.mend.startswith(f"course grade-all SUBMISSIONS --out {tmp_path} ")
    assert list(tmp_path.iterdir()) == []
    Journal(tmp_path).close()
    with Journal.existing(tmp_path) as journal, pytest.raises(UsageError, match="no batch has come to its end"):
        journal.ended()


def test_a_journal_of_the_first_version_keeps_its_rows_and_gets_what_it_lacks(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        seed = journal.seed(None, anew=False)
        journal.write(KEY, "a report")
    older = sqlite3.connect(tmp_path / NAME)
    older.executescript("DROP TABLE ended; PRAGMA user_version = 1;")
    older.close()
    with Journal(tmp_path) as journal:
        assert (journal.find(KEY), journal.seed(None, anew=False)) == ("a report", seed)
        journal.end("a batch")
        assert journal.ended() == "a batch"


EXERCISE = Exercise("03", "url_loaders", None, Path("stub"), Path("solution"), Path("suite"))  # type: ignore[arg-type] # what no record holds
