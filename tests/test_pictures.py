"""Pictures of one's own program: what the witnesses saw, as text, as trace events and as one HTML file, which a real browser opens.

The browser is the machine's own Chromium. Where there is none, what needs it is skipped, and the summary says so.
"""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import combinations, pairwise
from pathlib import Path
from typing import cast

import pexpect
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import grading
from grader.course import Course
from grader.model import Interleaving, Lane, Message, Outcome, Report, Result, SourceLine, Span, Step, Timeline, Wait
from grader.render import data, graph, html, terminal, timeline, trace
from grader.sandbox.client import Sandbox
from grader.suite import sightings
from grader.suite.witness import Caller, Witness, in_words
from tests.conftest import COURSE, ROOT, Open, Run, clean_environment, needs_browser
from tests.reports import check, report
from tests.test_render import HOSTILE, any_text, plain

OWN = "your own process"
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>&\"'"


def span(lane: int, first: int, last: int, what: str = "/ok/0", *, answered: bool = True, process: str = OWN) -> Span:
    return Span(Lane(f"w{lane}", process), what, first, last, first / 1000, last / 1000, answered)


def seen(*spans: Span, unseen: int = 0, method: str = "") -> Timeline:
    return Timeline(spans, max(each.last for each in spans) + 1, unseen, method)


def pictured(*timelines: Timeline, outcome: Outcome = Outcome.PASSED) -> Report:
    return report(Result(check(), outcome, timelines=timelines))


POOL = seen(
    span(1, 0, 3, "http://site.test/0"),
    span(2, 1, 3, "http://site.test/1"),
    span(1, 4, 6, "http://site.test/2"),
    span(2, 5, 7, "http://site.test/3", answered=False),
)


def drawn(found: Timeline, glyphs: terminal.Glyphs = terminal.UNICODE, width: int = 80) -> list[str]:
    return [line.plain for line in timeline.picture(found, glyphs, width)]


def overlap(one: Span, other: Span) -> bool:
    return one.first < other.last and other.first < one.last


# -- what a grade saw ------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def graded(course: Course) -> Callable[[str, Path], Report]:
    """`graded("03", path)`: the report of a real grade, made once."""
    made: dict[tuple[str, Path], Report] = {}

    def grade(id: str, path: Path) -> Report:
        if (id, path) not in made:
            with Sandbox() as sandbox:  # without lanes: they are forked, and the browser's driver may have a thread here
                made[id, path] = grading.grade_one(course.resolve(id)[0], path, sandbox=sandbox, seed="2a")
        return made[id, path]

    return grade


@pytest.fixture
def threads(graded: Callable[[str, Path], Report]) -> Report:
    return graded("03", ROOT / "solutions" / "ex03_url_loaders.py")


@pytest.fixture
def processes(graded: Callable[[str, Path], Report]) -> Report:
    return graded("02", ROOT / "solutions" / "ex02_prime_pools.py")


@pytest.fixture
def serial(graded: Callable[[str, Path], Report]) -> Report:
    return graded("03", ROOT / "grader/suites/ex03_url_loaders/wrong/submit_then_result.py")


@pytest.fixture
def stuck(graded: Callable[[str, Path], Report]) -> Report:
    return graded("08", ROOT / "grader/suites/ex08_deadlocks/wrong/source_first.py")


def timelines_of(found: Report, id: str) -> tuple[Timeline, ...]:
    return next(result.timelines for result in found.results if result.check.id == id)


def test_a_pool_of_threads_is_seen_as_overlapping_calls_of_several_workers_of_one_process(threads: Report) -> None:
    (found,) = timelines_of(threads, "03b.pages")
    assert {lane.process for lane in found.lanes} == {OWN}
    assert len(found.spans) == 6
    assert any(overlap(one, other) and one.lane != other.lane for one in found.spans for other in found.spans)
    assert found.peak > 1


def test_a_loop_that_waits_for_each_page_is_seen_as_one_call_at_a_time(serial: Report) -> None:
    (found,) = timelines_of(serial, "03b.pages")
    assert found.peak == 1
    assert not any(overlap(one, other) for one, other in pairwise(found.spans))


