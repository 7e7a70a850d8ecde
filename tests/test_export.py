"""grader/export: each format as its platform reads it, an instructor's own file untouched but for one column, no secret in any.

What each format looks like is written down in tests/export/, with its source.
"""

import csv
import io
import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.export import WRITERS, Given, LeftOut, Written, gradebook
from grader.export.merging import canvas, moodle
from grader.model import (
    Check,
    Evidence,
    Interleaving,
    Isolation,
    Message,
    Outcome,
    Report,
    Result,
    SourceLine,
)
from tests import reports
from tests.reports import EXERCISE

FORMS = Path(__file__).parent / "export"
BODY = Check("03a.body", "03a", "returns the page", 5)
OVERLAP = Check("03b.overlap", "03b", "downloads overlap", 12, needs=("03a.body",))
ORDER = Check("03b.order", "03b", "pages keep their order", 3)
SERIAL = Message("6 pages were fetched one after another.", (SourceLine(41, "pages[url] = get(url)"),), "`.result()` waits.")
FULL = Isolation("full", ("landlock",), (), "kernel")
RUNNER = {
    "CLASSROOM": "cs",
    "ASSIGNMENT": "ex03",
    "ASSIGNMENT_TYPE": "individual",
    "OWNER": "ines",
    "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
    "COMMIT_URL": "https://example.edu/commit/a1b2c3d",
    "RELEASE_URL": "https://example.edu/releases/1",
    "REVIEW_URL": "https://example.edu/compare/1",
}
"""What a runner of Classroom 50 sets."""


report = partial(
    reports.report, who="ines", path="/srv/handed_in/mine.py", source=b"SECRET = 'source'", isolation=FULL, seed="5eed", seconds=1.2345
)


def ended(body: Outcome, overlap: Outcome, order: Outcome) -> Report:
    outcomes = ((BODY, body), (OVERLAP, overlap), (ORDER, order))
    spoken = (Outcome.PASSED, Outcome.WAITING)
    return report(*(Result(check, outcome, () if outcome in spoken else (SERIAL,)) for check, outcome in outcomes))


def scored(who: str, earned: int = 17) -> Report:
    """Somebody's report of 20 points, all decided."""
    missed = Check("03b.missed", "03b", "what was missed", 20 - earned)
    return report(Result(replace(BODY, points=earned), Outcome.PASSED), Result(missed, Outcome.FAILED, (SERIAL,)), who=who)


P, F, W, U, N = Outcome.PASSED, Outcome.FAILED, Outcome.WAITING, Outcome.INCONCLUSIVE, Outcome.NOT_RUN
REPORTS = {
    "passed": ended(P, P, P),
    "failed": ended(P, F, P),
    "waiting": ended(F, W, P),
    "hung": ended(Outcome.DEADLOCKED, Outcome.TIMED_OUT, Outcome.CRASHED),
    "undecided": ended(P, P, U),
    "undecided and failed": ended(F, P, U),
    "not loaded": ended(N, N, N),
    "not run, without a word": report(*(Result(check, N) for check in (BODY, OVERLAP, ORDER))),
}
RESULTS = tuple(name for name in WRITERS if (FORMS / f"{name}.schema.json").exists())
any_report = pytest.mark.parametrize("name", REPORTS)
any_result = pytest.mark.parametrize("form", RESULTS)


def written(form: str, *reports: Report, given: Given | None = None) -> str:
    return WRITERS[form].write(reports, given or Given(environment=RUNNER)).text


def value(form: str, report: Report) -> dict[str, Any]:
    loaded = json.loads(written(form, report))
    assert isinstance(loaded, dict)
    return loaded


