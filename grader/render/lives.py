"""The threads of a lesson's program as text: a row for each, from its begin to its end, left to right in the order of what happened.

    Thread-1 (cook)      ├────────┤      1.207 s
    Thread-2 (waiter)       ├───────┤    1.208 s

A column is a begin or an end, not a time, so what overlaps in the picture did overlap; the times stand beside it. Pure.
"""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from grader.model import Life

from .clean import clean
from .terminal import WIDTH, Glyphs, paragraph
from .timeline import MAX_ROWS

HOW_TO_READ = (
    "The threads that it started, as they began and ended this time, from left to right in that order. Lengths are no times. A thread may "
    "wait while it lives, and those of other processes cannot be seen from here."
)
IN_WORDS = (
    "The threads that it started, this time. A thread may wait while it lives, and those of other processes cannot be seen from here."
)
_NAME, _TIME, _STEP = 24, 12, 6
"""Columns of a name and of a time at most, and from one thing that happened to the next."""


def section(lives: Sequence[Life], glyphs: Glyphs, width: int = WIDTH) -> Iterator[Text]:
    """What goes under the program's own words; nothing when it started no thread."""
    if not lives:
        return
    yield Text()
    yield Text("  Timeline", style="bold")
    yield from paragraph(HOW_TO_READ if glyphs.opens else IN_WORDS, 2, width, "dim")
    yield Text()
    names = min(_NAME, width // 3, max(cell_len(clean(life.name)) for life in lives))
    room = width - 1 - 4 - names - 2 - _TIME
    shown = lives[: min(MAX_ROWS, room // 2)]
    yield from _rows(shown, names, room, glyphs) if glyphs.opens else _sentences(shown, lives, width)
    if more := len(lives) - len(shown):
        yield Text(f"    and {more} more", style="dim")


def _rows(shown: Sequence[Life], names: int, room: int, glyphs: Glyphs) -> Iterator[Text]:
    begins = [(life.begin, 0, number) for number, life in enumerate(shown)]
    ends = [(life.end, 1, number) for number, life in enumerate(shown) if life.end is not None]
    place = {(kind, number): column for column, (_, kind, number) in enumerate(sorted(begins + ends))}
    step = max(1, min(_STEP, room // len(place)))
    for number, life in enumerate(shown):
        first, last = place[0, number] * step, place.get((1, number), len(place)) * step
        bar = " " * first + glyphs.opens + glyphs.empty * (last - first - 1) + (glyphs.closes if life.end is not None else glyphs.empty)
        name = set_cell_size(clean(life.name), names)
        yield Text.assemble(f"    {name}  {bar[:room]:<{room}}", (f"{_lasted(life):>{_TIME}}", "dim"))


def _sentences(shown: Sequence[Life], lives: Sequence[Life], width: int) -> Iterator[Text]:
    """The same for a screen reader."""
    for life in shown:
        others = sum(_overlap(life, other) for other in lives) - 1
        company = f"at once with {others} other{'s' * (others != 1)}" if others else "alone"
        until = ", still there at the end" if life.end is None else f" to {life.end:.3f} s"
        yield from paragraph(f"{clean(life.name)}: from {life.begin:.3f} s{until}, {company}.", 4, width)


def _overlap(one: Life, other: Life) -> bool:
    return (other.end is None or one.begin <= other.end) and (one.end is None or other.begin <= one.end)


def _lasted(life: Life) -> str:
    if life.end is None:
        return "still there"
    seconds = life.end - life.begin
    return f"{seconds:.3f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"
