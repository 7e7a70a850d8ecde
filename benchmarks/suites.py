"""What each exercise costs to grade: its solution, a file whose every task waits for ever, and one whose every task computes for ever.

    python benchmarks/suites.py [ID ...]

Budgets of the course's plan: 10 seconds for a correct file, 30 when every task hangs, on two quiet cores.
"""

import re
import resource
import sys
import tempfile
import time
from pathlib import Path

from grader import grading
from grader.course import Course
from grader.model import Exercise
from grader.sandbox.client import Sandbox

HANGS = {
    "waits for ever": "__import__('threading').Event().wait()",
    "computes for ever": "while True: pass",
}


def hanging(exercise: Exercise, folder: Path, line: str) -> Path:
    """The stub, with this line in the place of every NotImplementedError."""
    text = re.sub(r"raise NotImplementedError\(.*\)", lambda _: line, exercise.stub.read_text("utf-8"))
    path = folder / exercise.stub.name
    path.write_text(text, "utf-8")
    return path


def cost(exercise: Exercise, path: Path) -> str:
    """Seconds that passed, CPU seconds of everything, and what was earned."""
    cpu, passed, reports = _cpu(), time.perf_counter(), []
    with Sandbox() as sandbox:
        lanes = grading.lanes()  # as `course grade` does
        grading.grade(exercise, [grading.read(path, exercise)], sandbox=sandbox, lanes=lanes, done=reports.append)
    report = reports[0]
    return f"{time.perf_counter() - passed:5.1f} s {_cpu() - cpu:5.1f} CPU s {report.earned:3}/{report.possible}"


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def main(ids: list[str]) -> None:
    """Print a row for each exercise."""
    course = Course.find()
    print(f"{'':4}{'solution':>26}   {'   '.join(f'{name:>26}' for name in HANGS)}")
    for exercise in [course.resolve(text)[0] for text in ids] or course.exercises:
        with tempfile.TemporaryDirectory() as folder:
            costs = [cost(exercise, exercise.solution)]
            costs += [cost(exercise, hanging(exercise, Path(folder), line)) for line in HANGS.values()]
        print(f"{exercise.id}  {'   '.join(f'{text:>26}' for text in costs)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
