"""A class on one screen: who has what, where the class is stuck, and what somebody should look at. Pure: a `Batch` in, lines out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len, chop_cells
from rich.text import Text

from grader.model import Batch, Outcome, Report

from .clean import clean
from .terminal import LEVELS, WIDTH, Glyphs, fold

STUCK = 10
"""Checks listed under "Where the class is stuck"."""
LISTED = 20
"""Files and people listed by name; of the others the number is told."""
_BESIDE, _NAME = 13, 8
"""Columns of the table beside names and points, and of a name at least."""
_FAILED = (Outcome.FAILED, Outcome.DEADLOCKED, Outcome.TIMED_OUT, Outcome.CRASHED)


def summary(batch: Batch, glyphs: Glyphs, width: int = WIDTH) -> Iterator[Text]:
    """The whole screen but for its last lines."""
    people = sorted({report.submission.who for report in batch.reports} | set(batch.missing))
    exercises = sorted({report.exercise.id for report in batch.reports})
    left = f" {glyphs.dot} {batch.left} left, because it was interrupted" if batch.left else ""
    yield Text()
    counted = f"  {_count(len(people), 'person', 'people')}, {_count(len(batch.reports), 'submission')} graded{left}"
    yield from fold(Text(counted, style="bold"), 2, width)
    if batch.reports:
        yield from _table(batch.reports, people, exercises, glyphs, width)
    yield from _section("Where the class is stuck", _stuck(batch.reports), width)
    yield from _section("Needs your eye", (f"! {line}" for line in _doubts(batch)), width)
    yield from _section("On the roster, and no file", batch.missing, width)
    yield from _section("Files with no person on the roster", batch.strangers, width)
    yield from _section("Files that are no exercise", batch.strays, width)


def line(done: int, of: int, report: Report | None) -> str:
    """One submission more, as progress."""
    if report is None:
        return f"  {done} of {of}   not graded"
    return f"  {done} of {of}   {report.exercise.id}  {_name(report)}  {report.earned}/{report.possible}"


def _table(reports: Sequence[Report], people: Sequence[str], exercises: Sequence[str], glyphs: Glyphs, width: int) -> Iterator[Text]:
    """A row for each person; where the exercises do not fit side by side, several tables, the total in the last."""
    of = {(report.submission.who, report.exercise.id): report for report in reports}
    passed = Counter(report.exercise.id for report in reports if report.passed)
    room = width - _BESIDE - 4 * len(exercises)
    names = min(max(map(_cells, [*people, "passed"])), room if room >= _NAME else 2 * _NAME)
    most = (width - _BESIDE - names) // 4
    for start in range(0, len(exercises), most):
        shown = exercises[start : start + most]
        last = start + most >= len(exercises)
        yield Text()
        yield Text("  " + " " * names + "".join(f"{exercise:>4}" for exercise in shown) + "     total" * last, style="dim")
        for who in people:
            points = "".join(f"{_points(of.get((who, exercise)), glyphs):>4}" for exercise in shown)
            yield Text(f"  {_fitted(who, names)}{points}" + f"{_total(who, reports, glyphs):>10}" * last)
        yield Text(f"  {'passed':<{names}}" + "".join(f"{passed[exercise]:>4}" for exercise in shown) + f"  of {len(people)}", style="dim")


def _total(who: str, reports: Sequence[Report], glyphs: Glyphs) -> str:
    own = [report for report in reports if report.submission.who == who]
    return f"{sum(report.earned for report in own)}/{sum(report.possible for report in own)}" if own else glyphs.waiting


def _points(report: Report | None, glyphs: Glyphs) -> str:
    if report is None:
        return glyphs.waiting
    return f"{report.earned}{'?' if report.passed is None or report.undecided else ''}"


def _stuck(reports: Iterable[Report]) -> Iterator[str]:
    """The checks that most people fail, each with its sentence; files that cannot be loaded are counted once."""
    people: Counter[tuple[str, str]] = Counter()
    for report in reports:
        failed = [result.check for result in report.results if result.outcome in _FAILED]
        people.update((check.id, check.says) for check in failed)
        if not failed and any(result.outcome is Outcome.NOT_RUN for result in report.results):
            people[report.exercise.id, "the file can be imported"] += 1
    ranked = sorted(people.items(), key=lambda item: (-item[1], item[0]))
    for (check, says), count in ranked[:STUCK]:
        yield f"{_count(count, 'person', 'people'):<11} {check:<14} {says}"
    if len(ranked) > STUCK:
        yield f"{_count(len(ranked) - STUCK, 'check')} more, of fewer people"


def _doubts(batch: Batch) -> Iterator[str]:
    for refused in batch.refused:
        yield f"{refused.what}\n      {refused.mend}"
    for report in batch.reports:
        if report.undecided:
            yield f"{_name(report)}, {report.exercise.id}: no verdict on {report.undecided} of {report.possible} points"
        if any(evidence.kind == "our fault" for result in report.results for evidence in result.evidence):
            yield f"{_name(report)}, {report.exercise.id}: a check of ours is broken; please report it"
    weaker = Counter(report.isolation.level for report in batch.reports if report.isolation.level != "full")
    for level, count in sorted(weaker.items()):
        yield f"NOT SANDBOXED in full: {_count(count, 'submission')} at isolation {level} ({LEVELS[level]})"
    same: dict[tuple[str, str], list[str]] = defaultdict(list)
    for report in filter(_is_begun, batch.reports):
        same[report.exercise.id, report.submission.sha256].append(_name(report))
    for (exercise, _), names in sorted(same.items()):
        if len(names) > 1:
            yield f"{exercise}: the same file from {', '.join(sorted(names))}"


def _is_begun(report: Report) -> bool:
    """Whether anything was written: untouched stubs are alike, and no wonder."""
    return report.earned > 0 or not any(evidence.kind == "unwritten" for result in report.results for evidence in result.evidence)


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


def _name(report: Report) -> str:
    return clean(report.submission.who, 60)


def _cells(text: str) -> int:
    return cell_len(clean(text, 60))


def _fitted(text: str, width: int) -> str:
    """`text` in exactly so many columns."""
    text = clean(text, 60)
    if cell_len(text) > width:
        text = chop_cells(text, width - 1)[0] + "~"
    return text + " " * (width - cell_len(text))


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
