"""A class as CSV: one row for each person and exercise, by exercise and then by name. RFC 4180, UTF-8."""

import csv
import io
from collections.abc import Iterable

from grader.model import Report

HEADINGS = (
    "who", "exercise", "title", "earned", "possible", "undecided", "passed", "isolation", "missing", "python", "seed", "sha256",
)  # fmt: skip


def table(reports: Iterable[Report]) -> str:
    """The reports as a table. Of several for one person and exercise the last one counts; `passed` is empty while it is undecided."""
    latest = {(report.exercise.id, report.submission.who): report for report in reports}
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(HEADINGS)
    for _, report in sorted(latest.items()):
        isolation, submission = report.isolation, report.submission
        rows.writerow(
            (
                _harmless(submission.who),
                report.exercise.id,
                _harmless(report.exercise.lesson.title),
                report.earned,
                report.possible,
                report.undecided,
                {True: "yes", False: "no", None: ""}[report.passed],
                isolation.level,
                _harmless(" ".join(isolation.missing)),
                report.python,
                report.seed,
                submission.sha256,
            )
        )
    return text.getvalue()


def _harmless(text: str) -> str:
    """`text` as a cell that no spreadsheet takes for a formula (CWE-1236), and that UTF-8 can hold.

    >>> _harmless("=1+1")
    "'=1+1"
    """
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
