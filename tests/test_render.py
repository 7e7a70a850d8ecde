"""grader/render: learners' text made harmless, 80 columns, and two formats that other programs can read."""

import io
import json
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

import grader
from grader.model import (
    Check,
    Coverage,
    Evidence,
    Isolation,
    Message,
    Outcome,
    Report,
    Result,
    SourceLine,
    Submission,
)
from grader.render import data, junit, terminal
from grader.render.clean import clean
from tests.reports import EXERCISE, check, report

SCHEMA: dict[str, Any] = json.loads((Path(grader.__file__).parent / "report.schema.json").read_text("utf-8"))

HOSTILE = "\x1b[2J\x1b]0;title\x07\x00\r\n\t\x85\u2028\u202e\ud800\ufffe\U000f0000</failure>]]>&<!--"

ascii_text = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=120)
any_text = st.text(st.characters(codec=None), max_size=120) | st.text(st.sampled_from("網頁\t\x1b\u0301e" + HOSTILE), max_size=120)
check_ids = st.from_regex(r"03[ab]\.[a-z0-9_-]{1,30}", fullmatch=True)


def reports(text: st.SearchStrategy[str]) -> st.SearchStrategy[Report]:
    """Reports whose learner, whose program and whose rubric say any `text`."""
    lines = st.builds(SourceLine, st.integers(1, 99_999), text, st.integers(0, 200))
    messages = st.builds(Message, text, st.lists(lines, max_size=2).map(tuple), text)
    said = st.builds(Evidence, st.sampled_from(["threads", "raised", "printed"]), st.lists(text, max_size=3).map(tuple))
    waits = st.builds(Evidence, st.just("waits"), st.lists(check_ids, max_size=9).map(tuple))
    evidence = said | waits
    checks = st.builds(
        Check,
        check_ids,
        st.sampled_from(["03a", "03b"]),
        ascii_text.filter(str.strip),
        st.integers(1, 20),
        about=st.sampled_from(["", "gantt", "errors-are-values"]),
    )
    results = st.builds(
        Result, checks, st.sampled_from(Outcome), st.lists(messages, max_size=2).map(tuple), st.lists(evidence, max_size=2).map(tuple)
    )
    names = text.map(lambda name: Path(name.replace("/", "").replace("\0", "") or "mine.py"))
    submissions = st.builds(Submission, text, st.just("03"), names, st.just(b""), st.just("0" * 64))
    isolations = st.builds(
        Isolation,
        st.sampled_from(["full", "partial", "process"]),
        st.just(("network",)),
        st.just(("landlock",)),
        st.sampled_from(["kernel", "claims and time-outs"]),
    )
    coverages = st.none() | st.builds(Coverage, st.integers(1, 99), st.lists(st.integers(1, 99)).map(tuple))
    return st.builds(
        Report,
        submissions,
        st.just(EXERCISE),
        st.lists(results, min_size=1, max_size=4).map(tuple),
        isolations,
        st.sampled_from(["3.11.7", "3.14.0rc2"]),
        st.from_regex(r"[0-9a-f]{8}", fullmatch=True),
        st.floats(0, 600),
        coverages,
    )


def failed(text: str = "seen", *, why: str = "", code: str = "", column: int = 0, says: str = "downloads overlap") -> Report:
    """A report of one failed check that says this."""
    lines = (SourceLine(41, code, column),) if code else ()
    return report(Result(check(says=says), Outcome.FAILED, (Message(text, lines, why),)))


def screen(found: Report, glyphs: terminal.Glyphs = terminal.UNICODE, *, verbose: bool = False) -> list[Text]:
    return list(terminal.report(found, glyphs, verbose=verbose))


def plain(lines: Iterable[Text]) -> str:
    return "\n".join(line.plain.rstrip() for line in lines)


def controls(text: str) -> list[str]:
    return [char for char in text if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}]


# -- clean -----------------------------------------------------------------------------------------------------------------------------


@settings(max_examples=300)
@given(any_text)
@example(HOSTILE)
@example("".join(map(chr, range(0x3000))))
def test_cleaned_text_has_no_control_character(text: str) -> None:
    assert controls(clean(text, 20_000)) == []


