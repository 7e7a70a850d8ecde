"""Results to report. Pure: values in, values out."""

from collections.abc import Iterable

from .model import Check, Coverage, Outcome, Result


def complete(checks: Iterable[Check], results: Iterable[Result]) -> tuple[Result, ...]:
    """One result for each check of the rubric, in its order: what did not run is there too, so the denominator never shrinks."""
    by_id = {result.check.id: result for result in results}
    return tuple(by_id.get(check.id) or Result(check, Outcome.NOT_RUN) for check in checks)


def coverage(statements: set[int], reached: set[int]) -> Coverage | None:
    """The lines that no check reached; None when nothing was recorded."""
    return Coverage(len(statements), tuple(sorted(statements - reached))) if statements else None


def ranges(lines: Iterable[int]) -> str:
    """`lines` for a reader: "1-2, 5-11".

    >>> ranges([1, 2, 5])
    '1-2, 5'
    """
    runs: list[list[int]] = []
    for line in sorted(lines):
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)
