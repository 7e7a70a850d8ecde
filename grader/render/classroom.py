"""A class on one screen: who has what, where the class is stuck, and what somebody should look at. Pure: a `Batch` in, lines out."""

from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len, chop_cells
from rich.text import Text

from grader.model import Batch, Pair, Refused, Report

from .clean import clean
from .overview import Hurdle, Overview, counted, name, overview, points, total
from .terminal import WIDTH, Glyphs

STUCK = 10
"""Checks listed under "Where the class is stuck"."""
LISTED = 20
"""Files and people listed by name; of the others the number is told."""


def summary(batch: Batch, glyphs: Glyphs) -> Iterator[Text]:
    """The whole screen but for its last lines."""
    found = overview(batch)
    left = f" {glyphs.dot} {batch.left} left, because it was interrupted" if batch.left else ""
    yield Text()
    yield Text(
        f"  {counted(len(found.people), 'person', 'people')}, {counted(len(batch.reports), 'submission')} graded{left}", style="bold"
    )
    if batch.reports:
        yield Text()
        yield from _table(found, glyphs)
    yield from _section("Where the class is stuck", _stuck(found.hurdles))
    yield from _section("Needs your eye", (f"! {doubt.what}" + (f"\n      {doubt.mend}" if doubt.mend else "") for doubt in found.doubts))
    yield from _section("On the roster, and no file", batch.missing)
    yield from _section("Files with no person on the roster", batch.strangers)
    yield from _section("Files that are no exercise", batch.strays)


def line(done: int, of: int, report: Report | None) -> str:
    """One submission more, as progress."""
    if report is None:
        return f"  {done} of {of}   not graded"
    return f"  {done} of {of}   {report.exercise.id}  {name(report)}  {report.earned}/{report.possible}"


def alike(files: int, pairs: Sequence[Pair], refused: Sequence[Refused], percent: int) -> Iterator[str]:
    """The whole screen of `course similar`: pairs of at least so many percent."""
    yield ""
    yield f"  {counted(files, 'file')} compared, {counted(len(pairs), 'pair')} alike to {percent} % or more"
    if pairs:
        yield "  Of each file, how much is in the other one:"
        yield ""
        for pair in pairs:
            how = "the same file" if pair.same else f"{pair.percent[0]:>3} %   {pair.percent[1]:>3} %"
            one, other = (clean(who, 60) for who in pair.people)
            yield f"    {pair.exercise}   {how:<15}{one}  -  {other}"
        yield ""
        yield "  What the stub holds does not count, nor do names, comments and layout."
        yield "  A percentage is no verdict: in a short exercise, people who never met can"
        yield "  reach 90 %. Look at both files."
    for each in refused:
        yield f"  ! {each.what}"
        yield f"    {each.mend}"
    yield ""


def _table(found: Overview, glyphs: Glyphs) -> Iterator[Text]:
    width = min(max(map(_cells, [*found.people, "passed"])), max(8, WIDTH - 12 - 4 * len(found.exercises)))
    yield Text("  " + " " * width + "".join(f"{exercise.id:>4}" for exercise in found.exercises) + "     total", style="dim")
    for who in found.people:
        own = [found.report(who, exercise) for exercise in found.exercises]
        cells = "".join(f"{points(report) if report else glyphs.waiting:>4}" for report in own)
        yield Text(f"  {_fitted(who, width)}{cells}{total(found.of(who)) or glyphs.waiting:>10}")
    passed = "".join(f"{found.passed(exercise):>4}" for exercise in found.exercises)
    yield Text(f"  {'passed':<{width}}{passed}  of {len(found.people)}", style="dim")


def _stuck(hurdles: Sequence[Hurdle]) -> Iterator[str]:
    for hurdle in hurdles[:STUCK]:
        yield f"{counted(hurdle.people, 'person', 'people'):<11} {hurdle.id:<14} {hurdle.says}"
    if len(hurdles) > STUCK:
        yield f"{counted(len(hurdles) - STUCK, 'check')} more, of fewer people"


def _section(title: str, lines: Iterable[str]) -> Iterator[Text]:
    """A heading and its lines; nothing when there are none."""
    whole = list(lines)
    if not whole:
        return
    yield Text()
    yield Text(f"  {title}", style="bold")
    shown = whole if title == "Needs your eye" else whole[:LISTED]
    for each in shown:
        first, *rest = each.split("\n")
        yield Text(f"    {clean(first)}")
        yield from (Text(line) for line in rest)
    if len(shown) < len(whole):
        yield Text(f"    and {len(whole) - len(shown)} more")


def _cells(text: str) -> int:
    return cell_len(clean(text, 60))


def _fitted(text: str, width: int) -> str:
    """`text` in exactly so many columns."""
    text = clean(text, 60)
    if cell_len(text) > width:
        text = chop_cells(text, width - 1)[0] + "~"
    return text + " " * (width - cell_len(text))