def schema(form: str) -> dict[str, Any]:
    loaded = json.loads((FORMS / f"{form}.schema.json").read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def validator(form: str) -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(schema(form))
    return jsonschema.Draft202012Validator(schema(form))


# The table.


def test_the_table_has_a_line_a_file_name_and_a_form_for_each_format() -> None:
    assert set(RESULTS) == {"gradescope", "classroom50", "github", "prairielearn", "exercism"}
    assert [name for name, writer in WRITERS.items() if writer.many] == ["csv", "canvas", "moodle", "junit"]
    assert [name for name, writer in WRITERS.items() if writer.merges] == ["canvas", "moodle"]
    for name, writer in WRITERS.items():
        assert writer.name == name
        assert writer.says.isprintable()
        assert writer.file_name.endswith((".csv", ".xml", ".json"))


@any_result
def test_a_format_of_one_report_does_not_take_two(form: str) -> None:
    with pytest.raises(ValueError, match="unpack"):
        written(form, REPORTS["passed"], REPORTS["failed"])


# The formats of one submission.


@any_result
@any_report
def test_a_result_has_the_published_form(form: str, name: str) -> None:
    validator(form).validate(value(form, REPORTS[name]))


@any_result
def test_the_form_written_down_refuses_a_result_that_lacks_or_adds_a_field(form: str) -> None:
    result = value(form, REPORTS["failed"])
    check = validator(form)
    for field in schema(form)["required"]:
        assert not check.is_valid({key: kept for key, kept in result.items() if key != field}), field
    assert not check.is_valid(result | {"another": 1})
    for field in schema(form)["properties"]["tests"]["items"]["required"]:
        assert not check.is_valid(result | {"tests": [{key: kept for key, kept in result["tests"][0].items() if key != field}]}), field


@any_result
@any_report
def test_no_check_vanishes_and_the_points_are_those_of_the_report(form: str, name: str) -> None:
    report, result = REPORTS[name], value(form, REPORTS[name])
    tests = result["tests"]
    earned, possible = [outcome.earned for outcome in report.results], [outcome.check.points for outcome in report.results]
    assert len(tests) == 3
    if form == "gradescope":
        assert ([test["score"] for test in tests], [test["max_score"] for test in tests], result["score"]) == (
            earned,
            possible,
            sum(earned),
        )
    elif form == "classroom50":
        assert ([test["score"] for test in tests], [test["max-score"] for test in tests]) == (earned, possible)
        assert (result["score"], result["max-score"]) == (sum(earned), 20)
        assert all(test["passed"] == (test["score"] > 0) for test in tests)
    elif form == "prairielearn":
        assert ([test["points"] for test in tests], [test["max_points"] for test in tests]) == (earned, possible)
        assert result["score"] == sum(earned) / 20
    elif form == "github":  # as notify-classroom.js of the reporter adds up
        assert (sum(test["score"] for test in tests), result["max_score"]) == (sum(earned), 20)
    else:
        assert [test["status"] == "pass" for test in tests] == [points > 0 for points in earned]


@any_result
@any_report
def test_every_check_that_did_not_pass_says_why(form: str, name: str) -> None:
    key = "output" if form == "gradescope" else "message"
    for result, test in zip(REPORTS[name].results, value(form, REPORTS[name])["tests"], strict=True):
        expected = f"{SERIAL.text}\nline 41: pages[url] = get(url)\n{SERIAL.why}" if result.messages else None
        if result.outcome is P:
            assert not test[key]
        elif result.outcome is W:
            assert test[key] == "Not run: a check that it needs did not pass (03a.body)."
        else:
            assert test[key] == expected or (expected is None and test[key] == "Not run.")


@pytest.mark.parametrize("form", ["github", "exercism"])
@pytest.mark.parametrize(
    ("name", "overall", "statuses"),
    [
        ("passed", "pass", ["pass", "pass", "pass"]),
        ("failed", "fail", ["pass", "fail", "pass"]),
        ("waiting", "fail", ["fail", "fail", "pass"]),
        ("hung", "fail", ["error", "error", "error"]),
        ("undecided", "fail", ["pass", "pass", "error"]),
        ("not loaded", "error", ["error", "error", "error"]),
    ],
)
def test_pass_fail_and_error_are_told_apart(form: str, name: str, overall: str, statuses: list[str]) -> None:
    result = value(form, REPORTS[name])
    assert (result["status"], [test["status"] for test in result["tests"]]) == (overall, statuses)
    assert [test["task_id"] for test in result["tests"]] == [1, 2, 2]
    assert (result["message"] is not None) == (overall == "error")


def test_github_names_the_file_without_its_folder_and_the_first_line_of_it() -> None:
    tests = value("github", REPORTS["failed"])["tests"]
    assert [(test["filename"], test["line_no"]) for test in tests] == [("mine.py", 0), ("mine.py", 41), ("mine.py", 0)]


@pytest.mark.parametrize(
    ("name", "gradable"), [("passed", True), ("failed", True), ("undecided and failed", True), ("undecided", False), ("not loaded", False)]
)
def test_prairielearn_takes_no_attempt_for_what_was_not_decided_or_not_loaded(name: str, gradable: bool) -> None:
    result = value("prairielearn", REPORTS[name])
    assert result["gradable"] is gradable
    assert gradable or all(result["format_errors"])


@pytest.mark.parametrize("form", ["gradescope", "prairielearn"])
def test_open_points_are_said_aloud(form: str) -> None:
    key = "output" if form == "gradescope" else "message"
    assert "17 of 20 points. 3 of them without a verdict: ask your instructor" in value(form, REPORTS["undecided"])[key]
    assert "verdict" not in value(form, REPORTS["failed"])[key]


def test_gradescope_shows_every_check_and_never_what_the_autograder_printed() -> None:
    result = value("gradescope", REPORTS["failed"])
    assert (result["visibility"], result["stdout_visibility"]) == ("visible", "hidden")
    assert {test["visibility"] for test in result["tests"]} == {"visible"}
    assert (result["execution_time"], result["extra_data"]["isolation"]) == (1.234, "full")


def test_classroom50_is_about_whom_its_runner_says() -> None:
    result = value("classroom50", REPORTS["failed"])
    assert [result[field] for field in ("classroom", "assignment", "assignment_type", "owner")] == ["cs", "ex03", "individual", "ines"]
    assert (result["submission"], result["datetime"]) == (RUNNER["SUBMISSION_TAG"], "2026-06-01T14:32:05Z")
    assert (result["commit"], result["release"], result["review"]) == (RUNNER["COMMIT_URL"], RUNNER["RELEASE_URL"], RUNNER["REVIEW_URL"])


@pytest.mark.parametrize("variable", RUNNER)
def test_classroom50_says_which_variable_is_missing(variable: str) -> None:
    for environment in (RUNNER | {variable: ""}, {key: kept for key, kept in RUNNER.items() if key != variable}):
        with pytest.raises(UsageError, match=f"^{variable}: not set"):
            written("classroom50", REPORTS["passed"], given=Given(environment=environment))


def test_classroom50_refuses_a_tag_of_another_form() -> None:
    with pytest.raises(UsageError, match="SUBMISSION_TAG"):
        written("classroom50", REPORTS["passed"], given=Given(environment=RUNNER | {"SUBMISSION_TAG": "phase1"}))


def test_junit_has_only_elements_and_attributes_of_the_schema() -> None:
    form = json.loads((FORMS / "junit.json").read_text("utf-8"))
    root = ElementTree.fromstring(written("junit", *REPORTS.values()))
    assert [suite.get("failures") for suite in root] == ["0", "1", "1", "3", "0", "1", "3", "3"]
    assert {suite.find("properties/property[@name='who']").get("value") for suite in root} == {"ines"}  # type: ignore[union-attr]
    for element in root.iter():
        rule = form[element.tag]
        assert set(rule["required"]) <= set(element.keys()) <= {*rule["required"], *rule["optional"]}
        assert {child.tag for child in element} <= set(rule["children"])


# What all formats have in common.


def everything(*reports: Report) -> Iterator[tuple[str, str]]:
    """(format, text) of each format for these reports, in turn where it takes one."""
    theirs = {"canvas": (FORMS / "canvas.csv").read_text("utf-8"), "moodle": (FORMS / "moodle_export.csv").read_text("utf-8")}
    columns = {"canvas": "Lab 3, threads", "moodle": "Lab 3"}
    for name, writer in WRITERS.items():
        known = Given(theirs.get(name, ""), columns.get(name, ""), RUNNER)
        for some in [reports] if writer.many else [(report,) for report in reports]:
            yield name, writer.write(some, known).text


def test_nothing_but_rubric_and_messages_leaves() -> None:
    hidden = Interleaving("03b.overlap", "SECRET says", "SECRET scenario", ("SECRET argument",), "03b", "SECRET schedule", "error", ())
    evidence = (Evidence("our fault", ("SECRET traceback",)), Evidence("printed", ("SECRET print",)))
    secret = report(Result(BODY, P, (), evidence), Result(OVERLAP, F, (SERIAL,), evidence, hidden), Result(ORDER, N, (), evidence))
    texts = list(everything(secret))
    assert len(texts) == len(WRITERS)
    for form, text in texts:
        assert "SECRET" not in text, form
        assert "/srv" not in text, form


def test_the_same_reports_give_the_same_text() -> None:
    again = [replace(report, results=tuple(replace(result) for result in report.results)) for report in REPORTS.values()]
    assert list(everything(*REPORTS.values())) == list(everything(*again))


def test_a_learners_text_is_harmless_and_short_enough_for_the_platforms() -> None:
    hostile = '\x1b[2J\x07\0\u202e\ud800\U000f0000</failure>]]>&"\\' + "\U0001f9f5" * 5000
    said = Message(hostile, tuple(SourceLine(n, hostile) for n in range(9)), hostile)
    loud = report(*(Result(Check(f"03b.{n}", "03b", "says", 1), F, (said,)) for n in range(20)))
    for form, text in everything(loud):
        assert not [char for char in text if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co"} - {"\n"} and char not in "\r\n"], form
        if form in RESULTS:
            validator(form).validate(json.loads(text))
            assert len(text.encode()) < 1_000_000, form
    assert len(value("exercism", replace(loud, results=tuple(replace(result, outcome=N) for result in loud.results)))["message"]) == 4000


@any_result
def test_letters_are_themselves(form: str) -> None:
    assert "caf\u00e9 \U0001f9f5" in written(form, report(Result(BODY, F, (Message("caf\u00e9 \U0001f9f5"),))))


# The gradebook of a class.


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_a_gradebook_has_a_row_for_each_person_and_exercise_in_order() -> None:
    other = replace(EXERCISE, id="04")
    reports = [scored("wei"), report(Result(BODY, P), who="ines", exercise=other), REPORTS["undecided"], scored("oskar", 3)]
    table = rows(gradebook.table(reports))
    assert table[0] == list(gradebook.HEADINGS)
    assert [row[:2] + row[3:7] for row in table[1:]] == [
        ["ines", "03", "17", "20", "3", ""],
        ["oskar", "03", "3", "20", "0", "no"],
        ["wei", "03", "17", "20", "0", "no"],
        ["ines", "04", "5", "5", "0", "yes"],
    ]
    assert table[1][7:] == ["full", "", "3.11.7", "5eed", "0" * 64]
    assert gradebook.table(reports[::-1]) == gradebook.table(reports)


def test_of_two_reports_for_one_person_and_exercise_the_last_one_counts() -> None:
    assert [row[3] for row in rows(gradebook.table([scored("ines", 3), scored("ines", 9)]))] == ["earned", "9"]


def test_a_gradebook_says_what_kept_the_file_from_being_contained() -> None:
    open_ended = replace(scored("ines"), isolation=Isolation("process", (), ("user namespaces", "landlock"), "kernel"))
    assert rows(gradebook.table([open_ended]))[1][7:9] == ["process", "user namespaces landlock"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"])
def test_a_name_that_a_spreadsheet_would_run_is_text(name: str) -> None:
    assert rows(gradebook.table([scored(name)]))[1][0] == "'" + name


@given(st.text(st.characters(codec="utf-8"), max_size=40).filter(lambda name: not name.startswith(tuple("=+-@\t\r"))))
def test_any_other_name_comes_back_as_it_was(name: str) -> None:
    assert rows(gradebook.table([scored(name)]))[1][0] == name


def test_commas_quotes_and_newlines_in_a_name_are_quoted_and_bytes_that_are_no_utf_8_are_shown() -> None:
    assert '"O\'Neil, ""Z""\nII",03,' in gradebook.table([scored('O\'Neil, "Z"\nII')])
    assert gradebook.table([scored("z\udcff")]).encode().splitlines()[1].startswith(b"z\\udcff,03,")


# The instructor's own files.


CANVAS = (FORMS / "canvas.csv").read_text("utf-8")
EXPORT = (FORMS / "moodle_export.csv").read_text("utf-8")
WORKSHEET = (FORMS / "moodle_worksheet.csv").read_text("utf-8")


def test_canvas_gets_the_points_by_login_and_by_name_and_nothing_else_changes() -> None:
    merged = canvas([scored("INES"), scored("oskar  brandt", 9)], CANVAS, "Lab 3, threads")
    expected = CANVAS.replace("late,7.00,,70.00", "late,7.00,17,70.00").replace("CS B,,,3.00,15.00", "CS B,,,9,15.00")
    assert expected.count("17,70.00") == expected.count(",9,15.00") == 1
    assert merged == Written(expected)


def test_moodle_export_gets_the_points_by_user_name_and_by_address_and_nothing_else_changes() -> None:
    merged = moodle([scored("ines"), scored("oskar@EXAMPLE.edu", 9)], EXPORT, "Lab 3")
    expected = EXPORT.replace('ines,7.00,-,"Well', 'ines,7.00,17,"Well').replace("oskar,-,3.00,", "oskar,-,9,")
    assert merged == Written(expected)
    assert expected != EXPORT


def test_moodle_worksheet_gets_the_points_by_name_and_nothing_else_changes() -> None:
    merged = moodle([scored("Adams, Ines"), scored("Oskar Brandt", 9)], WORKSHEET, "Grade")
    expected = WORKSHEET.replace('grading",,20.00', 'grading",17,20.00').replace('grading",3.00,20.00', 'grading",9,20.00')
    assert merged == Written(expected)
    assert expected != WORKSHEET


@pytest.mark.parametrize("separator", [";", "\t"])
def test_byte_order_mark_line_ends_separator_and_quotes_stay(separator: str) -> None:
    source = io.StringIO(newline="")
    csv.writer(source, delimiter=separator, quoting=csv.QUOTE_ALL).writerows(rows(CANVAS))
    theirs = "\ufeff" + source.getvalue()
    merged = canvas([scored("ines")], theirs, "Lab 3, threads (4072)").text
    assert merged == theirs.replace(f'"7.00"{separator}""', f'"7.00"{separator}"17"')
    assert merged != theirs


def test_a_file_without_a_last_line_end_gets_none() -> None:
    theirs = "SIS Login ID,Student,Lab 3\nines,x,1\noskar,y,"
    assert canvas([scored("oskar")], theirs, "Lab 3").text == theirs + "17"


def test_rows_in_any_order_end_as_they_like_and_quotes_in_a_name_are_read() -> None:
    theirs = 'Student,Lab 3\r"Zoe ""Z"" Lee",\rAnn,\r'
    assert canvas([scored("Ann"), scored('Zoe "Z" Lee', 3)], theirs, "Lab 3").text == 'Student,Lab 3\r"Zoe ""Z"" Lee",3\rAnn,17\r'


def test_the_whole_heading_goes_before_a_shortened_one() -> None:
    assert canvas([scored("Ann")], "Student,Lab (2),Lab\nAnn,,\n", "Lab").text == "Student,Lab (2),Lab\nAnn,,17\n"


cells = st.text(st.sampled_from("ab ,;\t\"\n'=é"), max_size=6)


@given(
    st.lists(st.tuples(cells, cells, cells), max_size=6),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.lists(st.sampled_from(["a", "b", "ab", "a b", "b, a", ""]), unique=True, max_size=6),
)
def test_whatever_the_file_holds_only_cells_of_the_column_change(
    people: list[tuple[str, str, str]], separator: str, end: str, quoting: Any, names: list[str]
) -> None:
    source = io.StringIO(newline="")
    writer = csv.writer(source, delimiter=separator, lineterminator=end, quoting=quoting)
    writer.writerows([("SIS Login ID", "Lab 3", "Section", "Student"), *((who, "", *rest) for who, *rest in people)])
    theirs = source.getvalue()
    merged = canvas([scored(name) for name in names], theirs, "Lab 3")
    before, after = (list(csv.reader(io.StringIO(text, newline=""), delimiter=separator)) for text in (theirs, merged.text))
    assert [[row[0], *row[2:]] for row in before if row] == [[row[0], *row[2:]] for row in after if row]
    filled = [row[1] for row in after[1:] if row and row[1]]
    assert filled == ["17"] * (len(names) - len(merged.left_out))
    assert len(merged.text) - len(theirs) == 2 * len(filled)


@pytest.mark.parametrize(
    ("report", "why"),
    [
        (scored("nobody"), "is not in the file from Canvas"),
        (scored(""), "is not in the file from Canvas"),
        (scored("Sam Lee"), "could be any of 2 people in the file from Canvas"),
        (scored("wei"), 'has "EX" there'),
        (scored("zoe"), 'has "N/A" there'),
        (REPORTS["undecided"], "has no verdict on 3 of 20 points"),
        (REPORTS["undecided and failed"], "has no verdict on 3 of 20 points"),
        (scored("points possible"), "is not in the file from Canvas"),
        (scored("Manual Posting"), "is not in the file from Canvas"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.submission.who or "nameless",
)
def test_who_gets_nothing_is_named_with_the_reason_and_keeps_the_cell(report: Report, why: str) -> None:
    assert canvas([report], CANVAS, "Lab 3, threads") == Written(CANVAS, (LeftOut(report.submission.who, why),))


def test_two_reports_that_mean_one_person_are_both_left_out() -> None:
    why = "means the same person there as another report"
    reports = [scored("ines"), scored("Adams, Ines", 9), scored("sam1", 4)]
    merged = canvas(reports, CANVAS, "Lab 3, threads")
    assert merged.left_out == (LeftOut("Adams, Ines", why), LeftOut("ines", why))
    assert merged.text == CANVAS.replace("9.00,,90.00", "9.00,4,90.00")


def test_a_row_that_ends_before_the_column_is_left_as_it_is() -> None:
    theirs = "SIS Login ID,Section,Lab 3\nines,x\n"
    assert canvas([scored("ines")], theirs, "Lab 3") == Written(theirs, (LeftOut("ines", "has a row without this column"),))


@pytest.mark.parametrize(
    ("merge", "theirs", "column", "says"),
    [
        (canvas, CANVAS, "Lab 4", r"from Canvas has no column 'Lab 4'; there is: Notes, Lab 2 \(4071\), Lab 3, threads \(4072\), "),
        (canvas, CANVAS, "", "no column ''"),
        (canvas, CANVAS, "Student", "no column 'Student'"),
        (canvas, CANVAS, "sis login id", "no column 'sis login id'"),
        (canvas, CANVAS, "Section", "no column 'Section'"),
        (canvas, CANVAS, "Lab 2", "'Lab 2' is worth 10.00 in Canvas, and what was graded of exercise 03 20"),
        (canvas, CANVAS, "Current Score", r"'Current Score' is worth \(read only\) in Canvas"),
        (canvas, "Student,Lab (1),Lab (2)\n", "Lab", r"2 columns 'Lab'; there is: Lab \(1\), Lab \(2\)"),
        (canvas, EXPORT, "Lab 3", "this is no file from Canvas: it has none of the columns SIS Login ID, Student"),
        (canvas, "", "Lab 3", "this is no file from Canvas"),
        (canvas, 'Student,Lab 3\n"Ines,\n', "Lab 3", "line 2 of the file is no CSV"),
        (canvas, 'Student,Lab 3\n"Ines"x,3\n', "Lab 3", "line 2 of the file is no CSV"),
        (moodle, EXPORT, "Lab 4", "from Moodle has no column 'Lab 4'; there is: Assignment"),
        (moodle, EXPORT, "Lab 2", r"2 columns 'Lab 2'; there is: Assignment: Lab 2 \(Real\), Quiz: Lab 2 \(Real\)"),
        (moodle, EXPORT, "Email address", "no column 'Email address'"),
        (moodle, WORKSHEET, "Maximum grade", "no column 'Maximum grade'"),
        (moodle, WORKSHEET, "Feedback comments", "no column 'Feedback comments'"),
        (moodle, WORKSHEET.replace("20.00", '"100,00"'), "Grade", "'Grade' is worth 100,00 in Moodle"),
        (moodle, CANVAS, "Lab 3, threads", "this is no file from Moodle"),
    ],
)
def test_a_column_that_cannot_be_filled_is_an_error_that_says_what_is_there(merge: Any, theirs: str, column: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as error:
        merge([scored("ines")], theirs, column)
    assert error.value.mend
    assert "\n" not in error.value.what + error.value.mend


def test_reports_of_two_exercises_do_not_go_into_one_column() -> None:
    reports: Sequence[Report] = [scored("ines"), replace(scored("oskar"), exercise=replace(EXERCISE, id="04"))]
    with pytest.raises(UsageError, match="exercises 03, 04"):
        canvas(reports, CANVAS, "Lab 3, threads")


def test_merging_again_changes_nothing_and_a_later_report_counts() -> None:
    once = canvas([scored("ines")], CANVAS, "Lab 3, threads").text
    assert canvas([scored("ines")], once, "Lab 3, threads").text == once
    later = canvas([scored("ines", 3), scored("ines", 12)], once, "Lab 3, threads").text
    assert later == once.replace("7.00,17,70.00", "7.00,12,70.00")
