"""One order of a learner's threads as a picture: a column for each thread, a row for each step, the shared value beside it.

         T1                              T2                              value
     1   12 read value                                                   0
     2                                   12 self.value += n              1
     3   12 write value                                                  1

A line that another thread came into the middle of is shown in its steps; any other one stands as it is written. Pure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from grader.model import Interleaving, Step, Wait

from .clean import clean
from .terminal import PLAIN, WIDTH, Glyphs, cut, fold, paragraph, wrap

_NUMBER, _VALUE = 7, 14
"""Columns of the step, and of the value at most."""
ALLOWED = "Python allows this order of steps. It need not be one that this build ever takes."
"""What an order of the scheduler's is, and what it is not."""
_COLUMN = 18
"""Columns that a thread needs beside the others; where they are fewer, each row begins with the thread's name."""


@dataclass(frozen=True)
class Row:
    """What one thread did in one line, until another thread or another line came."""

    thread: str
    line: int
    text: str
    value: str
    split: bool
    """Whether somebody came into the middle of the line."""


def rows(found: Interleaving, source: Sequence[str]) -> list[Row]:
    """The rows of the picture; `source` are the lines of the learner's file."""
    groups: list[list[Step]] = []
    for step in found.steps:
        if groups and (groups[-1][-1].thread, groups[-1][-1].line) == (step.thread, step.line):
            groups[-1].append(step)
        else:
            groups.append([step])
    places = [(group[0].thread, group[0].line) for group in groups]
    drawn = []
    for place, group in zip(places, groups, strict=True):
        split = _split(places, place)
        code = source[place[1] - 1].strip() if 0 < place[1] <= len(source) else ""
        said = [step.what for step in group if step.what]
        halves = [f"{step.verb} {step.name}" for step in group if split and step.name and step.verb in ("read", "write")]
        text = f"{code.rstrip(':')}: {', '.join(said)}" if said else ", ".join(halves) or code
        value = next((step.value for step in reversed(group) if step.value and step.verb in ("read", "write")), "")
        drawn.append(Row(*place, text, value, split))
    return drawn


def _split(places: list[tuple[str, int]], place: tuple[str, int]) -> bool:
    """Whether somebody else came between two visits of a thread to one line."""
    found = [number for number, other in enumerate(places) if other == place]
    return any(all(between[0] != place[0] for between in places[first + 1 : second]) for first, second in pairwise(found))


def columns(found: Interleaving) -> list[str]:
    """The threads, in the order of their columns."""
    return sorted({step.thread for step in found.steps}, key=lambda name: (name != "main", name))


def picture(found: Interleaving, source: Sequence[str], width: int = WIDTH, upto: int | None = None) -> Iterator[Text]:
    """The picture, of the first `upto` rows only when that is said."""
    threads, drawn = columns(found), rows(found, source)
    values = [clean(row.value) for row in drawn if row.value]
    value = min(_VALUE, max(map(cell_len, ["value", *values])) + 2) if values else 0
    room = width - 1 - _NUMBER - value
    column = room // max(1, len(threads))
    side_by_side = column >= _COLUMN
    if side_by_side:
        heads = "".join(_fit(name, column) for name in threads)
        yield Text(f"{'':{_NUMBER}}{heads}{'value' if values else ''}".rstrip(), style="bold")
    for number, row in enumerate(drawn[:upto], 1):
        cell = f"{row.line} {clean(row.text)}"
        if side_by_side:
            cells = "".join(_fit(cell if name == row.thread else "", column) for name in threads)
        else:
            cells = _fit(f"{row.thread}: {cell}", room)
        yield Text(f"{number:>4}   {cells}{_fit(clean(row.value), value)}".rstrip())


def _fit(text: str, width: int) -> str:
    """Cut or filled up to so many columns, the last two of them empty."""
    cut = text if cell_len(text) <= width - 2 else set_cell_size(text, width - 5) + "..."
    return set_cell_size(cut, width)


def sentences(found: Interleaving, source: Sequence[str], width: int = WIDTH) -> Iterator[Text]:
    """What the picture shows, step by step, for who hears it."""
    for number, row in enumerate(rows(found, source), 1):
        worth = f" The value is {clean(row.value)}." if row.value else ""
        yield from fold(Text(f"  Step {number}. {row.thread}, line {row.line}: {clean(row.text).rstrip(':')}.{worth}"), 4, width)


def screen(found: Interleaving, source: Sequence[str], says: str, glyphs: Glyphs, width: int = WIDTH) -> Iterator[Text]:
    """The whole of `course replay` but for the next steps. `says`: what the check asks for."""
    yield Text()
    first, *others = wrap(clean(says), 4, width)
    yield Text(f"  {glyphs.failed} {first}", style="bold")
    yield from (Text(f"    {line}", style="bold") for line in others)
    yield from fold(Text(f"    schedule {found.schedule}", style="dim"), 13, width)
    yield Text()
    yield from (sentences if glyphs == PLAIN else picture)(found, source, width)
    yield Text()
    if found.waits:
        yield from graph(found, source, glyphs, width)
        yield Text()
    for said in in_words(found, source):
        yield from paragraph(said, 2, width)


def graph(found: Interleaving, source: Sequence[str], glyphs: Glyphs, width: int = WIDTH) -> Iterator[Text]:
    """The wait-for graph of a deadlock.

    24   T1 -- waits for --> T2    with source.lock, target.lock:
    24   T2 -- waits for --> T1    with source.lock, target.lock:
    """
    ends = [arrow_ends(wait) for wait in found.waits]
    widths = [max(map(cell_len, column)) for column in zip(*ends, strict=True)]
    for wait, (who, whom) in zip(found.waits, ends, strict=True):
        code = source[wait.line - 1].strip() if 0 < wait.line <= len(source) else ""
        arrow = f"{who:<{widths[0]}} {glyphs.arrow} {whom:<{widths[1]}}"
        line = Text(f"{wait.line:>7}   {arrow}    {clean(code, 120)}".rstrip())
        yield from (cut(each, width - 1) for each in fold(line, 14 + sum(widths) + len(glyphs.arrow), width))


def arrow_ends(wait: Wait) -> tuple[str, str]:
    """Who waits, and for whom, or for what where that is nobody's; threads without the function that Python adds to their names."""
    who, whom = (clean(thread).partition(" (")[0] for thread in (wait.thread, wait.whom))
    return who, whom or clean(wait.what)


def in_words(found: Interleaving, source: Sequence[str]) -> Iterator[str]:
    """What the picture shows, in words."""
    for line in sorted({row.line for row in rows(found, source) if row.split and row.text.startswith("write ")})[:1]:
        code = source[line - 1].strip() if 0 < line <= len(source) else ""
        yield f"Line {line} looks like one step, and is several:  {clean(code)}"
    if found.ending == "deadlock":
        yield "Here everybody who is left waits, and nobody is left who could wake them."
    if found.ending == "endless":
        yield "Here it goes round for ever, and nobody is left who could end it."
    yield ALLOWED
