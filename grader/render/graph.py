"""A wait-for graph as inline SVG: threads in a ring, and an arrow from each that waits to the one it waits for. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from rich.cells import cell_len, set_cell_size

from grader.model import Wait

from .interleaving import arrow_ends

_HEIGHT, _CHARACTER, _MOST = 26, 7.3, 16
"""Pixels of a box and of a character; characters in a box at most."""
_RADIUS, _APART = 85, 30
"""Pixels from the middle of the ring to a box at least, and between two boxes side by side."""
_AIR = 12
"""Pixels around the boxes."""
_BEND = 0.3
"""How far an arrow is bent out of the straight, as a part of its length: two that wait for each other have an arrow each."""
_HEAD = 9
"""Pixels of an arrow's head."""


@dataclass(frozen=True)
class _Box:
    """A thread, or what one waits for where that is nobody's."""

    text: str
    x: float
    y: float
    is_thread: bool

    @property
    def width(self) -> float:
        return cell_len(self.text) * _CHARACTER + 16

    def edge(self, x: float, y: float) -> tuple[float, float]:
        """Where the line from this point to the middle meets the box."""
        across, down = x - self.x, y - self.y
        shrink = max(2 * abs(across) / self.width, 2 * abs(down) / _HEIGHT, 1)
        return self.x + across / shrink, self.y + down / shrink

    def drawn(self) -> str:
        return (
            f'<rect class="{"thread" if self.is_thread else "thing"}" x="{self.x - self.width / 2:.1f}" y="{self.y - _HEIGHT / 2:.1f}" '
            f'width="{self.width:.1f}" height="{_HEIGHT}" rx="4"/>'
            f'<text x="{self.x:.1f}" y="{self.y + 4:.1f}">{escape(self.text)}</text>'
        )


def picture(waits: Sequence[Wait], name: str) -> str:
    """The drawing of at least one wait; `name` makes its id, and its title says the same in words."""
    ends = [arrow_ends(wait) for wait in waits]
    threads = {who for who, _ in ends} | {whom for wait, (_, whom) in zip(waits, ends, strict=True) if wait.whom}
    texts = list(dict.fromkeys(text for pair in ends for text in pair))
    boxes, width, height = _ring(texts, threads)
    said = "; ".join(f"{who} waits for {whom} at line {wait.line}" for wait, (who, whom) in zip(waits, ends, strict=True))
    arrows = [_arrow(boxes[who], boxes[whom], f"line {wait.line}") for wait, (who, whom) in zip(waits, ends, strict=True)]
    size = f'width="{width:.0f}" height="{height:.0f}"'
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" class="graph" {size} role="img" aria-labelledby="{escape(name)}">']
    lines += [f'<title id="{escape(name)}">{escape(said)}</title>', *arrows, *(box.drawn() for box in boxes.values()), "</svg>"]
    return "\n".join(lines)


def _ring(texts: Sequence[str], threads: set[str]) -> tuple[dict[str, _Box], float, float]:
    """A box for each text, clockwise from the left; the size of the drawing."""
    shown = {text: text if cell_len(text) <= _MOST else set_cell_size(text, _MOST - 3) + "..." for text in texts}
    widest = max(_Box(text, 0, 0, is_thread=True).width for text in shown.values())
    in_line = len(texts) < 3
    radius = _RADIUS if in_line else max(_RADIUS, (widest + _APART) / (2 * math.sin(math.pi / len(texts))))
    high = _HEIGHT if in_line else radius
    middle_x, middle_y = radius + widest / 2 + _AIR, high + _HEIGHT / 2 + 2 * _AIR
    boxes = {}
    for number, (text, cut) in enumerate(shown.items()):
        angle = math.pi + math.tau * number / len(texts)
        boxes[text] = _Box(cut, middle_x + radius * math.cos(angle), middle_y + high * math.sin(angle), text in threads)
    return boxes, 2 * middle_x, 2 * middle_y


def _arrow(begin: _Box, end: _Box, label: str) -> str:
    """A bent arrow between two boxes, or a loop beside one that waits for itself."""
    if begin == end:
        bend = begin.x, begin.y + 3 * _HEIGHT
        start, stop = (begin.x - 14, begin.y + _HEIGHT / 2), (begin.x + 14, begin.y + _HEIGHT / 2)
    else:
        across, down = end.x - begin.x, end.y - begin.y
        bend = (begin.x + end.x) / 2 + _BEND * down, (begin.y + end.y) / 2 - _BEND * across
        start, stop = begin.edge(*bend), end.edge(*bend)
    angle = math.atan2(stop[1] - bend[1], stop[0] - bend[0])
    wings = [(stop[0] - _HEAD * math.cos(angle + turn), stop[1] - _HEAD * math.sin(angle + turn)) for turn in (0.4, -0.4)]
    head = " ".join(f"{x:.1f},{y:.1f}" for x, y in (stop, *wings))
    middle = [(start[axis] + 2 * bend[axis] + stop[axis]) / 4 for axis in (0, 1)]
    wide = cell_len(label) * _CHARACTER
    return (
        f'<path d="M{start[0]:.1f} {start[1]:.1f} Q{bend[0]:.1f} {bend[1]:.1f} {stop[0]:.1f} {stop[1]:.1f}"/><polygon points="{head}"/>'
        f'<rect class="label" x="{middle[0] - wide / 2:.1f}" y="{middle[1] - 8:.1f}" width="{wide:.1f}" height="16"/>'
        f'<text class="label" x="{middle[0]:.1f}" y="{middle[1] + 4:.1f}">{escape(label)}</text>'
    )
