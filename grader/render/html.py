"""The report as one HTML file: no script, nothing from elsewhere, readable on a phone and without a network.

    page.html                     the frame and the style; its policy forbids the browser to load or run anything
    an <article> a report
      h1 exercise, h2 task, h3 check: messages, the learner's lines, its timelines (svg.py), an order of threads that fails it,
      and of a deadlock who waits for whom (graph.py)

Whatever a learner wrote is text here: it passes `escaped`, which makes it harmless and escapes it. Pure.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path
from string import Template

from grader.model import Interleaving, Message, Outcome, Report, Result, Timeline

from . import graph, svg
from . import timeline as timelines
from .clean import clean
from .interleaving import arrow_ends, columns, in_words, rows
from .terminal import LEVELS, UNICODE

_PAGE = Template((Path(__file__).parent / "page.html").read_text("utf-8"))
_LANES = 8
"""Workers of one picture, where the calls can be cut."""
_KINDS = {Outcome.PASSED: "passed", Outcome.WAITING: "waiting", Outcome.NOT_RUN: "waiting", Outcome.INCONCLUSIVE: "unsure"}
_ENDINGS = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "failed",
    Outcome.DEADLOCKED: "deadlock",
    Outcome.TIMED_OUT: "out of CPU time",
    Outcome.CRASHED: "crashed",
    Outcome.WAITING: "waits for another check",
    Outcome.INCONCLUSIVE: "no verdict",
    Outcome.NOT_RUN: "not run",
}


def reports(reports: Iterable[Report]) -> str:
    """One document for these reports."""
    shown = list(reports)
    titles = ", ".join(f"{report.exercise.id} {report.exercise.lesson.title}: {report.earned}/{report.possible}" for report in shown)
    body = "\n".join(line for number, report in enumerate(shown, 1) for line in _report(report, f"r{number}"))
    return page(titles, body)


def page(title: str, body: str, script: str = "") -> str:
    """A whole document around `body`, which is HTML already. A browser runs this `script` in it, and no other."""
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy, element = (f"; script-src 'sha256-{digest}'", f"\n<script>{script}</script>") if script else ("", "")
    return _PAGE.substitute(title=escaped(title), body=body, policy=policy, script=element)


def escaped(text: str, limit: int = 2000) -> str:
    """Anybody's text, as text of a document."""
    return escape(clean(text, limit))


def _report(report: Report, name: str) -> Iterator[str]:
    """One report; `name` begins the ids that are made for it."""
    submission = report.submission
    kind, verdict = {True: ("passed", "Passed"), False: ("failed", "Not passed"), None: ("unsure", "Needs your eye")}[report.passed]
    yield "<article>"
    yield f"<h1>{escaped(report.exercise.id)} {UNICODE.dot} {escaped(report.exercise.lesson.title)}</h1>"
    who = f"{escaped(submission.who)}, " if submission.who else ""
    yield f'<p class="quiet">{who}<code>{escaped(submission.path.name)}</code></p>'
    undecided = f", {report.undecided} undecided" if report.undecided else ""
    mark = UNICODE.mark({True: Outcome.PASSED, False: Outcome.FAILED, None: Outcome.INCONCLUSIVE}[report.passed])
    yield f'<p class="score {kind}">{mark} {verdict}: {report.earned} of {report.possible} points{undecided}</p>'
    level = LEVELS.get(report.isolation.level, report.isolation.level)
    yield (
        f'<p class="quiet">Seed {escaped(report.seed)}, Python {escaped(report.python)}, {report.seconds:.1f} s, isolation: {escaped(level)}.</p>'
    )
    if any(result.timelines for result in report.results):
        yield f'<p class="quiet">Timelines: {escaped(timelines.HOW_TO_READ)}</p>'
    source = submission.source.decode("utf-8", "replace").splitlines()
    refused = next((result for result in report.results if result.outcome is Outcome.NOT_RUN and result.messages), None)
    if refused:
        yield from _message(report, refused.messages[0])
    for task in report.exercise.tasks:
        results = [result for result in report.results if result.check.task == task.id]
        if results:
            earned, possible = sum(result.earned for result in results), sum(result.check.points for result in results)
            yield f"<section><h2>{escaped(task.id)} <code>{escaped(task.name)}</code> {earned}/{possible}</h2><p>{escaped(task.says)}</p>"
            for result in results:
                yield from _result(report, result, source, name)
            if any(_KINDS.get(result.outcome, "failed") == "failed" for result in results):
                yield f'<p class="quiet">The next hint for this task: <code>course hint {escaped(task.id)}</code></p>'
            yield "</section>"
    yield "</article>"


