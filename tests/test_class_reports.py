"""What a class gets in files: report.html, feedback/ for each person, the formats of `course export`, an autograder's zip, files that are alike.

Most classes here hand in files that cannot be imported, for those are graded in no time.
"""

import csv
import io
import json
import multiprocessing
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.classroom import autograder, files, roster
from grader.classroom.journal import NAME
from grader.course import Course
from grader.errors import Exit, NotWritable
from grader.model import Batch, Check, Exercise, Message, Outcome, Pair, Refused, Report, Result, SourceLine
from grader.render import class_page, classroom, feedback, overview
from tests.conftest import ROOT, Open, Run, clean_environment, needs_browser
from tests.reports import LESSON
from tests.reports import report as made_report
from tests.test_classroom import BROKEN, FILE, SUITES, handed_in
from tests.test_export import CANVAS, FORMS
from tests.test_pictures import SCRIPT, Elements
from tests.test_render import HOSTILE, any_text

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from playwright.sync_api import Browser, Page

P, F, U, N, W = Outcome.PASSED, Outcome.FAILED, Outcome.INCONCLUSIVE, Outcome.NOT_RUN, Outcome.WAITING
EXERCISES = tuple(
    Exercise(
        f"{number:02}", "loaders", replace(LESSON, number=number, title=f"Lesson {number}"), Path("stub"), Path("solution"), Path("suite")
    )
    for number in range(1, 15)
)
SERIAL = Message("6 pages were fetched one after another.", (SourceLine(4, "get(url)"),), "`.result()` waits for that page.")
SERIAL_TOO = Message("9 pages were fetched one after another.", (), "`.result()` waits for that page.")
POOL = Message("The pool has one worker.", (), "One worker does one thing at a time.")


def graded(who: str, *outcomes: Outcome, exercise: Exercise = EXERCISES[2], said: Message = SERIAL, sha256: str = "") -> Report:
    """A report of two points a check."""
    results = tuple(
        Result(Check(f"{exercise.id}a.c{number}", "03a", f"holds {number}", 2), outcome, () if outcome in (P, W) else (said,))
        for number, outcome in enumerate(outcomes)
    )
    base = made_report(*results)
    submission = replace(base.submission, who=who, exercise=exercise.id, path=Path("/srv/handed_in/ex03.py"), sha256=sha256 or who)
    return replace(base, submission=submission, exercise=exercise)


def a_class(**fields: object) -> Batch:
    reports = (
        graded("Adams, Ines", P, P),
        graded("Brandt, Oskar", P, F),
        graded("Chen, Wei", F, F, said=SERIAL_TOO),
        graded("Dahl, Mia", P, Outcome.DEADLOCKED, said=POOL),
        graded("Evans, Zoe", P, U),
        graded("Fay, Tom", N, N),
        graded("Adams, Ines", F, P, exercise=EXERCISES[6]),
        graded("Chen, Wei", F, P, exercise=EXERCISES[6], sha256="Adams, Ines"),
    )
    batch = Batch(reports, (Refused("hugo/ex03.py is a zip bomb", "ask hugo"),), ("Gray, Gus",), ("mallory_ex03.py",), ("notes.txt",))
    return replace(batch, **fields)  # type: ignore[arg-type] # fields of a Batch


LINKS = {
    who: f"feedback/{files.file_name(who)}.html"
    for who in ("Adams, Ines", "Brandt, Oskar", "Chen, Wei", "Dahl, Mia", "Evans, Zoe", "Fay, Tom")
}


def page(batch: Batch) -> str:
    return class_page.page(batch, {report.submission.who: LINKS.get(report.submission.who, "feedback/x.html") for report in batch.reports})


def words(text: str) -> str:
    """The text of a page that holds nothing hostile, with a space for each tag."""
    return " ".join(unescape(re.sub("<[^>]*>", " ", text)).split())


# -- what the class came to ------------------------------------------------------------------------------------------------------------


def test_checks_are_grouped_with_the_number_of_people_and_the_mechanisms() -> None:
    found = overview.overview(a_class()).hurdles
    assert [(hurdle.id, hurdle.people) for hurdle in found] == [("03a.c1", 3), ("07a.c0", 2), ("03", 1), ("03a.c0", 1)]
    assert found[0].reasons == (
        ("6 pages were fetched one after another. `.result()` waits for that page.", 2),
        ("The pool has one worker. One worker does one thing at a time.", 1),
    )


@pytest.mark.parametrize(("outcomes", "part"), [("F" * 8, 0), ("PPFFFFFF", 1), ("PPPFFFFF", 2), ("PPPPFFFF", 2), ("PPPPPPFF", 3), ("PPPPPPPF", 4), ("PPPPPPPP", 5)])  # fmt: skip
def test_a_distribution_has_a_place_for_none_each_quarter_almost_all_and_all(outcomes: str, part: int) -> None:
    report = graded("ada", *({"P": P, "F": F}[letter] for letter in outcomes))
    assert overview.distribution([report]) == [number == part for number in range(len(overview.PARTS))]


def test_names_with_commas_are_told_apart_in_a_list() -> None:
    same = overview.overview(a_class()).doubts[-1]
    assert same.what == "07: the same file from Adams, Ines; Chen, Wei"


