"""What a whole class came to, worked out once for the screen (classroom.py) and the page (class_page.py). Pure: a `Batch` in, values out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from grader.model import Batch, Exercise, Outcome, Report, Result

from .clean import clean
from .terminal import LEVELS

FAILED = (Outcome.FAILED, Outcome.DEADLOCKED, Outcome.TIMED_OUT, Outcome.CRASHED)
PARTS = ("0", "1-25", "26-50", "51-75", "76-99", "100 %")
"""How many percent of an exercise's points somebody has: the columns of its distribution."""


@dataclass(frozen=True)
class Hurdle:
    """A check that people fail."""

    id: str
    """The check's, or the exercise's where files cannot be loaded."""
    says: str
    people: int
    reasons: tuple[tuple[str, int], ...]
    """What was seen and why, as the messages say it, the most frequent first, each with the number of people."""


@dataclass(frozen=True)
class Doubt:
    """Something that somebody should look at."""

    what: str
    mend: str = ""


@dataclass(frozen=True)
class Overview:
    """A class: its people, its exercises, and what they came to."""

    people: tuple[str, ...]
    """All of them by name, also those who handed in nothing."""
    exercises: tuple[Exercise, ...]
    hurdles: tuple[Hurdle, ...]
    """The most frequent first."""
    doubts: tuple[Doubt, ...]
    _reports: dict[tuple[str, str], Report]

    def report(self, who: str, exercise: Exercise) -> Report | None:
        """Somebody's report of an exercise, if there is one."""
        return self._reports.get((who, exercise.id))

    def of(self, who: str) -> list[Report]:
        """Somebody's reports, in the order of the exercises."""
        return [report for exercise in self.exercises if (report := self.report(who, exercise))]

    def on(self, exercise: Exercise) -> list[Report]:
        """The reports of an exercise, by name."""
        return [report for who in self.people if (report := self.report(who, exercise))]

    def passed(self, exercise: Exercise) -> int:
        """How many people passed it."""
        return sum(report.passed is True for report in self.on(exercise))


def overview(batch: Batch) -> Overview:
    """What the batch came to."""
    reports = {(report.submission.who, report.exercise.id): report for report in batch.reports}
    people = {who for who, _ in reports} | set(batch.missing)
    exercises = {report.exercise.id: report.exercise for report in batch.reports}
    return Overview(
        tuple(sorted(people)),
        tuple(exercise for _, exercise in sorted(exercises.items())),
        _hurdles(batch.reports),
        tuple(_doubts(batch)),
        reports,
    )


def total(reports: Sequence[Report]) -> str:
    """All points of somebody, of all that could be had: "40/50"; "" without a report."""
    return f"{sum(report.earned for report in reports)}/{sum(report.possible for report in reports)}" if reports else ""


def points(report: Report) -> str:
    """The points of a report, with a mark where some of them have no verdict: "17?"."""
    return f"{report.earned}{'?' if report.passed is None or report.undecided else ''}"


def distribution(reports: Iterable[Report]) -> list[int]:
    """How many people have how much of the points: a number for each of `PARTS`."""
    counts = Counter(_part(report) for report in reports)
    return [counts[part] for part in range(len(PARTS))]


def _part(report: Report) -> int:
    if report.earned == report.possible:
        return len(PARTS) - 1
    return -(-4 * report.earned // report.possible)


def name(report: Report) -> str:
    """Whose report it is, harmless."""
    return clean(report.submission.who, 60)


def counted(number: int, one: str, many: str = "") -> str:
    """`1 person`, `2 people`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _hurdles(reports: Iterable[Report]) -> tuple[Hurdle, ...]:
    """The checks that people fail, each with its sentence. A file that cannot be loaded and a task that is not begun fail none: they are told as that."""
    reasons: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for report in reports:
        failed = [result for result in report.results if result.outcome in FAILED]
        for result in failed:
            check = result.check
            line = (check.task, "not begun yet") if result.unwritten else (check.id, check.says)
            reasons[line].append(result)
        if not failed and any(result.outcome is Outcome.NOT_RUN for result in report.results):
            refused = next((result for result in report.results if result.messages), report.results[0])
            reasons[report.exercise.id, "the file can be imported"].append(refused)
    ranked = sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(Hurdle(*check, len(found), _reasons(found)) for check, found in ranked)


def _reasons(results: Iterable[Result]) -> tuple[tuple[str, int], ...]:
    """Their first messages, those with one mechanism together under what was seen most often."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for said in (result.messages[0] for result in results if result.messages):
        seen[said.why or said.text][f"{clean(said.text, 200)} {clean(said.why, 300)}".rstrip()] += 1
    reasons = [(min(told, key=lambda text: (-told[text], text)), told.total()) for told in seen.values()]
    return tuple(sorted(reasons, key=lambda reason: (-reason[1], reason[0])))


def _doubts(batch: Batch) -> Iterator[Doubt]:
    for refused in batch.refused:
        yield Doubt(refused.what, refused.mend)
    for report in batch.reports:
        if report.undecided:
            yield Doubt(f"{name(report)}, {report.exercise.id}: no verdict on {report.undecided} of {report.possible} points")
        if any(evidence.kind == "our fault" for result in report.results for evidence in result.evidence):
            yield Doubt(f"{name(report)}, {report.exercise.id}: a check of ours is broken; please report it")
    weaker = Counter(report.isolation.level for report in batch.reports if report.isolation.level != "full")
    for level, count in sorted(weaker.items()):
        yield Doubt(f"NOT SANDBOXED in full: {counted(count, 'submission')} at isolation {level} ({LEVELS[level]})")
    same: dict[tuple[str, str], list[str]] = defaultdict(list)
    for report in filter(_is_begun, batch.reports):
        same[report.exercise.id, report.submission.sha256].append(name(report))
    for (exercise, _), names in sorted(same.items()):
        if len(names) > 1:
            separator = "; " if any("," in each for each in names) else ", "
            yield Doubt(f"{exercise}: the same file from {separator.join(sorted(names))}")


def _is_begun(report: Report) -> bool:
    """Whether anything was written: untouched stubs are alike, and no wonder."""
    return report.earned > 0 or not any(result.unwritten for result in report.results)