def _result(report: Report, result: Result, source: Sequence[str], name: str) -> Iterator[str]:
    kind = _KINDS.get(result.outcome, "failed")
    points = f"{_ENDINGS[result.outcome]}, {result.earned}/{result.check.points}"
    mark = UNICODE.mark(result.outcome)
    yield f'<h3><span class="{kind}">{mark}</span> {escaped(result.check.says)} <span class="{kind}">({points})</span></h3>'
    if result.outcome is not Outcome.NOT_RUN:  # why a file was refused is said once, above
        for said in result.messages:
            yield from _message(report, said)
        if result.check.about and any(said.reread for said in result.messages) and result.outcome is not Outcome.INCONCLUSIVE:
            yield f'<p class="quiet">Reread: <code>course read {escaped(report.exercise.id)} --at {escaped(result.check.about)}</code></p>'
    if result.interleaving:
        yield from _interleaving(result.interleaving, source, name)
    for number, found in enumerate(result.timelines, 1):
        yield from _timeline(found, f"{name}-{result.check.id}-{number}", folded=number < len(result.timelines))


def _message(report: Report, said: Message) -> Iterator[str]:
    yield f"<p>{escaped(said.text)}</p>"
    for line in said.lines:
        yield f'<code class="source"><span>{escaped(report.submission.path.name)}:{line.number}</span> {escaped(line.code)}</code>'
    if said.why:
        yield f"<p>{escaped(said.why)}</p>"


def _timeline(found: Timeline, name: str, *, folded: bool) -> Iterator[str]:
    """A picture, and the same as a table. Those that are `folded` are opened by a click."""
    calls, begins = timelines.calls(found)
    facts = escaped(timelines.facts(found, begins))
    if folded:
        yield f"<details><summary>Timeline {facts}</summary>"
    yield "<figure>"
    for number, part in enumerate(timelines.parts(calls, _LANES), 1):
        yield wide(f"timeline, part {number}", name, svg.picture(part, f"{name}-part-{number}"))
    yield f"<figcaption>{facts}. {escaped(timelines.workers(calls))}.</figcaption></figure>"
    yield "<details><summary>The calls as a table</summary>"
    head = ("number", "call"), ("", "worker"), ("", "process"), ("", "about"), ("number", "came"), ("number", "let go"), ("", "how")
    body = [
        [
            ("number", str(call.number)),
            ("", call.span.lane.name),
            ("", call.span.lane.process),
            ("", call.about),
            ("number", f"{call.span.begin:.3f} s"),
            ("number", f"{call.span.end:.3f} s"),
            ("", "answered" if call.span.answered else "hung up"),
        ]
        for call in calls
    ]
    yield wide("calls", f"{name}-calls", table(head, body, "calls"))
    if found.unseen:
        yield f'<p class="quiet">{found.unseen} more were not recorded.</p>'
    yield "</details>"
    if folded:
        yield "</details>"


def _interleaving(found: Interleaving, source: Sequence[str], name: str) -> Iterator[str]:
    """The order of threads that fails the check, and who waits for whom at its end."""
    threads = columns(found)
    yield f"<h4>An order of your threads that fails: schedule <code>{escaped(found.schedule)}</code></h4>"
    body = []
    for number, row in enumerate(rows(found, source), 1):
        cells = [("", f"{row.line} {row.text}" if row.thread == thread else "") for thread in threads]
        body.append([("number", str(number)), *cells, ("", row.value)])
    head = [("number", "step"), *(("", thread) for thread in threads), ("", "value")]
    yield wide("order of steps", found.check, table(head, body, "order"))
    if found.waits:
        yield wide("who waits for whom", found.check, graph.picture(found.waits, f"{name}-{found.check}-waits"))
        yield '<ul class="waits">'
        for wait in found.waits:
            code = source[wait.line - 1].strip() if 0 < wait.line <= len(source) else ""
            who, whom = map(escaped, arrow_ends(wait))
            yield f"<li><b>{who}</b> waits for {UNICODE.arrow[-1]} <b>{whom}</b> at line {wait.line} <code>{escaped(code)}</code></li>"
        yield "</ul>"
    yield from (f"<p>{escaped(said)}</p>" for said in in_words(found, source))


def table(head: Iterable[tuple[str, str]], body: Iterable[Iterable[tuple[str, str]]], of: str) -> str:
    """A table of these, of cells each with its class."""
    top = "".join(f'<th scope="col" class="{kind}">{escaped(text)}</th>' for kind, text in head)
    lines = "".join("<tr>" + "".join(f'<td class="{kind}">{escaped(text)}</td>' for kind, text in row) + "</tr>\n" for row in body)
    return f'<table class="{of}"><thead><tr>{top}</tr></thead><tbody>\n{lines}</tbody></table>'


def wide(what: str, name: str, content: str) -> str:
    """What may be wider than a phone, in a box that scrolls by itself, by the keys too."""
    return f'<div class="wide" role="region" tabindex="0" aria-label="{escaped(what)} {escaped(name)}">{content}</div>'