@given(any_text)
def test_cleaned_text_is_one_line_and_can_be_encoded(text: str) -> None:
    assert len(clean(text).splitlines()) <= 1
    assert clean(text).encode("utf-8").decode("utf-8") == clean(text)


@given(any_text)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text), 5000) == clean(text)


@given(ascii_text)
def test_plain_text_is_left_as_it_is(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("red: \x1b[31m", r"red: \x1b[31m"),
        ("a\r\nb", r"a\r\nb"),
        ("a\tb", "a    b"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
        ("naïve 網頁 ✓", "naïve 網頁 ✓"),
    ],
)
def test_what_is_odd_is_shown_as_an_escape_and_the_rest_as_it_is(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_a_long_text_is_cut_and_says_so() -> None:
    assert clean("x" * 11, 10) == "x" * 10 + "..."
    assert clean("x" * 10, 10) == "x" * 10


# -- terminal --------------------------------------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(reports(ascii_text), st.booleans())
def test_no_line_is_wider_than_the_screen(found: Report, verbose: bool) -> None:
    assert [line.plain for line in screen(found, verbose=verbose) if line.cell_len > terminal.WIDTH] == []


@settings(max_examples=60)
@given(reports(any_text), st.booleans())
def test_no_line_is_wider_than_the_screen_whatever_the_learner_wrote(found: Report, verbose: bool) -> None:
    assert [line.plain for line in screen(found, verbose=verbose) if line.cell_len > terminal.WIDTH] == []


WIDE = {
    "tabs in a line of code": failed(code="\t\t\t\treturn " + "x" * 80),
    "escapes in a line of code": failed(code="print('" + "\x1b" * 40 + "')"),
    "wide characters in a line of code": failed(code="print('" + "網頁" * 30 + "')"),
    "a caret far to the right": failed(code="x = " + "1 + " * 60, column=200),
    "a caret on the last column": failed(code="x = " + "1 + " * 12, column=52),
    "wide characters in a message": failed("網頁" * 60),
    "wide characters in a reason": failed(why="網頁" * 60),
    "a rubric line that is too long": failed(says="a sentence " * 12),
    "a file name in wide characters": replace(failed(), submission=replace(failed().submission, path=Path("網" * 45 + ".py"))),
    "a seed that somebody typed": replace(failed(), seed="seed " * 30),
}


@pytest.mark.parametrize("found", WIDE.values(), ids=WIDE.keys())
def test_what_is_wide_is_cut_or_wrapped(found: Report) -> None:
    assert [line.plain for line in screen(found) if line.cell_len > terminal.WIDTH] == []


def test_output_of_the_program_with_tabs_is_cut_to_the_screen() -> None:
    result = Result(check(), Outcome.FAILED, (Message("seen"),), (Evidence("printed", ("\tx" * 60,)),))
    assert [line.plain for line in screen(report(result), verbose=True) if line.cell_len > terminal.WIDTH] == []


@settings(max_examples=60)
@given(reports(any_text), st.booleans())
def test_no_control_character_reaches_the_screen(found: Report, verbose: bool) -> None:
    assert [line.plain for line in screen(found, verbose=verbose) if controls(line.plain)] == []


@settings(max_examples=60)
@given(reports(ascii_text), st.booleans())
@example(failed(says="a sentence " * 12), False)
def test_a_screen_for_an_ascii_stream_is_ascii(found: Report, verbose: bool) -> None:
    assert [line.plain for line in screen(found, terminal.ASCII, verbose=verbose) if not line.plain.isascii()] == []


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "no-such-encoding", None, ""])
def test_a_stream_that_cannot_show_the_marks_gets_ascii(encoding: str | None) -> None:
    assert terminal.glyphs_for(encoding) is terminal.ASCII


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8", "utf-16"])
def test_a_stream_that_can_show_the_marks_gets_them(encoding: str) -> None:
    assert terminal.glyphs_for(encoding) is terminal.UNICODE


