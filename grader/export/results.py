"""One submission as the file that a platform reads after it ran the grader. Each function names the page that describes its format.

None of these formats knows a check without a verdict. It is a failed test without points there, the points stay in the denominator,
and the text says that somebody should look. Where a platform can be told that nothing was decided, it is told.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from grader.errors import UsageError
from grader.model import Check, Outcome, Report, Result
from grader.render.clean import clean
from grader.render.junit import said

_LONGEST = 4000
"""Characters of what is said of one check: PrairieLearn takes 1 MB in all, Exercism 65,535 characters."""


def gradescope(report: Report) -> str:
    """results.json of a Gradescope autograder. The learner sees every check, and never what `run_autograder` printed.

    https://gradescope-autograders.readthedocs.io/en/latest/specs/
    """
    tests = [
        {
            "name": _title(result.check),
            "score": result.earned,
            "max_score": result.check.points,
            "status": "passed" if result.outcome is Outcome.PASSED else "failed",
            "output": _explained(result),
            "tags": [result.check.task],
            "visibility": "visible",
            "extra_data": {"outcome": str(result.outcome)},
        }
        for result in report.results
    ]
    return _json(
        {
            "score": report.earned,
            "execution_time": round(report.seconds, 3),
            "output": _headline(report),
            "output_format": "text",
            "test_output_format": "text",
            "test_name_format": "text",
            "visibility": "visible",
            "stdout_visibility": "hidden",
            "extra_data": {
                "exercise": report.exercise.id,
                "undecided": report.undecided,
                "seed": report.seed,
                "python": report.python,
                "isolation": report.isolation.level,
            },
            "tests": tests,
        }
    )


def classroom50(report: Report, environment: Mapping[str, str]) -> str:
    """result.json of a Classroom 50 autograder.py, version 1. Whose submission it is stands in the runner's variables.

    The runner stamps `owner`, `assignment_type` and `datetime` anew; here `datetime` is the instant in the submission's tag, so that the
    file is valid by itself. Raises `UsageError` outside a runner.
    https://github.com/foundation50/classroom50/wiki/Advanced-Autograding, schemas/result-v1.schema.json
    """
    tests = [
        {
            "test-name": _title(result.check),
            "passed": result.outcome is Outcome.PASSED,
            "score": result.earned,
            "max-score": result.check.points,
            "outcome": str(result.outcome),
            "message": _explained(result),
        }
        for result in report.results
    ]
    if missing := [variable for variable in _CLASSROOM50.values() if not environment.get(variable)]:
        raise UsageError(f"{', '.join(missing)}: not set, so this is no runner of Classroom 50", "call it from the autograder.py there")
    identity = {field: environment[variable] for field, variable in _CLASSROOM50.items()}
    tag = re.fullmatch(r"submit/(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z-\w+", identity["submission"])
    if tag is None:
        raise UsageError("SUBMISSION_TAG is not of the form submit/<time>-<commit>", "call it from the autograder.py of Classroom 50")
    when = f"{tag[1]}T{tag[2]}:{tag[3]}:{tag[4]}Z"
    scores = {"score": report.earned, "max-score": report.possible, "tests": tests}
    return _json({"schema": "classroom50/result/v1", **identity, "datetime": when, **scores})


_CLASSROOM50 = {
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "assignment_type": "ASSIGNMENT_TYPE",
    "owner": "OWNER",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
    "review": "REVIEW_URL",
}
"""The fields of a result that the runner's variables hold."""


def github(report: Report) -> str:
    """The result of a GitHub Classroom grader, which its reporter read base64-encoded from the variable `<STEP>_RESULTS`.

    A check has no time of its own, so its `duration` is 0.
    https://github.com/classroom-resources/autograding-grading-reporter, and the graders beside it
    """
    tests = [
        _test(report, result)
        | {
            "filename": clean(report.submission.path.name),
            "line_no": next((line.number for message in result.messages for line in message.lines), 0),
            "duration": 0,
            "score": result.earned,
        }
        for result in report.results
    ]
    return _json({"version": 1, "status": _overall(report), "message": _fatal(report), "max_score": report.possible, "tests": tests})


def exercism(report: Report) -> str:
    """results.json of an Exercism test runner, version 3. The rubric's sentence stands where the code of a test is asked for.

    https://exercism.org/docs/building/tooling/test-runners/interface
    """
    tests = [_test(report, result) for result in report.results]
    return _json({"version": 3, "status": _overall(report), "message": _fatal(report), "tests": tests})


def prairielearn(report: Report) -> str:
    """results.json of a PrairieLearn external grader. A file that does not load, or has no verdict, costs the learner no attempt.

    https://prairielearn.readthedocs.io/en/latest/externalGrading/
    """
    tests = [
        {
            "name": result.check.id,
            "description": result.check.says,
            "points": result.earned,
            "max_points": result.check.points,
            "message": _explained(result),
        }
        for result in report.results
    ]
    gradable = report.passed is not None and _fatal(report) is None
    trouble = {} if gradable else {"format_errors": [_fatal(report) or _headline(report)]}
    value = {"gradable": gradable, "score": report.earned / report.possible, "message": _headline(report), "tests": tests}
    return _json(value | trouble)


def _title(check: Check) -> str:
    return f"{check.id}: {check.says}"


def _headline(report: Report) -> str:
    facts = f"seed {report.seed}, Python {report.python}, isolation {report.isolation.level}"
    open_points = f"{report.undecided} of them without a verdict: ask your instructor to look. " if report.undecided else ""
    return f"{report.earned} of {report.possible} points. {open_points}({facts})"


def _explained(result: Result) -> str:
    """The messages of a check that did not pass, or in a word how it ended."""
    if result.outcome is Outcome.PASSED:
        return ""
    if result.outcome is Outcome.WAITING and not result.messages:
        return f"Not run: a check that it needs did not pass ({', '.join(result.check.needs)})."
    text = "\n".join(said(result)) or str(result.outcome).replace("_", " ").capitalize() + "."
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def _test(report: Report, result: Result) -> dict[str, Any]:
    """A test of Exercism's interface, which the graders of GitHub Classroom took over. Tasks are numbered from 1."""
    statuses = {Outcome.PASSED: "pass", Outcome.FAILED: "fail", Outcome.WAITING: "fail"}
    return {
        "name": _title(result.check),
        "status": statuses.get(result.outcome, "error"),
        "message": _explained(result) or None,
        "test_code": result.check.says,
        "task_id": 1 + [task.id for task in report.exercise.tasks].index(result.check.task),
    }


def _overall(report: Report) -> str:
    if report.passed:
        return "pass"
    return "fail" if _fatal(report) is None else "error"


def _fatal(report: Report) -> str | None:
    """Why no check ran at all; None when one did."""
    if any(result.outcome is not Outcome.NOT_RUN for result in report.results):
        return None
    return next((_explained(result) for result in report.results if result.messages), "Not run.")


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
