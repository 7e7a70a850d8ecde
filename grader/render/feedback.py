"""What one person of a class is told, of all their exercises: as a page and as plain text, in the words of `course grade`. Pure."""

from collections.abc import Iterator, Sequence

from grader.model import Report

from . import html, terminal
from .overview import name, total


def page(reports: Sequence[Report]) -> str:
    """One document for a browser; the reports are of one person."""
    return html.reports(reports)


def text(reports: Sequence[Report]) -> str:
    """The same in 80 columns; the reports are of one person, and at least one."""
    return "\n".join(_lines(reports)) + "\n"


def _lines(reports: Sequence[Report]) -> Iterator[str]:
    yield f"{name(reports[0])}: {total(reports)} points"
    for report in reports:
        yield from (line.plain.rstrip() for line in terminal.report(report, terminal.UNICODE))
        yield ""
