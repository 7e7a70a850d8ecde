"""A report as text, and back: what the journal keeps of a submission. Nothing is lost but the source, whose hash is kept, and timelines.

Of the source, the lines that an order of threads names are kept, to be shown beside it. And what a batch came to, as text, and back.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from grader.errors import UsageError
from grader.model import (
    Batch,
    Check,
    Coverage,
    Evidence,
    Exercise,
    Interleaving,
    Isolation,
    Message,
    Outcome,
    Refused,
    Report,
    Result,
    SourceLine,
    Step,
    Submission,
    Wait,
)

from .journal import Key


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
            "lines": _lines(report),
        },
        separators=(",", ":"),
    )


def load(text: str, exercise: Exercise) -> Report:
    """The report that `dump` made this text of. Of its submission's source, only the lines that were kept are not empty."""
    kept = json.loads(text)
    isolation, coverage = kept["isolation"], kept["coverage"]
    return Report(
        Submission(kept["who"], kept["exercise"], Path(kept["path"]), _source(kept.get("lines", {})), kept["sha256"]),
        exercise,
        tuple(map(_result, kept["results"])),
        Isolation(isolation["level"], tuple(isolation["applied"]), tuple(isolation["missing"]), isolation["observer"]),
        kept["python"],
        kept["seed"],
        kept["seconds"],
        coverage and Coverage(coverage["statements"], tuple(coverage["missing"])),
        kept["schema_version"],
    )


def dump_batch(batch: Batch, keys: Iterable[Key]) -> str:
    """What a batch came to, as JSON on one line; its reports by their keys."""
    told = {name: getattr(batch, name) for name in ("missing", "strangers", "strays", "left")}
    refused = [asdict(refused) for refused in batch.refused]
    return json.dumps({"keys": [key.fields for key in keys], "refused": refused, **told}, separators=(",", ":"))


def load_batch(text: str, find: Callable[[Key], str | None], exercises: Sequence[Exercise]) -> Batch:
    """The batch that `dump_batch` made this text of. Raises `UsageError` for an exercise that is not among these."""
    kept = json.loads(text)
    known = {exercise.id: exercise for exercise in exercises}
    reports = []
    for key in (Key(*fields) for fields in kept["keys"]):
        if key.exercise not in known:
            raise UsageError(f"the journal holds exercise {key.exercise}, and this course has none", "upgrade thread-vs-process")
        if found := find(key):
            reports.append(load(found, known[key.exercise]))
    refused = tuple(Refused(**each) for each in kept["refused"])
    missing, strangers, strays = (tuple(kept[name]) for name in ("missing", "strangers", "strays"))
    return Batch(tuple(reports), refused, missing, strangers, strays, kept["left"])


def _lines(report: Report) -> dict[int, str]:
    """The lines of the source that an order of threads names."""
    source = report.submission.source.decode("utf-8", "replace").splitlines()
    orders = [result.interleaving for result in report.results if result.interleaving]
    numbers = {step.line for order in orders for step in order.steps} | {wait.line for order in orders for wait in order.waits}
    return {number: source[number - 1] for number in sorted(numbers) if 0 < number <= len(source)}


def _source(lines: dict[str, str]) -> bytes:
    return "\n".join(lines.get(str(number), "") for number in range(1, max(map(int, lines), default=0) + 1)).encode()


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
