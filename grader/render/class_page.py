"""A class as one HTML file: where it is stuck, what needs an eye, how the points lie, and a table of everybody that can be sorted.

It is whole without its script, which only puts a button into each heading of the table. What makes it safe and quiet is in html.py. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from grader.model import Batch, Exercise, Report

from . import svg
from .html import escaped, wide
from .html import page as document
from .overview import PARTS, Doubt, Hurdle, Overview, counted, distribution, overview, points, total
from .terminal import UNICODE

_SCRIPT = (Path(__file__).parent / "class_page.js").read_text("utf-8")
_REASONS = 3
"""Reasons of one check that are told; of the others the number of people is."""


def page(batch: Batch, feedback: Mapping[str, str]) -> str:
    """One document for the batch. `feedback`: for each person with a report, where the page about it lies, from this one."""
    found = overview(batch)
    return document("The class", "\n".join(_body(batch, found, feedback)), _SCRIPT)


def _body(batch: Batch, found: Overview, feedback: Mapping[str, str]) -> Iterator[str]:
    left = f", {batch.left} left, because it was interrupted" if batch.left else ""
    yield "<h1>The class</h1>"
    yield f'<p class="score">{counted(len(found.people), "person", "people")}, {counted(len(batch.reports), "submission")} graded{left}</p>'
    sections = {
        "Where the class is stuck": list(_stuck(found.hurdles, found)),
        "Needs your eye": list(_doubts(found.doubts)),
        "Exercises": list(_exercises(found)),
        "People": list(_people(found, feedback)),
        "On the roster, and no file": _listed(batch.missing),
        "Files with no person on the roster": _listed(batch.strangers),
        "Files that are no exercise": _listed(batch.strays),
    }
    shown = {title: (title.lower().replace(" ", "-"), lines) for title, lines in sections.items() if lines}
    yield '<nav aria-label="Sections">' + " ".join(f'<a href="#{anchor}">{title}</a>' for title, (anchor, _) in shown.items()) + "</nav>"
    for title, (anchor, lines) in shown.items():
        yield f'<section id="{anchor}"><h2>{title}</h2>'
        yield from lines
        yield "</section>"


def _stuck(hurdles: Sequence[Hurdle], found: Overview) -> Iterator[str]:
    """The checks that people fail, and why; who passed and who failed is in the table."""
    if not hurdles:
        return
    titles = {exercise.id: exercise.lesson.title for exercise in found.exercises}
    yield '<ol class="hurdles">'
    for hurdle in hurdles:
        yield f"<li><b>{counted(hurdle.people, 'person', 'people')}</b> <code>{escaped(hurdle.id)}</code> {escaped(hurdle.says)}"
        yield f'<span class="quiet">({escaped(titles[hurdle.id[:2]])})</span>'
        shown = hurdle.reasons[:_REASONS]
        if shown:
            yield "<ul>" + "".join(f"<li>{number} of {hurdle.people}: {escaped(reason)}</li>" for reason, number in shown)
            others = sum(number for _, number in hurdle.reasons[_REASONS:])
            yield (f"<li>{others} of {hurdle.people}: for other reasons</li>" if others else "") + "</ul>"
        yield "</li>"
    yield "</ol>"


def _doubts(doubts: Iterable[Doubt]) -> Iterator[str]:
    lines = [
        f"<li>{escaped(doubt.what)}" + (f'<br><span class="quiet">{escaped(doubt.mend)}</span>' if doubt.mend else "") + "</li>"
        for doubt in doubts
    ]
    if lines:
        yield "<ul>" + "\n".join(lines) + "</ul>"


def _exercises(found: Overview) -> Iterator[str]:
    if not found.exercises:
        return
    yield '<div class="cards">'
    for exercise in found.exercises:
        reports = found.on(exercise)
        counts = distribution(reports)
        yield f"<figure><figcaption>{_heading(exercise)}<br>{found.passed(exercise)} of {len(found.people)} passed</figcaption>"
        yield svg.columns(
            list(zip(PARTS, counts, strict=True)), f"d{exercise.id}", f"Exercise {exercise.id}: people by their share of the points"
        )
        yield "</figure>"
    yield "</div>"


def _heading(exercise: Exercise) -> str:
    return f"<b>{escaped(exercise.id)} {UNICODE.dot} {escaped(exercise.lesson.title)}</b>"


def _people(found: Overview, feedback: Mapping[str, str]) -> Iterator[str]:
    if not found.people:
        return
    head = "".join(
        f'<th scope="col" class="number" title="{escaped(exercise.lesson.title)}">{escaped(exercise.id)}</th>'
        for exercise in found.exercises
    )
    rows = "\n".join(_row(who, found, feedback) for who in found.people)
    passed = "".join(f'<td class="number">{found.passed(exercise)}</td>' for exercise in found.exercises)
    yield wide(
        "points of",
        "everybody",
        f'<table class="people"><thead><tr><th scope="col">person</th>{head}<th scope="col" class="number">total</th></tr></thead>'
        f"<tbody>\n{rows}\n</tbody>"
        f'<tfoot><tr><th scope="row">passed</th>{passed}<td class="number">of {len(found.people)}</td></tr></tfoot></table>',
    )
    yield f'<p class="quiet">? means: some of the points have no verdict yet. {UNICODE.waiting} means: nothing was handed in.</p>'


def _row(who: str, found: Overview, feedback: Mapping[str, str]) -> str:
    link = f'<a href="{quote(feedback[who])}">{escaped(who, 60)}</a>' if who in feedback else escaped(who, 60)
    cells = "".join(_points(found.report(who, exercise)) for exercise in found.exercises)
    return f'<tr><th scope="row">{link}</th>{cells}<td class="number">{total(found.of(who)) or UNICODE.waiting}</td></tr>'


def _points(report: Report | None) -> str:
    if report is None:
        return f'<td class="number waiting">{UNICODE.waiting}</td>'
    kind = {True: "passed", False: "failed", None: "unsure"}[report.passed]
    mark = f"{UNICODE.passed} " if report.passed else ""
    return f'<td class="number {kind}">{mark}{points(report)}</td>'


def _listed(lines: Sequence[str]) -> list[str]:
    return ["<ul>" + "\n".join(f"<li>{escaped(line)}</li>" for line in lines) + "</ul>"] if lines else []