def test_a_pool_of_processes_is_seen_under_each_start_method_with_a_worker_for_each_child(processes: Report) -> None:
    found = timelines_of(processes, "02b.overlap")
    assert [each.method for each in found] == ["fork", "spawn", "forkserver"]
    for each in found:
        assert each.peak > 1
        assert {lane.process for lane in each.lanes} == {f"child process {number}" for number in range(1, len(each.lanes) + 1)}
        assert any(overlap(one, other) and one.lane != other.lane for one in each.spans for other in each.spans)


@pytest.mark.parametrize("which", ["threads", "processes", "serial"])
def test_no_worker_is_in_two_calls_at_once_and_each_call_ends_after_it_began(which: str, request: pytest.FixtureRequest) -> None:
    found: Report = request.getfixturevalue(which)
    timelines = [each for result in found.results for each in result.timelines]
    assert len(timelines) > 10
    for each in timelines:
        assert [lane.name for lane in each.lanes] == [f"w{number}" for number in range(1, len(each.lanes) + 1)]
        for lane in each.lanes:
            mine = [call for call in each.spans if call.lane == lane]
            assert not any(overlap(one, other) for one, other in pairwise(mine))
        assert all(0 <= call.first < call.last < each.moments and 0 <= call.begin <= call.end for call in each.spans)


def test_a_client_that_gives_up_is_seen_to(threads: Report) -> None:
    (found,) = timelines_of(threads, "03a.timeout")
    assert [(call.what, call.answered) for call in found.spans] == [("/slow", False)]


def test_two_results_are_equal_whatever_was_seen() -> None:
    assert Result(check(), Outcome.PASSED, timelines=(POOL,)) == Result(check(), Outcome.PASSED)


def test_the_times_are_no_part_of_the_json_report() -> None:
    assert data.report(pictured(POOL)) == data.report(pictured())


def caller(came: float, left: float, label: object = "x", *, pid: int = 1, thread: int = 1) -> Caller:
    found = Caller(None, pid, thread, label)  # type: ignore[arg-type] # nothing here touches the socket
    found.came, found.left, found.answered = came, left, True
    return found


class NoSocket(Witness):
    def __init__(self, main: int = 1) -> None:
        self.main = main


def sighted(*callers: Caller) -> Timeline:
    witness = NoSocket()
    return sightings.timeline([(each, witness) for each in callers], 10.0, "")


def test_what_is_let_go_together_has_one_place_in_the_order() -> None:
    found = sighted(caller(10.0, 11.0), caller(10.1, 11.0, thread=2), caller(10.2, 12.0, thread=3))
    assert [(each.first, each.last) for each in found.spans] == [(0, 3), (1, 3), (2, 4)]
    assert (found.moments, found.peak) == (5, 3)


def test_a_thread_that_claims_to_be_in_two_calls_at_once_is_drawn_as_two() -> None:
    found = sighted(caller(10.0, 12.0), caller(11.0, 13.0), caller(12.5, 14.0))
    assert [each.lane.name for each in found.spans] == ["w1", "w2", "w1"]


def test_a_call_that_is_let_go_at_once_ends_after_it_began_though_the_clock_stood_still() -> None:
    found = sighted(caller(10.0, 10.0), caller(10.0, 11.0, thread=2), caller(11.0, 11.0, thread=3))
    assert [(each.first, each.last) for each in found.spans] == [(0, 2), (1, 3), (4, 5)]


def test_threads_of_one_process_are_told_apart_though_they_never_overlap() -> None:
    found = sighted(caller(10.0, 10.5), caller(11.0, 11.5, thread=2), caller(12.0, 12.5))
    assert [each.lane.name for each in found.spans] == ["w1", "w2", "w1"]


def test_what_a_long_call_was_about_is_cut() -> None:
    assert sighted(caller(10.0, 11.0, "x" * 99)).spans[0].what == "x" * sightings.MAX_WORDS


def test_a_process_is_the_one_that_the_kernel_names() -> None:
    found = sighted(caller(10.0, 10.5, pid=7), caller(11.0, 11.5), caller(12.0, 12.5, pid=9), caller(13.0, 13.5, pid=0, thread=0))
    assert [each.lane.process for each in found.spans] == ["child process 1", OWN, "child process 2", "connections to the site"]