# -- the page ---------------------------------------------------------------------------------------------------------------------------


def test_the_page_tells_where_the_class_is_stuck_what_needs_an_eye_and_who_has_what() -> None:
    text = words(page(a_class(left=2)))
    for said in (
        "7 people, 8 submissions graded, 2 left",
        "3 people 03a.c1 holds 1 (Lesson 3) 2 of 3: 6 pages were fetched one after another. `.result()` waits for that page. 1 of 3: The pool",
        "1 person 03 the file can be imported",
        "hugo/ex03.py is a zip bomb ask hugo",
        "Evans, Zoe, 03: no verdict on 2 of 4 points",
        "Exercise 03: people by their share of the points. 0: 2, 1-25: 0, 26-50: 3, 51-75: 0, 76-99: 0, 100 %: 1",
        "Adams, Ines ✓ 4 2 6/8",
        "Evans, Zoe 2? · 2/4",
        "Gray, Gus · · ·",
        "passed 1 0 of 7",
        "mallory_ex03.py",
        "notes.txt",
    ):
        assert said in text, said


def test_the_page_links_to_each_person_s_feedback_and_to_nothing_else() -> None:
    links = [value for name, value in Elements(page(a_class())).attributes if name in ("href", "src")]
    assert sorted(unquote(link) for link in links if link and not link.startswith("#")) == sorted(LINKS.values())


def test_an_empty_class_has_a_page() -> None:
    assert "0 people, 0 submissions graded" in words(page(Batch((), (), (), (), ())))


def hostile(text: str) -> Batch:
    """A class in which whatever a learner can write is this text."""
    said = Message(text, (SourceLine(1, text),), text)
    return Batch((graded(text, F, said=said),), (Refused(text, text),), (f"{text} too",), (text,), (text,))


@pytest.mark.parametrize("text", [SCRIPT, HOSTILE, "</script></title></svg></main>" + SCRIPT, "$body ${title} {x} %s"])
def test_whatever_a_learner_wrote_is_text(text: str) -> None:
    found, harmless = Elements(page(hostile(text))), Elements(page(hostile("harmless")))
    assert found.tags == harmless.tags
    assert [name for name, _ in found.attributes] == [name for name, _ in harmless.attributes]


@settings(max_examples=40)
@given(any_text)
def test_the_page_has_the_same_elements_whatever_a_learner_wrote(text: str) -> None:
    steady = page(hostile("x" + text))
    assert Elements(steady).tags == Elements(page(hostile("x"))).tags
    steady.encode("utf-8")


def big() -> Batch:
    """Forty people, fourteen exercises, and names as long as they come."""
    names = [f"{'Wolfeschlegelsteinhausenbergerdorff' * 3}, {number:02}" for number in range(3)] + [
        f"Person {number:02}" for number in range(37)
    ]
    outcomes = ((P, P, P, P), (P, P, F, F), (F, W, F, F), (P, P, P, U))
    return Batch(
        tuple(
            graded(who, *outcomes[(place * number) % 4], exercise=exercise, sha256=f"{place} {number}")
            for place, who in enumerate(names, 1)
            for number, exercise in enumerate(EXERCISES, 1)
            if (place + number) % 9
        ),
        (Refused("x" * 300, "course grade 03 --file PATH"),),
        ("Zed",),
        (),
        (),
    )


@needs_browser
@pytest.mark.parametrize("width", [360, 1000])
def test_the_page_fetches_nothing_and_does_not_scroll_sideways(width: int, open_page: Open) -> None:
    for batch in (a_class(), big(), hostile(SCRIPT * 5)):
        asked: list[str] = []
        opened = open_page(page(batch), width, asked=asked)
        assert asked == [opened.url]
        assert opened.evaluate("document.documentElement.scrollWidth") <= width


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_object_to(scheme: str, open_page: Open) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for text in (
        page(big()),
        page(a_class()),
        feedback.page([report for report in a_class().reports if report.submission.who == "Chen, Wei"]),
    ):
        found = Axe().run(open_page(text, color_scheme=scheme))
        assert found.violations_count == 0, found.generate_report()


def column(opened: "Page", place: int) -> list[str]:
    return [row.locator("th, td").nth(place).inner_text() for row in opened.locator(".people tbody tr").all()]


@needs_browser
def test_a_heading_sorts_by_names_or_points_and_the_other_way_round(open_page: Open) -> None:
    opened = open_page(page(a_class()), 1000)
    names = ["Adams, Ines", "Brandt, Oskar", "Chen, Wei", "Dahl, Mia", "Evans, Zoe", "Fay, Tom", "Gray, Gus"]
    assert column(opened, 0) == names
    third = opened.get_by_role("button", name="03")
    third.click()
    assert column(opened, 1) == ["·", "0", "0", "2", "2", "2?", "✓ 4"]
    assert opened.locator("th[aria-sort]").get_attribute("aria-sort") == "ascending"
    third.press("Enter")
    assert column(opened, 1) == ["✓ 4", "2?", "2", "2", "0", "0", "·"]
    opened.get_by_role("button", name="person").click()
    assert column(opened, 0) == names
    assert opened.locator("th[aria-sort]").inner_text().startswith("person")
    assert opened.locator(".people tfoot").inner_text().split() == ["passed", "1", "0", "of", "7"]


