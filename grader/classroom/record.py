"""A report as text, and back: what the journal keeps of a submission. Nothing is lost but the source, whose hash is kept."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from grader.model import (
    Check,
    Coverage,
    Evidence,
    Exercise,
    Interleaving,
    Isolation,
    Message,
    Outcome,
    Report,
    Result,
    SourceLine,
    Step,
    Submission,
    Wait,
)


def dump(report: Report) -> str:
    """The report as JSON on one line."""
    submission, coverage = report.submission, report.coverage
    return json.dumps(
        {
            "schema_version": report.schema_version,
            "who": submission.who,
            "exercise": submission.exercise,
            "path": str(submission.path),
            "sha256": submission.sha256,
            "isolation": asdict(report.isolation),
            "python": report.python,
            "seed": report.seed,
            "seconds": report.seconds,
            "coverage": coverage and asdict(coverage),
            "results": [asdict(result) for result in report.results],
        },
        separators=(",", ":"),
    )


def load(text: str, exercise: Exercise) -> Report:
    """The report that `dump` made this text of, without its submission's source."""
    kept = json.loads(text)
    isolation, coverage = kept["isolation"], kept["coverage"]
    return Report(
        Submission(kept["who"], kept["exercise"], Path(kept["path"]), b"", kept["sha256"]),
        exercise,
        tuple(map(_result, kept["results"])),
        Isolation(isolation["level"], tuple(isolation["applied"]), tuple(isolation["missing"]), isolation["observer"]),
        kept["python"],
        kept["seed"],
        kept["seconds"],
        coverage and Coverage(coverage["statements"], tuple(coverage["missing"])),
        kept["schema_version"],
    )


def _result(kept: dict[str, Any]) -> Result:
    check, found = kept["check"], kept["interleaving"]
    return Result(
        Check(**(check | {"needs": tuple(check["needs"]), "methods": tuple(check["methods"])})),
        Outcome(kept["outcome"]),
        tuple(Message(**(said | {"lines": tuple(SourceLine(**line) for line in said["lines"])})) for said in kept["messages"]),
        tuple(Evidence(each["kind"], tuple(each["steps"])) for each in kept["evidence"]),
        found and _interleaving(found),
    )


def _interleaving(kept: dict[str, Any]) -> Interleaving:
    steps = tuple(Step(**step) for step in kept["steps"])
    waits = tuple(Wait(**wait) for wait in kept["waits"])
    return Interleaving(**(kept | {"args": tuple(kept["args"]), "steps": steps, "waits": waits}))
