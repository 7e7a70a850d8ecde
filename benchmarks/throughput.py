"""How many submissions a class gets through: `course grade-all`, and a pytest process for each submission, on as many cores.

    python benchmarks/throughput.py [--rounds 5] [--people 40] [--slots 2] [--kinds light,pure,pool] [--memory 2000]

Round by round the same people are graded both ways; the ratios are taken within a round. Ours is the whole batch, from the files to
grades.csv, with full isolation and a fresh worker for each check; theirs runs the same checks in process (in_process_02.py), contains
nothing, and may load every plugin that is installed. About 40 % of the submissions are wrong. Wall: once the jobs are warm (a class is
larger than a round; both numbers are printed). CPU: without what a class of one person for each slot takes, which is the start.
On a machine with other work, believe the CPU: there, wall time is kinder to whoever waits often, and that is us.
With --memory: what the jobs hold while so many submissions pass through them.
"""

import argparse
import os
import platform
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from memory import pss  # noqa: E402

from grader.classroom import batch, jobs  # noqa: E402
from grader.course import Course  # noqa: E402
from grader.sandbox.containment import children, descendants  # noqa: E402

jobs._START = f"import sys; sys.path[:0] = {[str(HERE.parent), str(HERE)]!r}; import throughput_job; throughput_job.work(%d)"
SUITES = HERE.parent / "grader" / "suites" / "ex02_prime_pools"
MODULE = "ex02_prime_pools.py"
WRONG = ["fermat", "one_is_prime", "stops_before_the_root", "two_is_even", "one_instead_of_true", "falls_off_the_end"]
"""Files whose mistake the pure checks catch."""
RIGHT = ["executor_map_as_in_the_article", "submit_then_results", "miller_rabin", "multiprocessing_pool"]


def hand_in(folder: Path, people: int) -> list[Path]:
    """A folder for each person."""
    chance = random.Random("throughput")
    homes = []
    for number in range(people):
        kind, names = ("wrong", WRONG) if chance.random() < 0.4 else ("right", RIGHT)
        home = folder / "subs" / f"p{number:04}"
        home.mkdir(parents=True)
        shutil.copy(SUITES / kind / f"{chance.choice(names)}.py", home / MODULE)
        homes.append(home)
    return homes


def cpu() -> float:
    """CPU seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def ours(folder: Path, slots: int, tell=lambda progress: None) -> tuple[float, float, float]:
    """Seconds a submission, warm and with the start; CPU seconds of all."""
    told = [time.perf_counter()]
    before = cpu() + time.process_time()
    with tempfile.TemporaryDirectory() as out:
        asked = batch.Asked(folder / "subs", Path(out), only=("02",), jobs=slots, seed="5eed")

        def note(progress: batch.Progress) -> None:
            tell(progress)
            if progress.done:
                told.append(time.perf_counter())

        batch.grade_all(asked, Course.find(), note)
    people, first = len(told) - 1, min(2 * slots, len(told) - 2)
    return (told[-1] - told[first]) / (people - first), (told[-1] - told[0]) / people, cpu() + time.process_time() - before


def warm_cpu(folder: Path, few: Path, slots: int, used: float) -> float:
    """CPU seconds a submission, of `used` in all, without those of the start."""
    people = len(os.listdir(folder / "subs"))
    return (used - ours(few, slots)[2]) / (people - slots)


def theirs(homes: list[Path], slots: int, file: str, only: str) -> tuple[float, float]:
    """Seconds and CPU seconds a submission."""
    command = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(HERE), str(HERE / file), "-k", only]

    def grade(home: Path) -> None:
        done = subprocess.run(command, cwd=home, capture_output=True, check=False, env={**os.environ, "GRADED": str(home)})
        if done.returncode not in (0, 1):
            raise SystemExit(f"pytest ended with {done.returncode}: {done.stdout.decode()[-400:]}")

    started, before = time.perf_counter(), cpu()
    with ThreadPoolExecutor(slots) as pool:
        list(pool.map(grade, homes))
    return (time.perf_counter() - started) / len(homes), (cpu() - before) / len(homes)


def race(kind: str, folder: Path, few: Path, homes: list[Path], slots: int, rounds: int) -> None:
    """Both in turn, and the median ratios."""
    os.environ["THROUGHPUT"] = kind
    file, only = {
        "light": ("in_process_light.py", "test"),
        "pure": ("in_process_02.py", "small or primes or composites"),
        "pool": ("in_process_pool.py", "test"),
    }[kind]
    rows = []
    for _ in range(rounds):
        warm, whole, used = ours(folder, slots)
        rows.append((warm, whole, warm_cpu(folder, few, slots, used), *theirs(homes, slots, file, only)))
    warm, whole, used, other, other_used = (statistics.median(column) * 1000 for column in zip(*rows, strict=True))
    print(
        f"{kind}: ours {warm:.0f} ms a submission ({whole:.0f} with the start), {used:.0f} ms of CPU; pytest {other:.0f} ms, {other_used:.0f} ms of CPU"
    )
    for name, ratios in (
        ("wall", [row[3] / row[0] for row in rows]),
        ("wall with the start", [row[3] / row[1] for row in rows]),
        ("CPU", [row[4] / row[2] for row in rows]),
    ):
        print(f"  {name}: {statistics.median(ratios):.1f} times  [{min(ratios):.1f}-{max(ratios):.1f}]", flush=True)


def memory(folder: Path, slots: int) -> None:
    """Proportional set sizes of each job and of its launcher with all below it, now and then while a class is graded."""
    os.environ["THROUGHPUT"] = "pure"

    def note(progress: batch.Progress) -> None:
        if progress.done in (20, progress.of // 2, progress.of - slots):
            sizes = []
            for job in children(os.getpid()):
                sizes.append(
                    f"{pss(job) / 1024:.1f} + {sum(map(pss, descendants(job))) / 1024:.1f} MB, {len(os.listdir(f'/proc/{job}/fd'))} descriptors"
                )
            print(f"  after {progress.done}: {'; '.join(sizes)}", flush=True)

    print("memory, a job + its launcher and keeper (PSS):")
    ours(folder, slots, note)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--slots", type=int, default=2)
    parser.add_argument("--kinds", default="light,pure,pool")
    parser.add_argument("--memory", type=int, default=0, metavar="PEOPLE")
    options = parser.parse_args()
    packages = ", ".join(f"{name} {version(name)}" for name in ("pytest", "pytest-check"))
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}, {packages}, {options.rounds} rounds",
        flush=True,
    )
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        homes = hand_in(folder / "all", options.people)
        hand_in(folder / "few", options.slots)
        for kind in options.kinds.split(",") if options.rounds else ():
            race(kind, folder / "all", folder / "few", homes, options.slots, options.rounds)
    if options.memory:
        with tempfile.TemporaryDirectory() as name:
            hand_in(Path(name), options.memory)
            memory(Path(name), options.slots)


if __name__ == "__main__":
    main()
