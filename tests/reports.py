"""Reports that tests make by hand: an exercise of two tasks, a check of it, and a report of any results."""

from pathlib import Path

from grader.model import Check, Exercise, Isolation, Lesson, Report, Result, Submission, Task

TASKS = (Task("03a", "load_url", "fetch one page"), Task("03b", "load_all", "fetch many, failures are values"))
LESSON = Lesson(3, "url_loaders", "Thread pools: pages side by side", 45, (), (), TASKS, Path("lessons/03_url_loaders"))
EXERCISE = Exercise("03", "url_loaders", LESSON, Path("ex03_url_loaders.py"), Path("solution.py"), Path("suite"))
PARTIAL = Isolation("partial", (), (), "kernel")


def check(name: str = "overlap", says: str = "downloads overlap") -> Check:
    return Check(f"03b.{name}", "03b", says, 3, about="gantt")


def report(
    *results: Result,
    who: str = "",
    path: str = "ex03_url_loaders.py",
    source: bytes = b"",
    exercise: Exercise = EXERCISE,
    isolation: Isolation = PARTIAL,
    seed: str = "abcd",
    seconds: float = 1.0,
) -> Report:
    submission = Submission(who, exercise.id, Path(path), source, "0" * 64)
    return Report(submission, exercise, results, isolation, "3.11.7", seed, seconds)
