"""Who was in which call when, as text: a row for each worker, left to right in the order that the grader saw.

    w1  ├1───────┤├4───────┤          1=/ok/0, 2=/ok/1, 3=/ok/2, 4=/ok/3, ...
    w2     ├2────┤   ├5────┤
    w3        ├3─┤      ├6─┤

A column is a thing that happened, not a time: a slow machine draws the same picture. What does not fit beside goes on below. Pure.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from os.path import commonprefix

from rich.cells import cell_len
from rich.text import Text

from grader.model import Report, Span, Timeline

from .clean import clean
from .terminal import WIDTH, Glyphs, paragraph

HOW_TO_READ = (
    "What the grader saw from outside of your program, from left to right in that order. A bar is one call of the work that the check "
    "handed out, from when it came until it was let go. Lengths are no times, and none of this is judged."
)
IN_WORDS = (
    "What the grader saw from outside of your program, worker after worker. A call is one of the work that the check handed out, from when "
    "it came until it was let go. The times are this machine's, and none of this is judged."
)
MAX_ROWS = 24
"""Rows of one picture, and calls in words; the report in HTML has them all."""
_INDENT, _NAME = 6, 6
_WIDEST = 12
"""Columns from one place in the order to the next, at most."""


@dataclass(frozen=True)
class Call:
    """One span with what is written on its bar."""

    span: Span
    number: int
    """Among the calls of the timeline, from 1."""
    about: str
    """What it was about, without what all of them begin with, and harmless."""


def calls(timeline: Timeline) -> tuple[list[Call], str]:
    """The calls, and what all of them begin with: up to the last slash or space of that."""
    told = [clean(span.what) for span in timeline.spans]
    shared = commonprefix(told) if len(set(told)) > 1 else ""  # noqa: RUF071 # characters are what is wanted: most are no paths
    begins = shared[: max(shared.rfind("/"), shared.rfind(" ")) + 1]
    return [
        Call(span, number, text[len(begins) :]) for number, (span, text) in enumerate(zip(timeline.spans, told, strict=True), 1)
    ], begins


def parts(found: list[Call], most: int) -> list[list[Call]]:
    """The calls, cut where nobody is in one and none of the workers so far comes again, so that few parts have more than `most` workers.

    A check that calls a learner's function several times sees new workers each time.
    """
    last = {call.span.lane: call.number for call in found}
    rounds: list[list[Call]] = [[]]
    for call in found:
        rounds[-1].append(call)
        if all(last[other.span.lane] <= call.number for other in rounds[-1]) and call is not found[-1]:
            following = found[call.number]
            if all(other.span.last < following.span.first for other in rounds[-1]):
                rounds.append([])
    joined = [rounds[0]]
    for some in rounds[1:]:
        if len({call.span.lane for call in joined[-1] + some}) <= most:
            joined[-1] = joined[-1] + some
        else:
            joined.append(some)
    return joined


def facts(timeline: Timeline, begins: str) -> str:
    """The numbers of one timeline, in words."""
    count = len(timeline.spans) + timeline.unseen
    spans = timeline.spans
    seconds = max(span.end for span in spans) - min(span.begin for span in spans)
    lost = sum(not span.answered for span in spans)
    said = [f"{count} call{'s' * (count != 1)}", f"at most {timeline.peak} at once", f"{seconds:.3f} s from first to last"]
    if lost:
        said.append(f"{lost} without an answer")
    if timeline.method:
        said.insert(0, f"under {timeline.method}")
    return ", ".join(said) + (f"; each begins with {begins}" if begins else "")


def workers(shown: Iterable[Call]) -> str:
    """The processes that these calls came from, in words: "w1-w3: your own process; w4: child process 1"."""
    lanes = list({call.span.lane: None for call in shown})
    runs = [[lane.name for lane in run] for _, run in groupby(lanes, lambda lane: lane.process)]
    names = [run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    processes = [process for process, _ in groupby(lane.process for lane in lanes)]
    return "; ".join(f"{name}: {process}" for name, process in zip(names, processes, strict=True))


def section(report: Report, glyphs: Glyphs, width: int = WIDTH) -> Iterator[Text]:
    """What goes under the screen of a report: a picture for each check that has one, `width` columns wide."""
    shown = [result for result in report.results if result.timelines]
    yield Text()
    if not shown:
        yield from paragraph("No timeline: none of these checks hands out work and watches who does it.", 2, width)
        return
    yield Text("  Timelines", style="bold")
    yield from paragraph(HOW_TO_READ if glyphs.opens else IN_WORDS, 2, width, "dim")
    for result in shown:
        yield Text()
        yield from paragraph(f"{glyphs.mark(result.outcome)} {result.check.says}", 4, width, "bold")
        yield from picture(result.timelines[-1], glyphs, width)


def picture(timeline: Timeline, glyphs: Glyphs, width: int = WIDTH) -> Iterator[Text]:
    """One timeline: what is written on the bars is what the calls were about, or their numbers where that does not fit."""
    found, begins = calls(timeline)
    yield from paragraph(facts(timeline, begins), _INDENT, width, "dim")
    if not glyphs.opens:
        yield from _in_words(timeline, found, width)
        return
    room = width - 1 - _INDENT - _NAME
    wanted = max(-(-(cell_len(call.about) + 2) // (call.span.last - call.span.first)) for call in found)
    numbered = wanted * (timeline.moments - 1) > room
    step = max(wanted, min(_WIDEST, room // max(1, timeline.moments - 1))) if not numbered else len(str(len(found))) + 2
    drawn: list[Call] = []
    rows = 0
    for start in range(0, timeline.moments - 1, room // step):
        stop = min(start + room // step, timeline.moments - 1)
        band = [call for call in found if call.span.first < stop and call.span.last > start]
        lanes = list({call.span.lane: None for call in sorted(band, key=lambda call: int(call.span.lane.name[1:]))})[: MAX_ROWS - rows]
        if lanes and rows:
            yield Text()
        for lane in lanes:
            row = [call for call in band if call.span.lane == lane]
            yield Text(f"{'':{_INDENT}}{lane.name:<{_NAME}}{_row(row, start, stop, step, glyphs, numbered=numbered)}".rstrip())
            drawn += [call for call in row if call not in drawn]
        rows += len(lanes)
    drawn.sort(key=lambda call: call.number)
    yield from paragraph(workers(drawn), _INDENT, width)
    if numbered:
        yield from paragraph(", ".join(f"{call.number}={call.about}" for call in drawn), _INDENT, width, "dim")
    yield from _others(timeline, len(drawn), width)


def _others(timeline: Timeline, shown: int, width: int) -> Iterator[Text]:
    """How many calls are not shown, if any."""
    if more := len(timeline.spans) - shown + timeline.unseen:
        yield from paragraph(f"... and {more} calls more: course grade --html FILE draws more of them", _INDENT, width, "dim")


def _in_words(timeline: Timeline, found: list[Call], width: int) -> Iterator[Text]:
    """What the bars show, in a sentence for each call: for a screen reader."""
    shown = found[:MAX_ROWS]
    for lane in dict.fromkeys(call.span.lane for call in shown):
        own = [call for call in shown if call.span.lane == lane]
        yield from paragraph(f"{lane.name}, {lane.process}, {len(own)} call{'s' * (len(own) != 1)}:", _INDENT, width)
        for call in own:
            how = "" if call.span.answered else ", without an answer"
            said = f"call {call.number}, {call.about}: from {call.span.begin:.3f} s to {call.span.end:.3f} s{how}, {_company(call, found)}."
            yield from paragraph(said, _INDENT + 2, width)
    yield from _others(timeline, len(shown), width)


def _company(call: Call, found: list[Call]) -> str:
    """Who else was in a call meanwhile."""
    span = call.span
    names = list({other.span.lane.name: None for other in found if other.span.first < span.last and span.first < other.span.last})
    names.remove(span.lane.name)
    return f"at once with {', '.join(names)}" if names else "alone"


def _row(row: list[Call], start: int, stop: int, step: int, glyphs: Glyphs, *, numbered: bool) -> str:
    """One worker from one place of the order to another, `step` columns for each."""
    cells = [" "] * ((stop - start) * step)
    for call in row:
        begin, end = (call.span.first - start) * step, (call.span.last - start) * step
        for column in range(max(0, begin), min(end, len(cells))):
            cells[column] = glyphs.empty
        if end <= len(cells):
            cells[end - 1] = glyphs.closes if call.span.answered else glyphs.lost
        if begin >= 0:
            cells[begin] = glyphs.opens
            text = str(call.number) if numbered else call.about
            # A wide character takes the cells of two.
            cells[begin + 1 : begin + 1 + cell_len(text)] = [text, *[""] * (cell_len(text) - 1)] if text else []
    return "".join(cells)
