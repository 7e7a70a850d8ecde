"""For throughput.py: a job of `course grade-all` for which exercise 02 has the suite beside this file."""

from dataclasses import replace
from pathlib import Path

from grader.classroom import jobs
from grader.course import Course

SUITE = Path(__file__).resolve().parent / "throughput_suite"


def work(descriptor: int) -> None:
    exercise, _ = Course.find().resolve("02")
    Course.resolve = lambda course, text: (replace(exercise, suite=SUITE), None)
    jobs.work(descriptor)