@pytest.mark.parametrize("glyphs", [terminal.UNICODE, terminal.ASCII], ids=["unicode", "ascii"])
def test_the_mark_alone_tells_passed_failed_unsure_and_not_run_apart(glyphs: terminal.Glyphs) -> None:
    marks = {outcome: glyphs.mark(outcome) for outcome in Outcome}
    assert len({marks[key] for key in (Outcome.PASSED, Outcome.FAILED, Outcome.INCONCLUSIVE, Outcome.WAITING)}) == 4
    assert {marks[key] for key in (Outcome.DEADLOCKED, Outcome.TIMED_OUT, Outcome.CRASHED)} == {glyphs.failed}


def test_a_failed_check_is_told_with_message_line_reason_and_section() -> None:
    found = report(
        Result(
            Check("03b.overlap", "03b", "downloads overlap", 3, about="gantt"),
            Outcome.FAILED,
            (Message("Never 2 at a time.", (SourceLine(41, "pool.submit(f).result()", 15),), "It waits before the next one."),),
        )
    )
    assert plain(screen(found)) == (
        """
  03 · Thread pools: pages side by side                     ex03_url_loaders.py

  03b load_all  fetch many, failures are values                             0/3
    ✗ downloads overlap                                                     0/3
        Never 2 at a time.
        ex03_url_loaders.py:41   pool.submit(f).result()
                                               ^
        It waits before the next one.
        Reread: course read 03 --at gantt

  ──────────────────────────────────────────────────────────────────        0/3
  not passed · seed abcd · Python 3.11.7 · 1.0 s
  isolation: partial, files and system calls only; course doctor says why"""
    )


def test_a_passed_report_says_so_and_its_bar_is_full() -> None:
    text = plain(screen(report(Result(check(), Outcome.PASSED)), terminal.ASCII))
    assert "+ downloads overlap" in text
    assert "=" * 66 in text
    assert "\n  passed - seed abcd" in text


def test_an_undecided_report_asks_for_a_look_and_names_the_points() -> None:
    text = plain(screen(report(Result(check(), Outcome.INCONCLUSIVE, (Message("No rest."),)))))
    assert "needs your eye · 3 points undecided" in text
    assert "no verdict" in text
    assert "Reread" not in text


@pytest.mark.parametrize(
    ("outcome", "ending"),
    [(Outcome.DEADLOCKED, "deadlock"), (Outcome.TIMED_OUT, "out of CPU time"), (Outcome.CRASHED, "crashed")],
)
def test_how_a_check_ended_is_said_beside_it(outcome: Outcome, ending: str) -> None:
    assert f"downloads overlap  {ending}" in plain(screen(report(Result(check(), outcome))))


def test_a_waiting_check_names_what_it_waits_for() -> None:
    waiting = Result(check("later", "comes later"), Outcome.WAITING, (), (Evidence("waits", ("03b.first",)),))
    assert "comes later  waits for 03b.first" in plain(screen(report(waiting)))


def test_an_untouched_task_gets_one_line() -> None:
    unwritten = Result(check("first", "first"), Outcome.FAILED, (Message("load_all is not written yet."),), (Evidence("unwritten"),))
    waiting = [Result(check(f"w{number}", f"later {number}"), Outcome.WAITING) for number in range(5)]
    text = plain(screen(report(unwritten, *waiting)))
    assert text.count("load_all is not written yet.") == 1
    assert "later" not in text
    assert terminal.UNICODE.failed not in text


def test_a_file_that_cannot_be_loaded_is_told_once_above_the_tasks() -> None:
    refused = Result(check(), Outcome.NOT_RUN, (Message("Line 3 is not Python."),))
    text = plain(screen(report(refused, Result(check("more"), Outcome.NOT_RUN))))
    assert text.count("Line 3 is not Python.") == 1
    assert text.index("Line 3") < text.index("load_all")
    assert "2 checks, none of them run" in text


def test_what_the_program_printed_is_shown_only_when_asked_for() -> None:
    found = report(Result(check(), Outcome.FAILED, (Message("seen"),), (Evidence("printed", ("hello \x1b[31m",)),)))
    assert "hello" not in plain(screen(found))
    assert "your program printed:\n          hello \\x1b[31m" in plain(screen(found, verbose=True))


def test_markup_in_a_learners_text_is_not_obeyed() -> None:
    stream = io.StringIO()
    Console(file=stream, width=80, markup=False, emoji=False, highlight=False).print(*screen(failed("[red]:bomb:[/red]")), sep="\n")
    assert "[red]:bomb:[/red]" in stream.getvalue()


