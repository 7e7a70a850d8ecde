"""The report as JSON: `schema_version` 1, described by `grader/report.schema.json`."""

from typing import Any

from grader.model import Message, Report, Result


def report(report: Report) -> dict[str, Any]:
    """All of the report, as JSON-able data."""
    submission, coverage = report.submission, report.coverage
    return {
        "schema_version": report.schema_version,
        "exercise": report.exercise.id,
        "who": submission.who,
        "file": str(submission.path),
        "sha256": submission.sha256,
        "earned": report.earned,
        "possible": report.possible,
        "undecided": report.undecided,
        "passed": report.passed,
        "isolation": {
            "level": report.isolation.level,
            "applied": list(report.isolation.applied),
            "missing": list(report.isolation.missing),
            "observer": report.isolation.observer,
        },
        "python": report.python,
        "seed": report.seed,
        "seconds": report.seconds,
        "coverage": {"statements": coverage.statements, "missing": list(coverage.missing)} if coverage else None,
        "results": [_result(result) for result in report.results],
    }


def _result(result: Result) -> dict[str, Any]:
    return {
        "check": result.check.id,
        "task": result.check.task,
        "says": result.check.says,
        "outcome": str(result.outcome),
        "points": result.check.points,
        "earned": result.earned,
        "messages": [_message(message) for message in result.messages],
        "evidence": [{"kind": evidence.kind, "steps": list(evidence.steps)} for evidence in result.evidence],
    }


def _message(message: Message) -> dict[str, Any]:
    lines = [{"line": line.number, "code": line.code} for line in message.lines]
    return {"text": message.text, "lines": lines, "why": message.why}