def test_calls_beyond_the_limit_are_counted() -> None:
    found = sighted(*(caller(10.0 + number, 10.5 + number) for number in range(sightings.MAX_SPANS + 3)))
    assert (len(found.spans), found.unseen) == (sightings.MAX_SPANS, 3)


@pytest.mark.parametrize(
    ("label", "words"),
    [(["call", 7, True, "token"], "call 7"), ("/ok/1", "/ok/1"), ([30, True], "30"), ({"caller": True}, "a call")],
)
def test_a_call_is_about_the_first_words_and_numbers_of_its_label(label: object, words: str) -> None:
    assert in_words(label) == words


# -- text ------------------------------------------------------------------------------------------------------------------------------


def test_a_timeline_is_drawn_with_a_row_for_each_worker() -> None:
    assert drawn(POOL) == [
        "      4 calls, at most 2 at once, 0.007 s from first to last, 1 without an",
        "      answer; each begins with http://site.test/",
        f"      w1    ├0{'─' * 24}┤{' ' * 9}├2{'─' * 15}┤",
        f"      w2    {' ' * 9}├1{'─' * 15}┤{' ' * 18}├3{'─' * 15}╳",
        "      w1-w2: your own process",
    ]


def test_it_is_ascii_where_the_stream_is() -> None:
    lines = drawn(POOL, terminal.ASCII)
    assert lines[2] == f"      w1    [0{'-' * 24}]{' ' * 9}[2{'-' * 15}]"
    assert lines[3] == f"      w2    {' ' * 9}[1{'-' * 15}]{' ' * 18}[3{'-' * 15}x"
    assert all(line.isascii() for line in lines)


def test_for_a_screen_reader_each_call_is_a_sentence() -> None:
    assert drawn(POOL, terminal.PLAIN)[2:] == [
        "      w1, your own process, 2 calls:",
        "        call 1, 0: from 0.000 s to 0.003 s, at once with w2.",
        "        call 3, 2: from 0.004 s to 0.006 s, at once with w2.",
        "      w2, your own process, 2 calls:",
        "        call 2, 1: from 0.001 s to 0.003 s, at once with w1.",
        "        call 4, 3: from 0.005 s to 0.007 s, without an answer, at once with w1.",
    ]
    one_by_one = seen(span(1, 0, 1), span(2, 2, 3))
    assert [line.rpartition(", ")[2] for line in drawn(one_by_one, terminal.PLAIN) if "call " in line] == ["alone.", "alone."]


def test_of_very_many_calls_some_are_told_in_words_and_the_others_counted() -> None:
    lines = drawn(seen(*(span(1, 2 * number, 2 * number + 1) for number in range(60)), unseen=5), terminal.PLAIN)
    assert sum(line.strip().startswith("call ") for line in lines) == timeline.MAX_ROWS
    assert f"and {65 - timeline.MAX_ROWS} calls more" in lines[-1]


def test_calls_have_numbers_where_their_words_do_not_fit() -> None:
    lines = drawn(seen(*(span(1, 2 * number, 2 * number + 1, f"page {number} of the site") for number in range(12))), width=60)
    assert lines[2].split() == ["w1", "├1─┤", "├2─┤", "├3─┤", "├4─┤", "├5─┤", "├6─┤"]
    assert "1=0 of the site, 2=1 of the site" in " ".join(" ".join(lines).split())


def test_a_call_that_goes_on_in_the_next_row_of_the_picture_has_one_beginning_and_one_end() -> None:
    long = span(1, 0, 80, "long")
    lines = drawn(seen(long, *(span(2, 1 + 2 * number, 2 + 2 * number) for number in range(39))))
    rows = [line for line in lines if line.strip().startswith("w1 ")]
    assert len(rows) > 1
    assert "".join(rows).count("├") == "".join(rows).count("┤") == 1
    assert rows[0].split()[1].startswith("├1─")
    assert rows[-1].endswith("─┤")


def test_of_very_many_calls_some_are_drawn_and_the_others_counted() -> None:
    found = seen(*(span(number + 1, number, 100 + number) for number in range(60)), unseen=5)
    lines = drawn(found)
    rows = [line for line in lines if re.match(r" +w\d+  ", line)]
    assert len(rows) == timeline.MAX_ROWS
    numbers = {number for row in rows for number in re.findall(r"├(\d+)", row)}
    (left,) = re.findall(r"and (\d+) calls more", " ".join(lines))
    assert len(numbers) + int(left) == 65


