"""A class on one screen: who has what, where the class is stuck, and what somebody should look at. Pure: a `Batch` in, lines out."""

from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len, chop_cells
from rich.text import Text

from grader.model import Batch, Pair, Refused, Report

from .clean import clean
from .overview import Hurdle, Overview, counted, name, overview, points, total
from .terminal import WIDTH, Glyphs, fold

STUCK = 10
"""Checks listed under "Where the class is stuck"."""
LISTED = 20
"""Files and people listed by name; of the others the number is told."""
_BESIDE, _NAME = 13, 8
"""Columns of the table beside names and points, and of a name at least."""


def summary(batch: Batch, glyphs: Glyphs, width: int = WIDTH) -> Iterator[Text]:
    """The whole screen but for its last lines."""
    found = overview(batch)
    left = f" {glyphs.dot} {batch.left} left, because it was interrupted" if batch.left else ""
    yield Text()
    told = f"  {counted(len(found.people), 'person', 'people')}, {counted(len(batch.reports), 'submission')} graded{left}"
    yield from fold(Text(told, style="bold"), 2, width)
    if batch.reports:
        yield from _table(found, glyphs, width)
    yield from _section("Where the class is stuck", _stuck(found.hurdles), width)
    doubts = (f"! {doubt.what}" + (f"\n      {doubt.mend}" if doubt.mend else "") for doubt in found.doubts)
    yield from _section("Needs your eye", doubts, width)
    yield from _section("On the roster, and no file", batch.missing, width)
    yield from _section("Files with no person on the roster", batch.strangers, width)
    yield from _section("Files that are no exercise", batch.strays, width)


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


def _table(found: Overview, glyphs: Glyphs, width: int) -> Iterator[Text]:
    """A row for each person; where the exercises do not fit side by side, several tables, the total in the last."""
    exercises = found.exercises
    room = width - _BESIDE - 4 * len(exercises)
    names = min(max(map(_cells, [*found.people, "passed"])), room if room >= _NAME else 2 * _NAME)
    most = (width - _BESIDE - names) // 4
    for start in range(0, len(exercises), most):
        shown = exercises[start : start + most]
        last = start + most >= len(exercises)
        yield Text()
        yield Text("  " + " " * names + "".join(f"{exercise.id:>4}" for exercise in shown) + "     total" * last, style="dim")
        for who in found.people:
            own = [found.report(who, exercise) for exercise in shown]
            cells = "".join(f"{points(report) if report else glyphs.waiting:>4}" for report in own)
            yield Text(f"  {_fitted(who, names)}{cells}" + f"{total(found.of(who)) or glyphs.waiting:>10}" * last)
        passed = "".join(f"{found.passed(exercise):>4}" for exercise in shown)
        yield Text(f"  {'passed':<{names}}{passed}  of {len(found.people)}", style="dim")


def _stuck(hurdles: Sequence[Hurdle]) -> Iterator[str]:
    for hurdle in hurdles[:STUCK]:
        yield f"{counted(hurdle.people, 'person', 'people'):<11} {hurdle.id:<14} {hurdle.says}"
    if len(hurdles) > STUCK:
        yield f"{counted(len(hurdles) - STUCK, 'check')} more, of fewer people"


def _section(title: str, lines: Iterable[str], width: int) -> Iterator[Text]:
    """A heading and its lines; nothing when there are none."""
    whole = list(lines)
    if not whole:
        return
    yield Text()
    yield Text(f"  {title}", style="bold")
    shown = whole if title == "Needs your eye" else whole[:LISTED]
    for each in shown:
        first, *rest = each.split("\n")
        for line in (f"    {clean(first)}", *rest):
            yield from fold(Text(line), 6, width)
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