# -- junit -----------------------------------------------------------------------------------------------------------------------------


def parsed(*found: Report) -> ElementTree.Element:
    return ElementTree.fromstring(junit.reports(found).encode("utf-8"))


@settings(max_examples=30)
@given(st.lists(reports(any_text), max_size=2))
def test_junit_is_xml_whatever_the_learner_wrote(found: list[Report]) -> None:
    root = parsed(*found)
    assert len(root.findall("testsuite")) == len(found)
    assert len(root.findall("testsuite/testcase")) == sum(len(one.results) for one in found)


@settings(max_examples=60)
@given(reports(any_text))
def test_junit_counts_what_it_holds(found: Report) -> None:
    (suite,) = parsed(found)
    for name, tag in (
        ("tests", "testcase"),
        ("failures", "testcase/failure"),
        ("errors", "testcase/error"),
        ("skipped", "testcase/skipped"),
    ):
        assert int(suite.attrib[name]) == len(suite.findall(tag)), name


def test_junit_holds_hostile_text_as_text() -> None:
    root = parsed(failed(HOSTILE, why=HOSTILE, code=HOSTILE))
    (failure,) = root.iter("failure")
    assert len(failure) == 0
    assert failure.attrib["message"] == clean(HOSTILE)
    assert failure.text == f"{clean(HOSTILE)}\nline 41: {clean(HOSTILE)}\n{clean(HOSTILE)}"


def test_junit_names_the_points_and_the_seed() -> None:
    root = parsed(report(Result(check(), Outcome.PASSED), Result(check("other"), Outcome.FAILED)))
    facts = {found.attrib["name"]: found.attrib["value"] for found in root.iter("property")}
    assert facts == {"earned": "3", "possible": "6", "seed": "abcd", "isolation": "partial"}


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.DEADLOCKED, Outcome.TIMED_OUT, Outcome.CRASHED, Outcome.NOT_RUN], ids=str)
def test_junit_turns_ci_red_for_a_report_that_did_not_pass(outcome: Outcome) -> None:
    found = report(Result(check(), outcome, (Message("Line 3 is not Python."),)))
    assert found.passed is False
    (suite,) = parsed(found)
    assert int(suite.attrib["failures"]) + int(suite.attrib["errors"]) == 1


@pytest.mark.parametrize(("outcome", "tags"), [(Outcome.PASSED, []), (Outcome.INCONCLUSIVE, ["skipped"]), (Outcome.WAITING, ["skipped"])])
def test_junit_keeps_ci_green_for_what_did_not_fail(outcome: Outcome, tags: list[str]) -> None:
    assert [child.tag for case in parsed(report(Result(check(), outcome))).iter("testcase") for child in case] == tags


# -- data ------------------------------------------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(reports(any_text))
def test_every_report_as_json_fits_the_schema(found: Report) -> None:
    jsonschema.validate(json.loads(json.dumps(data.report(found))), SCHEMA)


def test_the_schema_is_one_and_knows_every_outcome() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert set(SCHEMA["properties"]["results"]["items"]["properties"]["outcome"]["enum"]) == {str(outcome) for outcome in Outcome}


@pytest.mark.parametrize("spoil", [{"extra": 1}, {"passed": "yes"}, {"results": []}, {"schema_version": 2}], ids=str)
def test_the_schema_refuses_what_is_no_report(spoil: dict[str, object]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data.report(failed()) | spoil, SCHEMA)


def test_the_json_says_what_the_report_says() -> None:
    found = data.report(failed(HOSTILE, why="because", code="f()"))
    assert (found["earned"], found["possible"], found["undecided"], found["passed"]) == (0, 3, 0, False)
    (result,) = found["results"]
    assert result["outcome"] == "failed"
    assert result["messages"] == [{"text": HOSTILE, "lines": [{"line": 41, "code": "f()"}], "why": "because"}]


def test_an_open_verdict_is_null_in_json() -> None:
    assert json.loads(json.dumps(data.report(report(Result(check(), Outcome.INCONCLUSIVE)))))["passed"] is None