spans = st.builds(
    lambda lane, first, length, what, answered: span(lane, first, first + length, what, answered=answered),
    st.integers(1, 40),
    st.integers(0, 90),
    st.integers(1, 60),
    any_text,
    st.booleans(),
)


@settings(max_examples=60)
@given(
    st.lists(spans, min_size=1, max_size=12),
    st.sampled_from([40, 60, 80]),
    st.sampled_from(["", "forkserver"]),
    st.sampled_from([terminal.UNICODE, terminal.ASCII, terminal.PLAIN]),
)
def test_no_line_of_a_timeline_is_wider_than_the_screen_whatever_the_calls_say(
    calls: list[Span], width: int, method: str, glyphs: terminal.Glyphs
) -> None:
    found = pictured(seen(*calls, method=method))
    lines = list(timeline.section(found, glyphs, width))
    assert [line.plain for line in lines if line.cell_len >= width] == []


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("which", ["threads", "processes", "serial", "stuck"])
def test_the_timelines_of_a_real_grade_fit_the_screen(which: str, width: int, request: pytest.FixtureRequest) -> None:
    found: Report = request.getfixturevalue(which)
    assert [line.plain for line in timeline.section(found, terminal.UNICODE, width) if line.cell_len >= width] == []


def test_there_is_a_picture_for_each_check_that_has_one(threads: Report) -> None:
    text = plain(timeline.section(threads, terminal.UNICODE))
    for result in threads.results:
        assert (f"    ✓ {result.check.says}\n" in text) == bool(result.timelines)
    assert text.count(" from first to") == sum(bool(result.timelines) for result in threads.results)


def test_where_there_is_none_that_is_said() -> None:
    assert "No timeline" in plain(timeline.section(pictured(), terminal.UNICODE))


# -- trace events ----------------------------------------------------------------------------------------------------------------------


def test_a_trace_has_an_event_for_each_call_in_microseconds_with_its_worker_named() -> None:
    found = json.loads(trace.reports([pictured(POOL)]))
    complete = [event for event in found["traceEvents"] if event["ph"] == "X"]
    assert [(event["name"], event["ts"], event["dur"], event["tid"]) for event in complete] == [
        ("http://site.test/0", 0, 3000, 1),
        ("http://site.test/1", 1000, 2000, 2),
        ("http://site.test/2", 4000, 2000, 1),
        ("http://site.test/3", 5000, 2000, 2),
    ]
    named = {(event["name"], event["pid"], event["tid"]): event["args"]["name"] for event in found["traceEvents"] if event["ph"] == "M"}
    assert named == {
        ("process_name", 1, 0): "03b.overlap: your own process",
        ("thread_name", 1, 1): "w1",
        ("thread_name", 1, 2): "w2",
    }


def test_the_trace_of_a_real_grade_has_processes_of_its_own_for_each_start_method(processes: Report) -> None:
    events = json.loads(trace.reports([processes]))["traceEvents"]
    calls = [event for event in events if event["ph"] == "X"]
    assert len(calls) == sum(len(each.spans) for result in processes.results for each in result.timelines) > 0
    assert all(type(event[key]) is int and event[key] >= 0 for event in calls for key in ("ts", "dur", "pid", "tid"))
    names = {event["pid"]: event["args"]["name"] for event in events if event["name"] == "process_name"}
    assert len(set(names.values())) == len(names) == len({event["pid"] for event in calls})
    for method in ("fork", "spawn", "forkserver"):
        assert f"02b.overlap under {method}: child process 2" in names.values()


# -- HTML ------------------------------------------------------------------------------------------------------------------------------


