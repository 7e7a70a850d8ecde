"""One timeline as inline SVG: a row for each worker, a bar for each call, from left to right in the order that the grader saw. Pure."""

from collections.abc import Iterator, Sequence
from html import escape

from rich.cells import cell_len

from grader.model import Timeline

from .timeline import Call

_ROW, _BAR = 30, 22
_NAMES = 44
"""Pixels for the workers' names."""
_CHARACTER, _PADDING = 7.3, 14
"""Pixels of one cell of the 12-pixel monospace, and those beside a bar's text."""
_NARROWEST, _WIDEST, _COMFORTABLE = 30, 120, 760
"""Pixels from one place in the order to the next, and of a picture that needs not be wider."""


def picture(calls: Sequence[Call], timeline: Timeline, name: str) -> str:
    """The picture; `name` makes its ids. A bar says what its call was about, or the call's number where that does not fit."""
    places = timeline.moments - 1
    step = min(_WIDEST, max(_NARROWEST, (_COMFORTABLE - _NAMES) // places))
    lanes = {lane: number for number, lane in enumerate(timeline.lanes)}
    width, height = _NAMES + places * step + 1, len(lanes) * _ROW
    label = f"{len(calls)} calls of {len(lanes)} workers, at most {timeline.peak} at once; the table below says the same"
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img"']
    lines[0] += f' aria-labelledby="{escape(name)}"><title id="{escape(name)}">{escape(label)}</title>'
    for lane, row in lanes.items():
        middle = row * _ROW + _ROW // 2
        lines.append(f'<text x="0" y="{middle + 4}">{escape(lane.name)}</text>')
        lines.append(f'<line x1="{_NAMES}" x2="{width}" y1="{middle}" y2="{middle}"/>')
    for call in calls:
        lines += _bar(call, lanes[call.span.lane], step)
    return "\n".join([*lines, "</svg>"])


def _bar(call: Call, row: int, step: int) -> Iterator[str]:
    span = call.span
    x, width = _NAMES + span.first * step, (span.last - span.first) * step - 2
    top = row * _ROW + (_ROW - _BAR) // 2
    fits = cell_len(call.about) * _CHARACTER + _PADDING <= width
    text = call.about if fits else str(call.number)
    ending = "" if span.answered else " ✗"
    how = "let go" if span.answered else "hung up"
    told = f"call {call.number}, {span.lane.name} in {span.lane.process}: {call.about}; came {span.begin:.3f} s, {how} {span.end:.3f} s"
    kind = "answered" if span.answered else "lost"
    yield f'<g class="{kind}"><title>{escape(told)}</title>'
    yield f'<rect x="{x + 1}" y="{top}" width="{width}" height="{_BAR}" rx="3"/>'
    yield f'<text class="on" x="{x + 6}" y="{top + 15}">{escape(text + ending)}</text></g>'
