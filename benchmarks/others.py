"""One right submission of 02a, graded by otter-grader and by nbgrader in their own ways, and by `course grade 02a`. For developers.

    python -m venv /tmp/others; /tmp/others/bin/pip install otter-grader nbgrader
    python benchmarks/others.py /tmp/others/bin [--rounds 5]

All three call is_prime with the same numbers. Round by round, one after the other; medians. otter-grader: `otter run`, which is how a batch
of its grades each file. nbgrader: `nbgrader autograde` on one and on three students; half of the difference is what one student more takes.
Neither contains the file as the course does.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOLUTION = ROOT / "solutions" / "ex02_prime_pools.py"
NUMBERS = {
    "small": ([0, 1, -1, -2, -3, -7, -9], False),
    "primes": ([2, 3, 5, 7, 11, 13, 97, 7919, 104729, 2147483647, 999999999989], True),
    "composites": ([9, 25, 49, 121, 4, 6, 8, 15, 91, 341, 561, 1105, 1729, 2047, 3215031751, 3825123056546413051, 2**53 + 1], False),
}


def timed(command: list[str], cwd: Path) -> float:
    """Seconds of one run."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    started = time.perf_counter()
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, check=False, env=kept | {"PATH": f"{Path(command[0]).parent}:{kept['PATH']}"}
    )
    taken = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(f"{command} ended with {done.returncode}: {(done.stdout + done.stderr).decode()[-1500:]}")
    return taken


def otter_files(folder: Path, tools: Path) -> None:
    """An autograder as `otter generate` makes it, of tests in its own format."""
    (folder / "tests").mkdir()
    for name, (numbers, right) in NUMBERS.items():
        case = {"code": f">>> all(is_prime(number) is {right} for number in {numbers})\nTrue", "hidden": False, "locked": False}
        suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
        (folder / "tests" / f"{name}.py").write_text(
            f"OK_FORMAT = True\ntest = {json.dumps({'name': name, 'points': 1})} | {{'suites': [{suite!r}]}}\n"
        )
    shutil.copy(SOLUTION, folder / SOLUTION.name)
    timed([str(tools / "otter"), "generate", "-t", "tests", "-o", "autograder.zip", "--no-environment", "--lang", "python"], folder)


def cell(kind: str, source: str, metadata: dict[str, object] | None = None, **fields: object) -> dict[str, object]:
    return {"cell_type": kind, "metadata": {"nbgrader": {"schema_version": 3, **metadata}} if metadata else {}, "source": source, **fields}


def notebook(source: str) -> str:
    """02a as a notebook of nbgrader's, with a cell of tests for each check."""
    code = {"execution_count": None, "outputs": []}
    solution = {"grade": False, "grade_id": "is_prime", "locked": False, "solution": True, "task": False}
    cells = [cell("code", f"### BEGIN SOLUTION\n{source}\n### END SOLUTION", solution, id="solution", **code)]
    for name, (numbers, right) in NUMBERS.items():
        test = {"grade": True, "grade_id": name, "locked": True, "points": 1, "solution": False, "task": False}
        cells.append(cell("code", f"assert all(is_prime(number) is {right} for number in {numbers})", test, id=name, **code))
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


def nbgrader_files(folder: Path, tools: Path, students: int) -> None:
    """A course of nbgrader's in which so many students handed in the solution."""
    (folder / "source" / "ps1").mkdir(parents=True)
    source = SOLUTION.read_text().partition("\nif __name__")[0]
    (folder / "source" / "ps1" / "primes.ipynb").write_text(notebook(source))
    (folder / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'primes'\n")
    timed([str(tools / "nbgrader"), "generate_assignment", "ps1"], folder)
    release = json.loads((folder / "release" / "ps1" / "primes.ipynb").read_text())
    for each in release["cells"]:
        if each["metadata"].get("nbgrader", {}).get("grade_id") == "is_prime":
            each["source"] = source
    for number in range(students):
        home = folder / "submitted" / f"s{number:02}" / "ps1"
        home.mkdir(parents=True)
        (home / "primes.ipynb").write_text(json.dumps(release))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tools", type=Path, help="the folder with the programs otter and nbgrader")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    tools = options.tools.resolve()
    course = [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); from grader.cli import main; main()"]
    took: dict[str, list[float]] = {"course grade 02a": [], "otter run": [], "nbgrader, one student": [], "nbgrader, one student more": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for place in ("otter", "one", "three"):
            (folder / place).mkdir()
        otter_files(folder / "otter", tools)
        nbgrader_files(folder / "one", tools, 1)
        nbgrader_files(folder / "three", tools, 3)
        for _ in range(options.rounds):
            took["course grade 02a"].append(timed([*course, "grade", "02a", "--file", str(SOLUTION)], folder))
            took["otter run"].append(timed([str(tools / "otter"), "run", SOLUTION.name, "-a", "autograder.zip"], folder / "otter"))
            one, three = (timed([str(tools / "nbgrader"), "autograde", "ps1", "--force"], folder / place) for place in ("one", "three"))
            took["nbgrader, one student"].append(one)
            took["nbgrader, one student more"].append((three - one) / 2)
    print(f"load {os.getloadavg()[0]:.0f}, medians of {options.rounds} rounds")
    for what, seconds in took.items():
        print(f"{what:<28} {statistics.median(seconds) * 1000:6.0f} ms  [{min(seconds) * 1000:.0f}-{max(seconds) * 1000:.0f}]")


if __name__ == "__main__":
    main()
