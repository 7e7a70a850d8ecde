"""Not one verdict differs: every right/ and wrong/ file, again and again, while two processes burn the CPU.

    python benchmarks/verdicts.py [--repeats 20] [--hogs 2] [--jobs 4] [ID ...]

Each repeat grades every file of each exercise with a new seed and compares the outcome of every check with the first repeat's. Prints a
line a repeat, and each verdict that differed. Exits 1 if one did.
"""

import argparse
import multiprocessing
import os
import platform
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from grader import proof
from grader.course import Course
from grader.model import Exercise
from grader.sandbox.client import Sandbox
from grader.suite.subject import Part

Verdicts = dict[tuple[str, str], str]
"""(file, check) to outcome."""


def grade(exercise: Exercise, paths: list[Path], seed: str) -> Verdicts:
    """The outcome of every check of these files."""
    with Sandbox() as sandbox:
        reports = proof.grade_files(exercise, dict.fromkeys(paths, Part()), sandbox, seed)
    return {
        (f"{path.parent.name}/{path.name} of {exercise.id}", result.check.id): str(result.outcome)
        for path, report in reports.items()
        for result in report.results
    }


def burn() -> None:
    """Use a whole core until terminated."""
    while True:
        pass


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ids", nargs="*")
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--hogs", type=int, default=2)
    parser.add_argument("--jobs", type=int, default=4)
    options = parser.parse_args()
    exercises = proof.find(Course.find(), options.ids)
    spawn = multiprocessing.get_context("spawn")
    hogs = [spawn.Process(target=burn, daemon=True) for _ in range(options.hogs)]
    for hog in hogs:
        hog.start()
    first: Verdicts = {}
    differing: list[str] = []
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {options.hogs} CPU hogs, {options.jobs} files at once", flush=True)
    with ProcessPoolExecutor(options.jobs, mp_context=spawn) as pool:
        for repeat in range(1, options.repeats + 1):
            started = time.monotonic()
            jobs = []
            for exercise in exercises:
                paths = proof.files(exercise)
                parts = [paths[start :: 3 * options.jobs] for start in range(3 * options.jobs)]
                jobs += [pool.submit(grade, exercise, part, f"repeat {repeat}") for part in parts if part]
            verdicts: Verdicts = {}
            for job in jobs:
                verdicts |= job.result()
            first = first or verdicts
            odd = [key for key in verdicts if verdicts[key] != first.get(key)]
            differing += [f"repeat {repeat}: {key[0]} {key[1]}: {first.get(key)} -> {verdicts[key]}" for key in odd]
            print(*differing[-len(odd) :] if odd else (), sep="\n", end="\n" if odd else "")
            print(f"repeat {repeat}: {len(verdicts)} verdicts, {len(odd)} differ, {time.monotonic() - started:.0f} s", flush=True)
    for hog in hogs:
        hog.terminate()
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
