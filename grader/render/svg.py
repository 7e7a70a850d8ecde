"""Pictures as inline SVG. They are as wide as their page, within limits: places are percentages. Pure.

picture()   some calls of a timeline: a row for each worker, a bar for each call, left to right in the order that the grader saw; what is
            written on a bar is cut where the bar ends
columns()   how many there are of each kind
"""

from collections.abc import Sequence
from html import escape

from rich.cells import cell_len

from .timeline import Call

_ROW, _BAR = 30, 22
_NAMES = 44
"""Pixels for the workers' names, left of the picture: page.html leaves them free."""
_NARROWEST, _WIDEST = 30, 120
"""Pixels from one place in the order to the next: a call's number always fits."""
_PAGE, _CHARACTER, _MARGIN = 756, 7.3, 10
"""Pixels of the widest page, of a character, and beside a bar's text."""
_HIGH = 64
"""Pixels of the highest column."""


def picture(calls: Sequence[Call], name: str) -> str:
    """The picture; `name` makes its id. A bar bears the number of its call, and what that was about where a wide page has room for it."""
    start = min(call.span.first for call in calls)
    places = max(call.span.last for call in calls) - start
    lanes = {lane: row for row, lane in enumerate(dict.fromkeys(call.span.lane for call in calls))}
    label = (
        f"Calls {calls[0].number} to {calls[-1].number}, by {', '.join(lane.name for lane in lanes)}; the table that follows says the same"
    )
    size = f'height="{len(lanes) * _ROW}" style="min-width: {places * _NARROWEST}px; max-width: {places * _WIDEST}px"'
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="{escape(name)}">']
    lines.append(f'<title id="{escape(name)}">{escape(label)}</title>')
    for lane, row in lanes.items():
        middle = row * _ROW + _ROW // 2
        lines.append(f'<text x="-{_NAMES}" y="{middle + 4}">{escape(lane.name)}</text>')
        lines.append(f'<line x1="0" x2="100%" y1="{middle}" y2="{middle}"/>')
    lines += [_bar(call, lanes[call.span.lane], start, places) for call in calls]
    return "\n".join([*lines, "</svg>"])


def columns(counts: Sequence[tuple[str, int]], name: str, about: str) -> str:
    """A column for each label, as high as its number, which stands above it; `name` makes the id, `about` says what is counted."""
    told = ", ".join(f"{label}: {count}" for label, count in counts)
    highest, width = max(1, *(count for _, count in counts)), 100 / len(counts)
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" class="columns" height="{_HIGH + 34}" role="img" aria-labelledby="{escape(name)}">']
    lines.append(f'<title id="{escape(name)}">{escape(f"{about}. {told}")}</title>')
    for place, (label, count) in enumerate(counts):
        middle, height = width * (place + 0.5), _HIGH * count / highest
        top = 16 + _HIGH - height
        if count:
            lines.append(f'<text x="{middle:.2f}%" y="{top - 4:.1f}">{count}</text>')
            lines.append(f'<rect x="{width * place + 1:.2f}%" y="{top:.1f}" width="{width - 2:.2f}%" height="{height:.1f}"/>')
        lines.append(f'<text x="{middle:.2f}%" y="{_HIGH + 30}">{escape(label)}</text>')
    lines.append(f'<line x1="0" x2="100%" y1="{_HIGH + 16}" y2="{_HIGH + 16}"/></svg>')
    return "\n".join(lines)


def _bar(call: Call, row: int, start: int, places: int) -> str:
    """One call. A svg in a svg cuts what is too long for it."""
    span = call.span
    kind, how = ("answered", "let go") if span.answered else ("lost", "hung up")
    told = f"call {call.number}, {span.lane.name} in {span.lane.process}: {call.about}; came {span.begin:.3f} s, {how} {span.end:.3f} s"
    text = f"{call.number}{'' if span.answered else ' ✗'}"
    length = (span.last - span.first) * min(_WIDEST, max(_NARROWEST, _PAGE / places))
    if cell_len(f"{text} {call.about}") * _CHARACTER + _MARGIN <= length:
        text = f"{text} {call.about}"
    x, width = 100 * (span.first - start) / places, 100 * (span.last - span.first) / places
    top = row * _ROW + (_ROW - _BAR) // 2
    return (
        f'<svg class="{kind}" x="{x:.3f}%" y="{top}" width="{width:.3f}%" height="{_BAR}"><title>{escape(told)}</title>'
        f'<rect x="1" y="1" width="100%" height="{_BAR - 2}" rx="3"/><text x="6" y="15">{escape(text)}</text></svg>'
    )
