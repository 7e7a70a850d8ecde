"""The report as a person reads it: at most 80 columns, a sentence per check, the next command last.

Pure: a `Report` and a set of glyphs in, Rich `Text` lines out. Meaning is never carried by colour alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len, chop_cells
from rich.text import Text

from grader.model import Message, Outcome, Report, Result, SourceLine, Task

from .clean import clean

WIDTH, NARROWEST = 80, 40
"""Columns of a screen at most, and at least; the last one stays empty. A narrower terminal cuts what is laid out for the least."""
LEVELS = {"full": "full", "partial": "partial, files and system calls only", "process": "a separate process, not sandboxed"}
"""How each level of isolation is put."""


@dataclass(frozen=True)
class Glyphs:
    """The marks; ASCII ones where the stream cannot encode the others."""

    passed: str
    failed: str
    waiting: str
    unsure: str
    bar: str
    empty: str
    dot: str
    arrow: str
    """From who waits to whom."""
    opens: str
    closes: str
    lost: str
    """The ends of a call in a timeline: it came, it was answered, it was not."""

    def mark(self, outcome: Outcome) -> str:
        """The mark of an outcome."""
        match outcome:
            case Outcome.PASSED:
                return self.passed
            case Outcome.WAITING | Outcome.NOT_RUN:
                return self.waiting
            case Outcome.INCONCLUSIVE:
                return self.unsure
        return self.failed


UNICODE = Glyphs("✓", "✗", "·", "?", "━", "─", "·", "── waits for ──▸", "├", "┤", "╳")
ASCII = Glyphs("+", "x", ".", "?", "=", "-", "-", "-- waits for -->", "[", "]", "x")
PLAIN = Glyphs("passed:", "failed:", "waiting:", "no verdict:", "", "", "-", "waits for", "", "", "!")
"""Words, for a screen reader."""


def glyphs_for(encoding: str | None) -> Glyphs:
    """The glyphs that a stream of this encoding can show."""
    try:
        "✓✗━─·▸├┤╳".encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return UNICODE


_STYLES = {Outcome.PASSED: "green", Outcome.WAITING: "dim", Outcome.NOT_RUN: "dim", Outcome.INCONCLUSIVE: "yellow"}

_CODE = 120
"""Characters of a learner's line."""
_ENDINGS = {
    Outcome.DEADLOCKED: "deadlock",
    Outcome.TIMED_OUT: "out of CPU time",
    Outcome.CRASHED: "crashed",
    Outcome.INCONCLUSIVE: "no verdict",
    Outcome.NOT_RUN: "not run",
}


def report(
    report: Report, glyphs: Glyphs, *, verbose: bool = False, new: frozenset[str] = frozenset(), width: int = WIDTH, so_far: str = ""
) -> Iterator[Text]:
    """The whole screen but for the next steps, which depend on more than the report. `so_far`: what earlier grades make of this one."""
    yield Text()
    yield from heading(report, glyphs, width)
    yield Text()
    yield from checks(report, glyphs, verbose=verbose, new=new, width=width)
    yield Text()
    yield from footer(report, glyphs, width, so_far)


def checks(
    report: Report, glyphs: Glyphs, *, verbose: bool = False, new: frozenset[str] = frozenset(), width: int = WIDTH
) -> Iterator[Text]:
    """Task by task, every check and what is said of it. Those whose ids are in `new` are marked so."""
    if refused := _refused(report):
        yield from message(report, refused.messages[0], indent=2, width=width)
        for evidence in refused.evidence if verbose else ():
            yield from _evidence(evidence.kind, evidence.steps, 4, width)
        yield Text()
    for task in report.exercise.tasks:
        results = [result for result in report.results if result.check.task == task.id]
        if results:
            yield from _task(report, task, results, glyphs, verbose=verbose, new=new, width=width)