@needs_browser
def test_without_a_script_the_page_is_whole(browser: "Browser", tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(page(a_class()), "utf-8")
    opened = browser.new_page(java_script_enabled=False)
    opened.goto((tmp_path / "report.html").as_uri())
    assert len(column(opened, 0)) == 7
    assert opened.get_by_role("button").count() == 0
    opened.close()


@needs_browser
def test_no_script_but_the_page_s_own_runs(open_page: Open) -> None:
    slipped = page(a_class()).replace("</main>", '<img src="http://127.0.0.1:9/x.png"><script>document.title = "run"</script></main>')
    refused: list[str | None] = []
    opened = open_page(slipped, refused=refused)
    assert refused == ["csp"]
    assert opened.title() == "The class"
    assert opened.get_by_role("button").count() > 0


# -- what one person is told --------------------------------------------------------------------------------------------------------------


def test_the_text_is_what_the_screen_says_of_each_exercise_and_only_of_this_person() -> None:
    text = feedback.text([report for report in a_class().reports if report.submission.who == "Chen, Wei"])
    assert text.startswith("Chen, Wei: 2/8 points\n")
    for said in ("03 · Lesson 3", "07 · Lesson 7", "9 pages were fetched one after another.", "`.result()` waits for that page."):
        assert said in text
    assert "Adams" not in text and "/srv" not in text
    assert max(map(len, text.splitlines())) <= 80


# -- names of files --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("ada", "ada"),
        ("Lovelace, Ada", "ada_lovelace"),
        ("Zoé  O'Neill-Kay", "zoé_o'neill-kay"),
        ("j.r.r. tolkien", "j.r.r._tolkien"),
        ("李 伟", "李_伟"),
    ],
)
def test_a_plain_name_can_be_read_in_the_file_s_name(who: str, name: str) -> None:
    assert files.file_name(who) == name


@pytest.mark.parametrize(
    "who",
    [
        "..",
        ".hidden",
        "a/b",
        "a\\b",
        "CON",
        "con.txt",
        "Com1",
        "LPT9.x",
        "a:b",
        "what?",
        "*",
        "x" * 300,
        "李" * 300,
        "dot.",
        "=1+1",
        "",
        "%2e",
    ],
)
def test_a_name_that_no_file_may_have_becomes_one_that_it_may(who: str) -> None:
    name = files.file_name(who)
    assert re.fullmatch(r"[\w.'-]+-[0-9a-f]{12}", name)
    assert not name.startswith(".")


names = st.text(st.sampled_from("aAbB /\\._-:?*'İßſıé\u0301,") | st.characters(codec="utf-8"), max_size=80)


@given(names, names)
def test_two_people_never_share_a_file_and_every_system_takes_it(one: str, other: str) -> None:
    first, second = files.file_name(one), files.file_name(other)
    assert (first.casefold() == second.casefold()) == (roster.key(one) == roster.key(other))
    assert len(first.encode()) < 240
    assert not set('<>:"/\\|?*\0') & set(first)
    assert not re.match(r"\.|(con|prn|aux|nul|com\d|lpt\d)(\.|$)", first)


def test_nobody_can_take_a_name_that_stands_for_another_one() -> None:
    disguised = files.file_name("a?b")
    assert files.file_name(disguised) != disguised


# -- files, whole or not at all -------------------------------------------------------------------------------------------------------------

ONE, OTHER = (Batch(tuple(graded(f"person {n}", *outcomes) for n in range(6)), (), (), (), ()) for outcomes in ((P, P), (P, F)))


def writes_again_and_again(folder: Path, said: "Connection[str, str]") -> None:
    """Write two batches in turn until it is killed, and say so after each."""
    while True:
        for batch in (ONE, OTHER):
            files.write(folder, batch)
            said.send("written")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_kill_in_the_middle_of_writing_leaves_no_half_file(tmp_path: Path) -> None:
    whole = []
    for name, batch in (("one", ONE), ("other", OTHER)):
        (tmp_path / name).mkdir()
        files.write(tmp_path / name, batch)
        whole.append(contents(tmp_path / name))
    out = tmp_path / "out"
    out.mkdir()
    for rounds in (1, 2, 4):
        ours, theirs = multiprocessing.Pipe(duplex=False)
        process = multiprocessing.get_context("spawn").Process(target=writes_again_and_again, args=(out, theirs))
        process.start()
        theirs.close()
        for _ in range(rounds):
            assert ours.recv() == "written"
        assert process.pid
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        ours.close()
        left = {name: body for name, body in contents(out).items() if not name.startswith(".unfinished/")}
        assert left.keys() == whole[0].keys()
        assert [name for name, body in left.items() if body not in (whole[0][name], whole[1][name])] == []
    files.write(out, ONE)
    assert contents(out) == whole[0]
    assert sorted(path.name for path in out.iterdir()) == ["feedback", "grades.csv", "report.html"]