class Elements(HTMLParser):
    """The elements of a document, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def hostile(text: str) -> Report:
    """A report in which whatever a learner can write is this text."""
    steps = (Step("T1", 1, "read", text, text, text), Step(text, 1, "write", text, "", text))
    found = Interleaving("03b.overlap", text, "probe", (), "load_all", "a b", "deadlock", steps, (Wait("T1", 1, text, text),))
    messages = (Message(text, (SourceLine(1, text, 2),), text),)
    # Alone, what a call says is not shortened by what all of them begin with.
    timelines = (seen(span(1, 0, 2, text)), seen(span(2, 1, 3, text + "other", answered=False), method="fork"), POOL)
    made = report(Result(check(), Outcome.DEADLOCKED, messages, (), found, timelines))
    path = Path(text.replace("/", "").replace("\0", "") or "mine.py")
    submission = replace(made.submission, who=text, path=path, source=text.encode("utf-8", "replace"))
    return replace(made, submission=submission, seed=text)


@pytest.mark.parametrize("text", [SCRIPT, HOSTILE, "</title></style></svg></main>" + SCRIPT, "$body ${title} {x} %s"])
def test_whatever_a_learner_wrote_is_text(text: str) -> None:
    found, harmless = Elements(html.reports([hostile(text)])), Elements(html.reports([hostile("harmless")]))
    assert found.tags == harmless.tags
    assert [name for name, _ in found.attributes] == [name for name, _ in harmless.attributes]


@settings(max_examples=60)
@given(any_text)
def test_the_page_has_the_same_elements_whatever_a_learner_wrote(text: str) -> None:
    steady = hostile("x" + text)  # never empty, as no file's name is
    assert {*Elements(html.reports([steady])).tags} == {*Elements(html.reports([hostile("x")])).tags}
    html.reports([steady]).encode("utf-8")


def test_a_script_in_a_message_can_be_read() -> None:
    assert SCRIPT in Elements(html.reports([hostile(SCRIPT)])).text


def test_the_page_tells_what_the_screen_tells(serial: Report) -> None:
    text = " ".join(Elements(html.reports([serial])).text.split())
    assert f"Not passed: {serial.earned} of {serial.possible} points" in text
    for result in serial.results:
        assert f"{result.check.says} ({result.outcome}, {result.earned}/{result.check.points})" in text
        for said in result.messages:
            assert all(part in text for part in (said.text, said.why, *(line.code for line in said.lines)))
    assert "course read 03 --at result-waits" in text


def test_the_page_shows_the_order_of_threads_that_fails_and_who_waits_for_whom(stuck: Report) -> None:
    text = " ".join(Elements(html.reports([stuck])).text.split())
    assert "T1 waits for ▸ T2 at line 24 with source.lock, target.lock:" in text
    assert "T2 waits for ▸ T1 at line 24 with source.lock, target.lock:" in text
    found = next(result.interleaving for result in stuck.results if result.interleaving)
    assert f"schedule {found.schedule}" in text


def test_who_waits_for_whom_is_drawn_and_said_in_words(stuck: Report) -> None:
    page = html.reports([stuck])
    assert "T1 waits for T2 at line 24; T2 waits for T1 at line 24</title>" in page
    drawn = re.findall(r'<svg [^>]*class="graph".*?</svg>', page, re.DOTALL)
    assert len(drawn) == sum(bool(result.interleaving and result.interleaving.waits) for result in stuck.results) > 0
    assert [each.count("<polygon") for each in drawn] == [len(result.interleaving.waits) for result in stuck.results if result.interleaving]


def test_what_nobody_holds_is_a_box_of_its_own() -> None:
    drawn = graph.picture((Wait("T1", 3, "", "a full queue"), Wait("T2 (work)", 5, "T1", "a lock")), "w")
    assert re.findall(r'<rect class="(thread|thing)"[^>]*><text [^>]*>([^<]*)', drawn) == [
        ("thread", "T1"),
        ("thing", "a full queue"),
        ("thread", "T2"),
    ]


def test_the_page_names_the_hint_of_each_task_that_is_not_done(serial: Report, threads: Report) -> None:
    assert re.findall(r"course hint \w+", html.reports([serial])) == ["course hint 03b"]
    assert "course hint" not in html.reports([threads])


def test_the_page_holds_no_line_of_the_hidden_suite(serial: Report, stuck: Report) -> None:
    for found in (serial, stuck):
        page = Elements(html.reports([found])).text
        own = {line.strip() for line in found.submission.source.decode().splitlines()}
        for name in ("suite.py", "probes.py"):
            lines = {line.strip() for line in (found.exercise.suite / name).read_text("utf-8").splitlines()}
            assert [line for line in lines - own if len(line) > 20 and line in page] == []


def test_several_reports_make_one_page_without_an_id_twice(threads: Report, processes: Report) -> None:
    found = Elements(html.reports([threads, processes, threads]))
    ids = [value for name, value in found.attributes if name == "id"]
    assert found.tags.count("h1") == 3
    assert len(ids) == len(set(ids)) > 10


def test_many_workers_are_drawn_in_parts_and_no_call_is_lost(threads: Report) -> None:
    calls, _ = timeline.calls(timelines_of(threads, "03b.overlap")[0])
    parts = timeline.parts(calls, 8)
    assert [call for part in parts for call in part] == calls
    assert len(parts) > 1
    for part, following in pairwise(parts):
        assert not {call.span.lane for call in part} & {call.span.lane for call in following}


# -- the command -----------------------------------------------------------------------------------------------------------------------

SOLUTION = str(ROOT / "solutions" / "ex03_url_loaders.py")


def test_the_command_draws_under_the_screen_and_writes_both_files(tmp_path: Path, run: Run) -> None:
    done = run("grade", "03", "--file", SOLUTION, "--timeline", "--html", "r.html", "--trace", "r.json")
    assert done.returncode == 0, done.stderr
    assert done.stdout.index("20/20") < done.stdout.index("Timelines") < done.stdout.index("  Next")
    assert "h1" in Elements((tmp_path / "r.html").read_text("utf-8")).tags
    assert json.loads((tmp_path / "r.json").read_text("utf-8"))["traceEvents"]


def test_on_a_terminal_of_60_columns_no_row_of_a_picture_is_broken(tmp_path: Path) -> None:
    environment = clean_environment(PYTHONPATH=str(ROOT), TERM="xterm", NO_COLOR="1") | {"COLUMNS": "60"}
    arguments = [*COURSE[1:], "grade", "03", "--file", SOLUTION, "--timeline"]
    terminal = pexpect.spawn(COURSE[0], arguments, cwd=str(tmp_path), env=environment, dimensions=(50, 60), timeout=60)
    terminal.expect(pexpect.EOF)
    text = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", cast("bytes", terminal.before).decode())
    terminal.close()
    lines = [line.rstrip() for line in text.partition("  Timelines")[2].partition("  Next")[0].splitlines()][1:]
    assert sum(bool(re.match(r" +w\d+ ", line)) for line in lines) > 20
    assert [line for line in lines if len(line) > 60 or (line and not line.startswith("  "))] == []


def test_plain_tells_the_timelines_in_sentences(run: Run) -> None:
    done = run("--plain", "grade", "03a", "--file", SOLUTION, "--timeline")
    told = done.stdout.partition("  Timelines")[2].partition("  Next")[0]
    assert re.search(r"call 1, \S+: from \d+\.\d{3} s to \d+\.\d{3} s, alone\.", " ".join(told.split()))
    assert "A bar" not in told
    assert told.isascii()


def test_a_stream_of_ascii_gets_a_timeline_of_ascii(run: Run) -> None:
    done = run("grade", "03a", "--file", SOLUTION, "--timeline", env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert re.search(r"w1 +\[\S*-\]", done.stdout)
    assert "?-" not in done.stdout
    assert done.stdout.isascii()


def test_without_being_asked_it_draws_nothing(run: Run) -> None:
    assert "Timelines" not in run("grade", "03", "--file", SOLUTION).stdout


@pytest.mark.parametrize("option", ["--html", "--trace", "--junit"])
def test_a_file_that_cannot_be_written_is_told_after_the_grade(option: str, run: Run) -> None:
    done = run("grade", "03", "--file", SOLUTION, "--json", option, "no/such/folder/out")
    assert done.returncode == 2
    assert json.loads(done.stdout)["earned"] == 20
    assert (
        done.stderr
        == f"course: no/such/folder/out cannot be written: no such file or directory [C203]\n  course grade 03 {option} ANOTHER_PATH\n"
    )


# -- a browser -------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def pages(threads: Report, processes: Report, serial: Report, stuck: Report) -> dict[str, str]:
    shown = {"threads": threads, "processes": processes, "serial": serial, "stuck": stuck, "hostile": hostile(SCRIPT * 5)}
    return {name: html.reports([found]) for name, found in shown.items()}


@needs_browser
def test_the_page_fetches_nothing_and_runs_nothing(open_page: Open, pages: dict[str, str]) -> None:
    for text in pages.values():
        asked: list[str] = []
        page = open_page(text, asked=asked)
        assert asked == [page.url]
        assert page.evaluate("document.scripts.length") == 0


@needs_browser
def test_the_policy_of_the_page_forbids_what_slips_through(open_page: Open, pages: dict[str, str]) -> None:
    slipped = pages["serial"].replace("</main>", '<img src="http://127.0.0.1:9/x.png"><script>document.title = "run"</script></main>')
    refused: list[str | None] = []
    page = open_page(slipped, refused=refused)
    assert refused == ["csp"]
    assert page.title() != "run"


@needs_browser
@pytest.mark.parametrize("width", [360, 1000])
def test_the_page_does_not_scroll_sideways(width: int, open_page: Open, pages: dict[str, str]) -> None:
    for name, text in pages.items():
        page = open_page(text, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


@needs_browser
def test_the_page_is_light_or_dark_as_the_reader_likes(open_page: Open, pages: dict[str, str]) -> None:
    def lightness(scheme: str) -> tuple[int, int]:
        page = open_page(pages["serial"], color_scheme=scheme)
        shades = page.evaluate("[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]")
        back, ink = (sum(map(int, re.findall(r"\d+", shade)[:3])) for shade in shades)
        return back, ink

    paper, ink = lightness("light")
    night, chalk = lightness("dark")
    assert min(paper, chalk) > 600
    assert max(ink, night) < 300


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["threads", "processes", "serial", "stuck", "hostile"])
def test_axe_finds_nothing_to_object_to(scheme: str, name: str, open_page: Open, pages: dict[str, str]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(open_page(pages[name], color_scheme=scheme))
    assert found.violations_count == 0, found.generate_report()
    assert found.response["passes"] or found.response["inapplicable"]


@needs_browser
def test_axe_would_find_what_is_wrong(open_page: Open, pages: dict[str, str]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    faint = pages["serial"].replace("--ink: #1b1f24", "--ink: #eee").replace('<html lang="en">', "<html>")
    wrong = {violation["id"] for violation in Axe().run(open_page(faint)).response["violations"]}
    assert {"color-contrast", "html-has-lang"} <= wrong


@needs_browser
@pytest.mark.parametrize("count", [1, 2, 3, 5, 9])
def test_boxes_of_a_wait_for_graph_do_not_lie_on_each_other_and_stay_in_the_drawing(open_page: Open, count: int) -> None:
    waits = tuple(Wait(f"philosopher {n}", n + 1, f"philosopher {(n + 1) % count}", "a fork") for n in range(count))
    found = Interleaving("03b.overlap", "", "probe", (), "load_all", "a b", "deadlock", (Step("T1", 1, "read", "x", "", ""),), waits)
    page = open_page(html.reports([report(Result(check(), Outcome.DEADLOCKED, interleaving=found))]), 1000)
    frame = page.locator("svg.graph").bounding_box()
    boxes = [box for each in page.locator("svg.graph rect.thread").all() if (box := each.bounding_box())]
    assert frame
    assert len(boxes) == count
    for box in boxes:
        assert frame["x"] <= box["x"] and box["x"] + box["width"] <= frame["x"] + frame["width"]
        assert frame["y"] <= box["y"] and box["y"] + box["height"] <= frame["y"] + frame["height"]
    for one, other in combinations(boxes, 2):
        beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
        assert beside or one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]


@needs_browser
def test_the_bars_of_calls_that_overlap_stand_above_each_other(open_page: Open) -> None:
    page = open_page(html.reports([pictured(POOL)]), 1000)
    boxes = [bar.bounding_box() for bar in page.locator("svg svg rect").all()]
    first, second, third, _ = [box for box in boxes if box]
    assert first["y"] == third["y"] < second["y"]
    assert first["x"] < second["x"] < first["x"] + first["width"] < third["x"]
