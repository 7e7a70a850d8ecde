"""What grading costs, as ratios of commands timed side by side in one run.

    python benchmarks/speed.py [--rounds 7]

Interleaved, round by round, the first round dropped; medians of the ratios within each round, so that a machine that speeds up or slows
down meets both sides alike. `python -m pytest` is given an in-process suite of the same properties as exercise 02's hidden one, with the
same number of calls and of pools under the same start methods, and whatever plugins are installed; it judges less (nothing is contained,
nothing can be counted) and asks nothing of the network.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from memory import pss

from grader.sandbox.containment import descendants

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
COURSE = str(Path(sys.executable).parent / "course")
BARE_TYPER = "import typer\napp = typer.Typer()\n@app.command()\ndef hello(name: str = 'you') -> None: print(name)\napp()\n"
AT_LEVEL = """
import sys
from pathlib import Path
from grader import grading
from grader.course import Course
from grader.sandbox.client import Sandbox
from grader.sandbox.levels import Level

with Sandbox(Level(sys.argv[1])) as sandbox:
    assert sandbox.level is Level(sys.argv[1])
    for _ in range(int(sys.argv[4])):
        assert grading.grade_one(Course.find().resolve(sys.argv[2])[0], Path(sys.argv[3]), sandbox=sandbox).passed
"""
"""Grade a file some times at one level of isolation, one check after another."""
FIRST = sorted(ROOT.glob("solutions/ex0[1-4]*.py"))
"""Those that are timed singly: threads, processes, pools, and nothing but calls. The later ones add what a scheduler computes."""


def seconds(command: list[str], cwd: str) -> float:
    """Wall seconds of one run."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    done = subprocess.run(command, cwd=cwd, capture_output=True, check=False, env=environment)
    taken = time.perf_counter() - started
    if done.returncode not in (0, 1):
        raise SystemExit(f"{command} ended with {done.returncode}: {done.stderr.decode()}")
    return taken


def race(name: str, ours: list[str], theirs: list[str], rounds: int, cwd: str) -> None:
    """Time both in turn, and print the median ratio."""
    rows = [(seconds(ours, cwd), seconds(theirs, cwd)) for _ in range(rounds + 1)][1:]
    ratios = [mine / other for mine, other in rows]
    mine, other = (statistics.median(column) for column in zip(*rows, strict=True))
    spread = f"{min(ratios):.2f}-{max(ratios):.2f}"
    print(f"{name:<58} {mine * 1000:6.0f} ms / {other * 1000:6.0f} ms = {statistics.median(ratios):.2f}  [{spread}]", flush=True)


def isolation(rounds: int, cwd: str) -> None:
    """What the jail costs: the same grading at `full` and as a plain process, three reports each."""
    for path in FIRST:
        full, process = ([sys.executable, "-c", AT_LEVEL, level, path.name[2:4], str(path), "3"] for level in ("full", "process"))
        race(f"isolation full / process, {path.name}", full, process, rounds, cwd)


def per_check(rounds: int, cwd: str) -> None:
    """Wall time of a report divided by its checks, by exercise."""
    for exercise in FIRST:
        taken = []
        for _ in range(rounds):
            done = subprocess.run(
                [COURSE, "grade", exercise.name[2:4], "--json", "--file", str(exercise)], cwd=cwd, capture_output=True, check=True
            )
            report = json.loads(done.stdout)
            taken.append(report["seconds"] / len(report["results"]))
        print(f"per check, {exercise.name:<47} {statistics.median(taken) * 1000:6.0f} ms", flush=True)


def memory(cwd: str) -> None:
    """Proportional set size of the trusted process and of the launcher with its keeper, while a check of exercise 03 runs: the largest seen."""
    command = [COURSE, "grade", "03", "--file", str(ROOT / "solutions/ex03_url_loaders.py")]
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL)
    trusted = launcher = 0
    while process.poll() is None:
        trusted, launcher = max(trusted, pss(process.pid)), max(launcher, sum(map(pss, descendants(process.pid))))
    print(f"{'memory: trusted + launcher and keeper (PSS)':<58} {trusted / 1024:6.1f} MB + {launcher / 1024:.1f} MB")


def first_sign(rounds: int, cwd: str) -> None:
    """From the start of `course grade 03` on a terminal to the first thing that it shows."""
    taken = []
    for _ in range(rounds):
        ours, theirs = os.openpty()
        started = time.perf_counter()
        process = subprocess.Popen([COURSE, "grade", "03"], cwd=cwd, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        os.read(ours, 100)
        taken.append(time.perf_counter() - started)
        try:
            while os.read(ours, 1 << 16):
                pass
        except OSError:
            pass  # the other end is closed: the command has ended
        process.wait()
        os.close(ours)
    print(f"{'first sign of life on a terminal':<58} {statistics.median(taken) * 1000:6.0f} ms", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    packages = ", ".join(f"{name} {version(name)}" for name in ("pytest", "pytest-check", "typer"))
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {packages}, medians of {rounds} rounds", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        solution = str(ROOT / "solutions/ex02_prime_pools.py")
        pytest = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(HERE), str(HERE / "in_process_02.py")]
        race("grade 02, cold / python -m pytest, equal suite", [COURSE, "grade", "02", "--file", solution], pytest, rounds, folder)
        pure = [*pytest, "-k", "small or primes or composites"]
        race("grade 02a, cold, no pools / the same of that suite", [COURSE, "grade", "02a", "--file", solution], pure, rounds, folder)
        subprocess.run([COURSE, "start", "."], cwd=folder, check=True, capture_output=True)
        for command in (["--help"], ["status"], ["hint", "03b"]):
            race(
                f"{' '.join(command)} / a typer program of one command",
                [COURSE, *command],
                [sys.executable, "-c", BARE_TYPER],
                rounds,
                folder,
            )
        isolation(rounds, folder)
        first_sign(rounds, folder)
        per_check(min(rounds, 5), folder)
        memory(folder)


if __name__ == "__main__":
    main()