def heading(report: Report, glyphs: Glyphs, width: int = WIDTH) -> Iterator[Text]:
    """The exercise on the left, the file on the right."""
    title = Text(f"  {report.exercise.id} {glyphs.dot} {report.exercise.lesson.title}", style="bold")
    yield from _row(title, cut(Text(clean(report.submission.path.name)), width // 2 - 4).plain, 7, width)


def check_lines(result: Result, glyphs: Glyphs, *, new: bool = False, width: int = WIDTH) -> Iterator[Text]:
    """One check: mark, what it says, points; and whether that is `new`."""
    style = _STYLES.get(result.outcome, "red")
    mark = glyphs.mark(result.outcome)
    line = Text("    ") + Text(mark, style=f"{style} bold") + Text(f" {result.check.says}")
    if ending := _ENDINGS.get(result.outcome):
        line += Text(f"  {ending}", style=style)
    elif result.outcome is Outcome.WAITING:
        waits = next((evidence.steps for evidence in result.evidence if evidence.kind == "waits"), ())
        line += Text(f"  waits for {', '.join(waits)}", style="dim")
    points = f"{result.earned}/{result.check.points}"
    yield from _row(line, f"new  {points}" if new else points, 5 + len(mark), width)


def message(report: Report, said: Message, indent: int = 8, width: int = WIDTH) -> Iterator[Text]:
    """What was observed and expected, the learner's lines, and why."""
    pad = " " * indent
    yield from paragraph(clean(said.text, 400), indent, width)
    for line in said.lines:
        yield from _code(line, Text(pad) + _place(report, line.number), indent + 2, width)
    yield from paragraph(clean(said.why, 400), indent, width)


def _code(line: SourceLine, place: Text, indent: int, width: int) -> Iterator[Text]:
    """A line of the learner's beside its place, or below it where it does not fit: its end may be what matters."""
    prefix, code = place + Text("   "), Text(clean(line.code, _CODE), style="cyan")
    if line.column:
        yield cut(prefix + code, width - 1)
        if prefix.cell_len + line.column < width:
            yield Text(" " * (prefix.cell_len + line.column - 1) + "^", style="red")
    elif (prefix + code).cell_len < width:
        yield prefix + code
    else:
        yield place
        yield from (cut(each, width - 1) for each in fold(Text(" " * indent) + code, indent + 4, width))


def _place(report: Report, line: int) -> Text:
    """`file.py:12`; where the terminal can (OSC 8), a link to that line, as Rich's own log lines are."""
    path = report.submission.path
    link = f" link {path.as_uri()}#{line}" if path.is_absolute() else ""
    return Text(f"{cut(Text(clean(path.name)), 36)}:{line}", style=f"dim{link}")


def footer(report: Report, glyphs: Glyphs, width: int = WIDTH, so_far: str = "") -> Iterator[Text]:
    """The bar, the points, the verdict beside what was `so_far`, and what it rests on."""
    score = f"{report.earned}/{report.possible}"
    length = width - 2 - 12
    full = length * report.earned // max(1, report.possible)
    style = {True: "green", False: "red", None: "yellow"}[report.passed]
    bar = Text("  ") + Text(glyphs.bar * full, style=style) + Text(glyphs.empty * (length - full), style="dim")
    yield spread(bar, score, style="bold", width=width)
    verdict = {True: "passed", False: "not passed", None: "needs your eye"}[report.passed]
    dot = f" {glyphs.dot} "
    facts = [f"seed {report.seed}", f"Python {report.python}", f"{report.seconds:.1f} s"]
    if report.undecided:
        facts[:2] = [f"{report.undecided} point{'s' * (report.undecided != 1)} undecided", f"seed {report.seed}"]
    rests_on = clean(dot.join(facts))
    beside, below = (so_far, f"  {rests_on}") if so_far else (rests_on, "")
    yield cut(Text.assemble("  ", (verdict, f"{style} bold"), (dot + beside, "" if so_far else "dim")), width - 1)
    if below:
        yield cut(Text(below, style="dim"), width - 1)
    if report.isolation.level != "full":
        yield from fold(Text(f"  isolation: {LEVELS[report.isolation.level]}; course doctor says why", style="dim"), 2, width)
    if report.isolation.observer != "kernel":
        said = "no /proc here: processes are counted by their own claims, and a deadlock is given up after a time limit, without a verdict"
        yield from fold(Text(f"  {said}", style="dim"), 2, width)


def _task(
    report: Report, task: Task, results: list[Result], glyphs: Glyphs, *, verbose: bool, new: frozenset[str], width: int
) -> Iterator[Text]:
    earned, possible = sum(result.earned for result in results), sum(result.check.points for result in results)
    yield from _row(Text.assemble((f"  {task.id} {task.name}", "bold"), f"  {task.says}"), f"{earned}/{possible}", 6, width)
    first = results[0]
    if first.unwritten:
        others = all(result.outcome is Outcome.WAITING for result in results[1:])
        yield Text(f"    {glyphs.waiting} {first.messages[0].text}", style="dim")
        results = [] if others else results[1:]
    if results and all(result.outcome is Outcome.NOT_RUN for result in results):
        yield Text(f"    {glyphs.waiting} {len(results)} checks, none of them run", style="dim")
        return
    for result in results:
        yield from check_lines(result, glyphs, new=result.check.id in new, width=width)
        for said in result.messages:
            yield from message(report, said, width=width)
        if result.check.about and any(said.reread for said in result.messages) and result.outcome is not Outcome.INCONCLUSIVE:
            yield from fold(Text(f"        Reread: course read {report.exercise.id} --at {result.check.about}", style="dim"), 10, width)
        for evidence in result.evidence if verbose else ():
            yield from _evidence(evidence.kind, evidence.steps, 8, width)


def _evidence(kind: str, steps: tuple[str, ...], indent: int, width: int) -> Iterator[Text]:
    labels = {
        "printed": "your program printed:",
        "threads": "where each thread was:",
        "raised": "through these lines of yours:",
        "repeated": "run more than once:",
    }
    if kind in labels and steps:
        yield Text(" " * indent + labels[kind], style="dim")
        yield from (cut(Text(" " * (indent + 2) + clean(step), style="dim"), width - 1) for step in steps)


def _refused(report: Report) -> Result | None:
    """The result that says why the file could not be loaded, if it could not."""
    return next((result for result in report.results if result.outcome is Outcome.NOT_RUN and result.messages), None)


def wrap(text: str, indent: int, width: int = WIDTH) -> list[str]:
    """`text` in lines that fit beside the indentation, by the cells that a terminal gives each character."""
    room = width - 1 - indent
    lines, line = [], ""
    for word in text.split():
        parts = [word] if cell_len(word) <= room else chop_cells(word, room)
        for part in parts:
            if line and cell_len(line) + 1 + cell_len(part) > room:
                lines.append(line)
                line = part
            else:
                line = f"{line} {part}" if line else part
    return [*lines, line] if line else lines


def fold(line: Text, hang: int, width: int = WIDTH) -> Iterator[Text]:
    """`line` as it is laid out, broken at spaces where it does not fit; what follows is indented by `hang`. A word is never cut."""
    while line.cell_len >= width:
        places = [place for place, char in enumerate(line.plain) if char == " " and line.plain[hang:place].strip()]
        if not places:
            break
        place = next((place for place in reversed(places) if cell_len(line.plain[:place].rstrip()) < width), places[0])
        first, rest = line.divide([place])
        first.rstrip()
        yield first
        line = Text(" " * hang) + rest[len(rest.plain) - len(rest.plain.lstrip()) :]
    yield line


def _row(line: Text, right: str, hang: int, width: int) -> Iterator[Text]:
    """`line` with `right` at the end of its first line."""
    first, *others = fold(line, hang, width - cell_len(right) - 2)
    yield spread(first, right, width=width)
    yield from (cut(each, width - 1) for each in others)


def paragraph(text: str, indent: int, width: int = WIDTH, style: str = "") -> Iterator[Text]:
    """`text`, wrapped beside its indentation."""
    yield from (Text(" " * indent + line, style=style) for line in wrap(text, indent, width))


def cut(line: Text, width: int = WIDTH - 1) -> Text:
    """The line, cut to `width` cells; three dots say that it was."""
    if line.cell_len > width:
        line.truncate(width - 3)
        line.append("...")
    return line


def spread(left: Text, right: str, style: str = "", width: int = WIDTH) -> Text:
    """`left` and `right` at the two ends of a line of the screen."""
    left = cut(left, width - 1 - cell_len(right) - 2)
    return left + Text(" " * (width - 1 - left.cell_len - cell_len(right)) + right, style=style)
