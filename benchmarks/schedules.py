"""The scheduler on small programs: executions and time to find each fault and to try every order, and the same every time.

    python benchmarks/schedules.py [--repeats 60] [--digests]

Needs nothing but the standard library, so that any Python can run it. `--digests` prints for each program what was found, its schedule and
a digest of all schedules and of the failing execution's events: the lines of two versions of Python must be equal. Exits 1 when a program
is judged wrongly, a fault takes more than 100 executions, or a repeat differs from the first.
"""

import argparse
import hashlib
import platform
import statistics
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from grader.schedule import schedule  # noqa: E402 - a checkout that is not installed
from grader.schedule.explore import Exploration, Program, Source  # noqa: E402
from grader.schedule.history import Sharing  # noqa: E402
from grader.schedule.scenario import together  # noqa: E402
from grader.schedule.world import world  # noqa: E402

WITHIN, BUDGET = 100, 3_000


def explore(path: Path, program: Program) -> tuple[Exploration, Any]:
    """Everything up to two preemptions, or up to the first failure."""
    search, failure = Exploration(program), None
    budget = WITHIN if path.parent.name == "wrong" else BUDGET
    with world():
        while failure is None and search.executions < budget and search.go(1):
            failure = next((each for each in search.outcomes if (each.kind, each.value) != ("returned", True)), None)
    return search, failure


def digest(program: Program, search: Exploration, failure: Any) -> str:
    """Of every outcome's schedule and count, and of what happened in the failing execution."""
    found = [(each.kind, each.schedule, each.count) for each in search.outcomes]
    events: list[Any] = []
    if failure:
        with world():
            execution = program.run(schedule.Replay(schedule.read(failure.schedule)), Sharing(), record=True)
        events = [(event.thread, event.line, event.what.partition(" ")[0], event.value) for event in execution.recording.events]
    return hashlib.sha256(repr((search.executions, found, events)).encode()).hexdigest()[:12]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--digests", action="store_true")
    options = parser.parse_args()
    bad = 0
    if not options.digests:
        print(f"Python {platform.python_version()}, {options.repeats} repeats")
        print(f"{'program':<34}{'found':<12}{'executions':>10}{'seconds':>9}{'ms each':>9}   schedule")
    for path in sorted(ROOT.glob("tests/schedule/*/*.py")):
        program = Program([Source("program", str(path), path.read_bytes())], lambda modules: modules["program"].scenario(together))
        seconds, digests = [], set()
        for _ in range(options.repeats):
            started = time.perf_counter()
            search, failure = explore(path, program)
            seconds.append(time.perf_counter() - started)
            digests.add(digest(program, search, failure))
        wrong = path.parent.name == "wrong"
        right = bool(failure) == wrong and (wrong or search.exhausted == search.bound) and len(digests) == 1
        bad += not right
        kind = failure.kind if failure else "holds"
        name = f"{path.parent.name}/{path.stem}" + ("" if right else "  BAD")
        if options.digests:
            print(name, kind, search.executions, *sorted(digests))
        else:
            took = statistics.median(seconds)
            found = failure.schedule if failure else ""
            print(f"{name:<34}{kind:<12}{search.executions:>10}{took:>9.2f}{1000 * took / search.executions:>9.1f}   {found}", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