def test_what_is_already_so_is_not_written_again_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    files.write(tmp_path, ONE)
    handed_in(tmp_path / "feedback", {"mine.html": "mine", "notes/ada.txt": "mine", "person_9.txt": "of an earlier class"})
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "feedback").iterdir()}
    files.write(tmp_path, ONE)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "feedback").iterdir()} == before
    files.write(tmp_path, OTHER)
    assert "6 of 8" not in (tmp_path / "feedback" / "person_1.txt").read_text("utf-8")
    assert (tmp_path / "feedback" / "mine.html").read_text() == (tmp_path / "feedback" / "notes" / "ada.txt").read_text() == "mine"


def test_a_link_in_a_file_s_place_is_replaced_and_not_followed(tmp_path: Path) -> None:
    handed_in(tmp_path, {"feedback/x": "", "elsewhere": "theirs"})
    (tmp_path / "feedback" / "person_1.html").symlink_to("../elsewhere")
    files.write(tmp_path, ONE)
    assert (tmp_path / "elsewhere").read_text() == "theirs"
    assert not (tmp_path / "feedback" / "person_1.html").is_symlink()


@pytest.mark.parametrize("place", ["feedback", "report.html/x", "feedback/person_1.txt/x", ".unfinished"])
def test_a_place_that_is_taken_is_an_error_that_names_it(tmp_path: Path, place: str) -> None:
    handed_in(tmp_path, {place: "theirs"})
    with pytest.raises(NotWritable, match=re.escape(place.removesuffix("/x"))) as refused:
        files.write(tmp_path, ONE)
    assert "every result is in the journal" in refused.value.what
    assert (tmp_path / place).read_text() == "theirs"


# -- the commands ------------------------------------------------------------------------------------------------------------------------

PEOPLE = ("ada", "con", "Lovelace, Ada", "Zoé")


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a class was graded into out/: broken files, and one that fails a check of lesson 03."""
    home = tmp_path_factory.mktemp("batch")
    handed_in(home / "subs", {f"{who}/{FILE}": BROKEN + f"# {who}\n" for who in PEOPLE} | {"ada/ex01.py": BROKEN})
    handed_in(home / "subs", {f"bob/{FILE}": (SUITES / "ex03_url_loaders/wrong/serial.py").read_text()})
    done = course("grade-all", "subs", "--out", "out", "--seed", "5eed", "--jobs", "1", cwd=home)
    assert done.returncode == Exit.PASSED, done.stderr
    (home / "screen.txt").write_text(done.stdout, "utf-8")
    return home


def course(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", "from grader.cli import main; main()", *arguments]
    environment = clean_environment(PYTHONPATH=str(ROOT))
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


def test_a_batch_of_nothing_leaves_the_files_of_the_last_one_as_they_are(mine: Path) -> None:
    before = {path: path.read_bytes() for path in (mine / "out").rglob("*") if path.is_file() and "journal" not in path.name}
    (mine / "subs/eve").mkdir()
    (mine / "subs/eve/ex07.py").symlink_to(mine / "subs/bob" / FILE)
    nothing = course("grade-all", "subs", "--out", "out", "--only", "07", cwd=mine)
    assert nothing.returncode == Exit.USAGE
    assert "no submission in subs that can be graded; eve/ex07.py is a symbolic link" in nothing.stderr
    assert course("grade-all", "subs", "--out", "out", "--only", ",", cwd=mine).stderr.startswith("course: no exercise is named")
    assert {path: path.read_bytes() for path in before} == before
    assert course("report", "--out", "out", cwd=mine).returncode == Exit.PASSED


@pytest.mark.parametrize("command", [("--to", "csv", "--out", "out"), ("03", "--to", "gradescope-zip")])
def test_an_export_replaces_a_file_that_was_named_only_when_told_to(mine: Path, command: tuple[str, ...]) -> None:
    notes = mine / "notes.txt"
    notes.write_text("my notes")
    kept = course("export", *command, "--write", "notes.txt", cwd=mine)
    assert (kept.returncode, notes.read_text()) == (Exit.USAGE, "my notes")
    assert "notes.txt is there already, and was not touched" in kept.stderr
    assert course("export", *command, "--write", "notes.txt", "--overwrite", cwd=mine).returncode == Exit.PASSED
    assert notes.read_bytes() != b"my notes"


@pytest.fixture
def mine(batch: Path, tmp_path: Path) -> Path:
    """A copy of that folder, to change."""
    return Path(shutil.copytree(batch, tmp_path / "mine"))


def test_a_class_gets_its_files_and_the_screen_ends_with_them_and_the_next_step(batch: Path) -> None:
    lines = (batch / "screen.txt").read_text("utf-8").splitlines()
    wrote = lines.index("  Wrote  grades.csv  report.html  feedback/ (10 files)  in out/")
    assert lines[wrote + 2].startswith("  Next   course export --to moodle --out out   ")
    linked = [value for name, value in Elements((batch / "out/report.html").read_text("utf-8")).attributes if name == "href" and value]
    pages = [unquote(link) for link in linked if not link.startswith("#")]
    assert len(pages) == 5
    assert all((batch / "out" / each).is_file() for each in pages)
    assert sorted(path.name for path in (batch / "out/feedback").iterdir() if "con" in path.name) == [
        f"{files.file_name('con')}.{ending}" for ending in ("html", "txt")
    ]


def test_feedback_holds_the_person_s_exercises_and_no_hidden_test_no_other_person_and_no_path(batch: Path, exercise_03: Exercise) -> None:
    hidden = [line.strip() for name in ("suite.py", "probes.py") for line in (exercise_03.suite / name).read_text("utf-8").splitlines()]
    own = (SUITES / "ex03_url_loaders/wrong/serial.py").read_text()
    for who in (*PEOPLE, "bob"):
        for ending in ("html", "txt"):
            raw = (batch / "out/feedback" / f"{files.file_name(who)}.{ending}").read_text("utf-8")
            text = Elements(raw).text if ending == "html" else raw
            assert who in text
            assert [other for other in ("Lovelace", "Zoé", "bob") if other in text and other not in who] == []
            assert [line for line in hidden if len(line) > 20 and line in text and line not in own] == []
            assert str(batch) not in raw and str(ROOT) not in raw
            assert ("Processes and threads" in text) == (who == "ada")
    told = (batch / "out/feedback/bob.txt").read_text("utf-8")
    assert "ex03_url_loaders.py:15   pages[url] = fetch(url, timeout)" in told and "17/20" in told


def test_the_report_comes_from_the_journal_alone_and_is_the_same(mine: Path) -> None:
    before = {name: body for name, body in contents(mine / "out").items() if not name.startswith(NAME)}
    shutil.rmtree(mine / "subs")
    shutil.rmtree(mine / "out" / "feedback")
    (mine / "out" / "report.html").unlink()
    done = course("report", "--out", "out", cwd=mine)
    assert done.returncode == Exit.PASSED, done.stderr
    assert {name: body for name, body in contents(mine / "out").items() if not name.startswith(NAME)} == before
    screen = (mine / "screen.txt").read_text("utf-8")
    assert done.stdout.partition("  Next ")[0] == screen.partition("  Next ")[0]


def test_a_later_batch_refreshes_the_files_and_takes_none_of_its_own_for_a_submission(mine: Path) -> None:
    handed_in(mine / "out" / "feedback", {"from_me.html": "mine"})
    (mine / "subs" / "ada" / FILE).write_text("def load_url(:\n\n\n")
    (mine / "subs" / "Zoé" / FILE).unlink()
    done = course("grade-all", "subs", "--out", "out", cwd=mine)
    assert done.returncode == Exit.PASSED, done.stderr
    assert "  1 to grade, 4 in the journal already" in done.stderr
    assert "Files that are no exercise" not in done.stdout
    assert "Zoé" not in words((mine / "out/report.html").read_text("utf-8"))
    assert (mine / "out/feedback/from_me.html").read_text() == "mine"
    inside = course("grade-all", ".", "--out", ".", cwd=mine / "subs")
    again = course("grade-all", ".", "--out", ".", cwd=mine / "subs")
    assert "Files that are no exercise" not in inside.stdout + again.stdout


def test_a_feedback_folder_that_cannot_be_is_one_line_and_keeps_every_result(run: Run, tmp_path: Path) -> None:
    handed_in(tmp_path, {f"subs/ada/{FILE}": BROKEN, "feedback": "a file of the instructor's"})
    done = run("grade-all", "subs")
    assert done.returncode == Exit.USAGE
    what, mend = done.stderr.splitlines()[-2:]
    assert "feedback cannot be written" in what and "[C203]" in what and mend.startswith("  make room")
    assert (tmp_path / "feedback").read_text() == "a file of the instructor's"
    (tmp_path / "feedback").unlink()
    assert run("report").returncode == Exit.PASSED


# -- exports -------------------------------------------------------------------------------------------------------------------------------


def exported(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return course("export", *arguments, "--out", "out", cwd=folder)


def test_without_a_name_the_formats_are_listed(run: Run) -> None:
    done = run("export")
    assert done.returncode == Exit.PASSED
    listed = re.findall(r"^    (\S+) +(?:\S+ ){2,}", done.stdout, re.MULTILINE)
    assert listed == [
        "csv",
        "canvas",
        "moodle",
        "junit",
        "gradescope",
        "classroom50",
        "github",
        "prairielearn",
        "exercism",
        "gradescope-zip",
    ]
    assert max(map(len, done.stdout.splitlines())) < 80


def test_a_batch_becomes_a_gradebook_or_junit_of_the_chosen_exercises(mine: Path) -> None:
    done = exported(mine, "03", "--to", "csv")
    assert (done.returncode, "out/grades-03.csv   5 of 5 reports" in done.stdout) == (Exit.PASSED, True), done.stderr
    rows = list(csv.DictReader(io.StringIO((mine / "out/grades-03.csv").read_text("utf-8"))))
    assert [(row["who"], row["earned"]) for row in rows] == [
        ("Lovelace, Ada", "0"),
        ("Zoé", "0"),
        ("ada", "0"),
        ("bob", "17"),
        ("con", "0"),
    ]
    assert exported(mine, "--to", "junit", "--write", "mine.xml").returncode == Exit.PASSED
    assert (mine / "mine.xml").read_text("utf-8").count("<testsuite ") == 6


def test_a_platform_s_own_file_gets_the_points_and_keeps_every_other_byte(mine: Path) -> None:
    theirs = "\ufeff" + "Student,SIS Login ID,Lab 3 (12)\r\n    Points Possible,,20\r\nB,bob,\r\nA,ada,EX\r\nS,sue,7\r\n"
    (mine / "theirs.csv").write_bytes(theirs.encode())
    done = exported(mine, "03", "--to", "canvas", "--merge", "theirs.csv", "--column", "Lab 3")
    assert done.returncode == Exit.PASSED, done.stderr
    assert (mine / "out/canvas-03.csv").read_bytes() == theirs.replace("bob,", "bob,17").encode()
    assert (mine / "theirs.csv").read_bytes() == theirs.encode()
    assert [line.strip() for line in done.stdout.partition("Left out\n")[2].partition("\n\n")[0].splitlines()] == [
        "Lovelace, Ada is not in the file from Canvas",
        "Zoé is not in the file from Canvas",
        'ada has "EX" there',
        "con is not in the file from Canvas",
    ]


def test_a_file_that_is_there_is_not_overwritten_unless_that_is_said(mine: Path) -> None:
    theirs = "Username,Assignment: Lab 3 (Real)\nbob,\n"
    (mine / "theirs.csv").write_text(theirs)
    arguments = ["03", "--to", "moodle", "--merge", "theirs.csv", "--column", "Lab 3"]
    refused = exported(mine, *arguments, "--write", "theirs.csv")
    assert (refused.returncode, "was not touched" in refused.stderr, "--overwrite" in refused.stderr) == (Exit.USAGE, True, True)
    assert (mine / "theirs.csv").read_text() == theirs
    assert (
        exported(mine, *arguments).returncode == exported(mine, *arguments).returncode == Exit.PASSED
    )  # the same once more changes nothing
    (mine / "out/moodle-03.csv").write_text("something else")
    assert exported(mine, *arguments).returncode == Exit.USAGE
    assert exported(mine, *arguments, "--write", "theirs.csv", "--overwrite").returncode == Exit.PASSED
    assert (mine / "theirs.csv").read_text() == theirs.replace("bob,", "bob,17")


@pytest.fixture(scope="module")
def files_of_theirs(batch: Path) -> Path:
    (batch / "canvas.csv").write_text(CANVAS, "utf-8")
    (batch / "latin.csv").write_bytes("Student,Lab 3\nZoë,\n".encode("latin-1"))
    return batch


@pytest.mark.parametrize(
    ("arguments", "says", "mend"),
    [
        (("--to", "cavnas"), "there is no format 'cavnas'", "did you mean canvas?"),
        (("--to", "gradescope_zip"), "there is no format", "did you mean gradescope-zip?"),
        (("--to", "gradescope"), "is about one file", "course grade 03 --file FILE --export gradescope=results.json"),
        (("03", "--to", "moodle"), "fills in one column of your own file", "course export 03 --to moodle --out out --merge YOUR_FILE.csv"),
        (("--to", "csv", "--merge", "canvas.csv"), "do not go with it", "course export --to csv --out out"),
        (("--to", "canvas", "--merge", "canvas.csv", "--column", "Lab 3, threads"), "of exercises 01, 03", "course export 01 --to canvas"),
        (("03", "--to", "canvas", "--merge", "canvas.csv", "--column", "Lab"), "no column 'Lab'", "--column HEADING"),
        (("03", "--to", "canvas", "--merge", "latin.csv", "--column", "Lab 3"), "is not UTF-8 (line 2)", "iconv"),
        (("03", "--to", "canvas", "--merge", "none.csv", "--column", "Lab 3"), "none.csv cannot be read", "--merge FILE.csv"),
        (("99", "--to", "csv"), "there is no exercise '99'", "course status"),
        (("05", "--to", "csv"), "there is nothing of exercise 05", "course report --out out"),
        (("--to", "csv", "--write", "no/such/file.csv"), "no/such/file.csv cannot be written", "--write ANOTHER_PATH"),
        (("03", "--to", "gradescope-zip", "--column", "Lab 3"), "nothing of a batch", "course export 03 --to gradescope-zip"),
        (("--to", "gradescope-zip"), "for one exercise", "course export 03 --to gradescope-zip"),
    ],
)
def test_what_cannot_be_exported_is_one_line_and_the_next_command(
    files_of_theirs: Path, arguments: tuple[str, ...], says: str, mend: str
) -> None:
    before = contents(files_of_theirs / "out")
    done = exported(files_of_theirs, *arguments)
    assert (done.returncode, done.stdout) == (Exit.USAGE, "")
    what, following = done.stderr.splitlines()
    assert says in what
    assert mend in following
    assert contents(files_of_theirs / "out").keys() == before.keys()


@pytest.mark.parametrize("command", [("report",), ("export", "--to", "csv")])
def test_without_a_journal_or_its_end_the_next_command_is_told_and_nothing_is_made(
    run: Run, tmp_path: Path, command: tuple[str, ...]
) -> None:
    done = run(*command)
    assert (done.returncode, done.stdout) == (Exit.USAGE, "")
    assert done.stderr.splitlines()[0] == "course: there is no journal of a batch in . [C200]"
    assert done.stderr.splitlines()[1].strip().startswith("course grade-all SUBMISSIONS    makes one")
    assert list(tmp_path.iterdir()) == []


def test_a_journal_of_an_earlier_release_asks_for_grade_all_which_grades_nothing_again(mine: Path) -> None:
    with sqlite3.connect(mine / "out" / NAME) as journal:
        journal.executescript("DROP TABLE ended; PRAGMA user_version = 1;")
    refused = course("report", "--out", "out", cwd=mine)
    assert (refused.returncode, "no batch has come to its end" in refused.stderr) == (Exit.USAGE, True)
    done = course("grade-all", "subs", "--out", "out", cwd=mine)
    assert (done.returncode, done.stderr) == (Exit.PASSED, "")
    assert course("report", "--out", "out", cwd=mine).returncode == Exit.PASSED


# -- one file, on a platform -----------------------------------------------------------------------------------------------------------------


def conforms(path: Path, form: str) -> dict[str, object]:
    """The file, if it has the form that the platform publishes."""
    value = json.loads(path.read_text("utf-8"))
    jsonschema.Draft202012Validator(json.loads((FORMS / f"{form}.schema.json").read_text("utf-8"))).validate(value)
    assert isinstance(value, dict)
    return value


def test_a_grade_writes_a_platform_s_file_too_under_its_usual_name_or_another(run: Run, tmp_path: Path) -> None:
    handed_in(tmp_path, {"mine.py": BROKEN})
    assert run("grade", "03", "--file", "mine.py", "--export", "gradescope").returncode == Exit.NOT_PASSED
    assert conforms(tmp_path / "results.json", "gradescope")["score"] == 0
    run("grade", "03", "--file", "mine.py", "--export", "prairielearn=p.json")
    assert conforms(tmp_path / "p.json", "prairielearn")["gradable"] is False
    assert "mine.py" in os.listdir(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "says", "mend"),
    [
        (("03", "--export", "gradescop"), "there is no format 'gradescop'", "did you mean gradescope?"),
        (("03", "--export", "csv"), "csv is about a whole batch", "course export --to csv"),
        (("03", "04", "--export", "github"), "github is about one file", "course grade 03 --export github"),
        (("03", "--file", "mine.py", "--export", "classroom50"), "not set, so this is no runner of Classroom 50", "autograder.py"),
        (("03", "--file", "mine.py", "--export", "github=no/such/f"), "no/such/f cannot be written", "--export github=ANOTHER_PATH"),
    ],
)
def test_a_platform_s_file_that_cannot_be_is_one_line(run: Run, tmp_path: Path, arguments: tuple[str, ...], says: str, mend: str) -> None:
    handed_in(tmp_path, {"mine.py": BROKEN})
    done = run("grade", *arguments)
    assert done.returncode == Exit.USAGE
    what, following = done.stderr.splitlines()
    assert says in what
    assert mend in following


# -- an autograder for Gradescope ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory, course: Course) -> Iterator[Path]:
    """The tree that Gradescope makes, with the zip unpacked and set up. What is installed already is not installed once more."""
    root = tmp_path_factory.mktemp("autograder")
    for name in ("source", "submission", "results"):
        (root / name).mkdir()
    with zipfile.ZipFile(io.BytesIO(autograder.build(course, course.resolve("03")[0]))) as archive:
        for entry in archive.infolist():
            archive.extract(entry, root / "source")
            (root / "source" / entry.filename).chmod(entry.external_attr >> 16)
    (root / "source" / "requirements.txt").write_text("")
    environment = clean_environment(AUTOGRADER_ROOT=str(root))
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    subprocess.run([root / "source" / "setup.sh"], env=environment, check=True, capture_output=True)
    (packages,) = (root / "venv" / "lib").glob("python*/site-packages")
    installed = [str(Path(found.origin).parent.parent) for name in ("pytest", "rich") if (found := find_spec(name)) and found.origin]
    (packages / "installed.pth").write_text("\n".join(dict.fromkeys(installed)))
    shutil.copy(root / "source" / "run_autograder", root / "run_autograder")
    yield root
    shutil.rmtree(root)


def submitted(container: Path, files: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """What the harness does for a submission of these files."""
    shutil.rmtree(container / "submission")
    handed_in(container / "submission", files | {"notes.txt": "hello"})
    environment = clean_environment(AUTOGRADER_ROOT=str(container))
    return subprocess.run([container / "run_autograder"], cwd=container, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("name", [FILE, f"exercises/{FILE}", "my solution.py"])
def test_the_autograder_writes_results_of_the_published_form(container: Path, name: str) -> None:
    done = submitted(container, {name: (SUITES / "ex03_url_loaders/wrong/serial.py").read_text()})
    assert done.returncode == 0, done.stderr
    results = conforms(container / "results" / "results.json", "gradescope")
    assert results["score"] == 17
    assert re.search(r"isolation (full|partial)\)", str(results["output"]))


@pytest.mark.slow
@pytest.mark.parametrize("files", [{}, {"one.py": BROKEN, "two.py": BROKEN}])
def test_who_hands_in_nothing_to_grade_is_told_the_name_of_the_file(container: Path, files: dict[str, str]) -> None:
    done = submitted(container, files)
    assert done.returncode == 0, done.stderr
    results = conforms(container / "results" / "results.json", "gradescope")
    assert (results["score"], f"no {FILE} in what you handed in" in str(results["output"])) == (0, True)


@pytest.mark.slow
def test_where_the_grader_itself_fails_there_are_no_results_and_so_no_zero(container: Path) -> None:
    settings_file = container / "source" / "exercise.sh"
    kept = settings_file.read_text()
    settings_file.write_text(kept.replace("EXERCISE=03", "EXERCISE=99"))
    done = submitted(container, {FILE: BROKEN})
    settings_file.write_text(kept)
    assert done.returncode == Exit.USAGE
    assert "there is no exercise '99'" in done.stderr
    assert not (container / "results" / "results.json").exists()


def test_the_zip_holds_this_suite_and_no_solution_and_is_the_same_each_time(course: Course, run: Run, tmp_path: Path) -> None:
    done = run("export", "03", "--to", "gradescope-zip")
    assert done.returncode == Exit.PASSED, done.stderr
    body = (tmp_path / "gradescope-03.zip").read_bytes()
    assert body == autograder.build(course, course.resolve("03")[0])
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
        requirements = archive.read("requirements.txt").decode().splitlines()
    assert (modes["setup.sh"], modes["run_autograder"], modes["course/grader/suites/ex03_url_loaders/suite.py"]) == (0o755, 0o755, 0o644)
    assert [name for name in modes if re.search(r"solutions?/|/right/|/wrong/|suites/ex(?!03)|__pycache__|^/|\.\.", name)] == []
    assert f"pytest=={metadata.version('pytest')}" in requirements
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in requirements)


# -- files that are alike ---------------------------------------------------------------------------------------------------------------------

COPYDETECT = pytest.mark.skipif(
    find_spec("copydetect") is None, reason="NO COPYDETECT: files were not compared; pip install -e '.[similar]'"
)


@pytest.mark.skipif(find_spec("copydetect") is not None, reason="copydetect is installed here")
def test_without_copydetect_one_line_says_how_to_install_it(run: Run, tmp_path: Path) -> None:
    handed_in(tmp_path / "subs", {f"ada/{FILE}": BROKEN})
    done = run("similar", "subs")
    assert (done.returncode, done.stdout) == (Exit.USAGE, "")
    what, mend = done.stderr.splitlines()
    assert "needs copydetect" in what
    assert mend.strip().startswith("pip install 'thread-vs-process[similar]'")


def renamed(source: str) -> str:
    """The same program with other names, other comments and other spaces."""
    return "# all my own work\n" + re.sub(r"\bpool\b", "my_workers", source).replace("    ", "  ").replace("url", "address")


@COPYDETECT
def test_a_copy_is_found_though_it_is_renamed_and_a_stub_is_no_copy(run: Run, tmp_path: Path) -> None:
    stub = (ROOT / "exercises" / FILE).read_text()
    original, other = (SUITES / f"ex03_url_loaders/right/{name}.py" for name in ("callbacks", "future_wait"))
    handed_in(
        tmp_path / "subs",
        {
            f"ada/{FILE}": original.read_text(),
            f"bob/{FILE}": renamed(original.read_text()),
            f"cy/{FILE}": other.read_text(),
            f"dee/{FILE}": other.read_text(),
            f"eve/{FILE}": stub,
            f"fay/{FILE}": stub,
            f"gus/{FILE}": stub + "# here I began\n",
        },
    )
    done = run("similar", "subs")
    assert done.returncode == Exit.PASSED, done.stderr
    found = re.findall(r"^    03 +(.+?)  +(\S+)  -  (\S+)$", done.stdout, re.MULTILINE)
    assert [(how if how == "the same file" else "", one, two) for how, one, two in found] == [
        ("the same file", "cy", "dee"),
        ("", "ada", "bob"),
    ]
    assert min(int(share) for share in re.findall(r"(\d+) %", found[1][0])) >= 80


@COPYDETECT
def test_what_cannot_be_compared_is_told_and_the_rest_is_compared(run: Run, tmp_path: Path) -> None:
    handed_in(tmp_path / "subs", {f"ada/{FILE}": BROKEN * 30, f"bob/{FILE}": BROKEN * 30, f"big/{FILE}": "#" * (2 << 20)})
    (tmp_path / "subs" / "link").mkdir()
    (tmp_path / "subs" / "link" / FILE).symlink_to("../ada")
    done = run("similar", "subs", "--only", "03")
    assert done.returncode == Exit.USAGE
    assert "2 files compared, 1 pair alike" in done.stdout
    assert f"big/{FILE} is too long to be graded" in done.stdout and f"link/{FILE} is a symbolic link" in done.stdout


def test_the_screen_of_pairs() -> None:
    pairs = [Pair("03", ("ada", "bob"), (97, 80), same=False), Pair("07", ("x\x1b[2J", "dee"), (100, 100), same=True)]
    lines = list(classroom.alike(5, pairs, [Refused("eve is a link", "put the file there")], 80))
    assert "  5 files compared, 2 pairs alike to 80 % or more" in lines
    assert "    03    97 %    80 %  ada  -  bob" in lines
    assert "    07   the same file  x\\x1b[2J  -  dee" in lines
    assert lines[-3:] == ["  ! eve is a link", "    put the file there", ""]
