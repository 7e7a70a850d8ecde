"""Our scheduler and frontrun (a dev extra) on the same programs: do they agree, after how many executions, in what time?

    frontrun python benchmarks/crosscheck.py

frontrun has to be loaded before Python starts, hence its launcher; ours runs in a process of its own, without it. Prints a line a program
and exits 1 where the two differ without a reason that is written below.
"""

import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / "tests/crosscheck/programs.py"
BUDGET = 20_000
BOUNDS = {"buffer": 1}
"""Preemptions up to which every order is tried, where that is not two: with four threads, two take 12,000 executions."""
REASONS = {
    "buffer": "a thread that waits for a Condition before anybody notifies it: frontrun gives no verdict",
    "buffer_wrong": "the same",
    "cache_wrong": "a look with `in` and the storing of an item are no conflict to it, so it tries one order",
    "pool_wrong": "the threads of a pool are not frontrun's: it sees one worker and one order",
    "pipeline_wrong": "what a Queue does inside is nothing to frontrun's search, so it tries one order",
}
"""Why frontrun says something else, for the programs where it does."""


def names() -> list[str]:
    """The programs, in order."""
    sys.path.insert(0, str(PROGRAMS.parent))
    import programs

    return [name for name, found in vars(programs).items() if isinstance(found, type) and hasattr(found, "threads") and name.islower()]


def ours() -> dict[str, Any]:
    """Verdict, executions and seconds of each program, by our scheduler."""
    sys.path.insert(0, str(ROOT))
    from grader.schedule.explore import Exploration, Program, Source
    from grader.schedule.scenario import together
    from grader.schedule.world import world

    found = {}
    for name in names():

        def scenario(modules: dict[str, Any], name: str = name) -> bool:
            state = getattr(modules["programs"], name)()
            together(*[getattr(state, method) for method in state.threads])
            return bool(state.holds())

        started = time.perf_counter()
        search = Exploration(Program([Source("programs", str(PROGRAMS), PROGRAMS.read_bytes())], scenario), BOUNDS.get(name, 2))
        with world():
            while not _failed(search) and search.executions < BUDGET and search.go(1):
                pass
        verdict = "fails" if _failed(search) else "holds" if search.exhausted == search.bound else "no verdict"
        found[name] = (verdict, search.executions, time.perf_counter() - started)
    return found


def _failed(search: Any) -> bool:
    return any((outcome.kind, outcome.value) != ("returned", True) for outcome in search.outcomes)


def theirs(name: str) -> tuple[str, int, float]:
    """The same of one program, by frontrun."""
    import frontrun
    import programs

    program = getattr(programs, name)
    workers = [lambda state, method=method: getattr(state, method)() for method in program.threads]
    started = time.perf_counter()
    try:
        found = frontrun.explore(
            program, workers, lambda state: state.holds(), deadlock_timeout=2.0, timeout_per_run=3.0, total_timeout=60.0
        )
        verdict = {True: "holds", False: "fails", None: "no verdict"}[found.property_holds]
        executions = int(found.num_explored)
    except frontrun.InconclusiveExploration:
        verdict, executions = "no verdict", 0
    except IndexError:  # what a worker raises comes through: a failure that it has met
        verdict, executions = "fails", 0
    return verdict, executions, time.perf_counter() - started


def main() -> int:
    if sys.argv[1:] == ["--ours"]:
        print(json.dumps(ours()))
        return 0
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("LD_PRELOAD", "FRONTRUN"))}
    done = subprocess.run([sys.executable, __file__, "--ours"], env=environment, capture_output=True, text=True, check=True)
    mine = json.loads(done.stdout)
    print(f"Python {platform.python_version()}; n: executions; up to 2 preemptions, or as many as are named")
    print(f"{'program':<18}{'ours':<11}{'n':>6}{'seconds':>9}   {'frontrun':<11}{'n':>6}{'seconds':>9}")
    differ = []
    for name in names():
        verdict, count, seconds = theirs(name)
        bound = f" ({BOUNDS[name]})" if name in BOUNDS else ""
        print(
            f"{name + bound:<18}{mine[name][0]:<11}{mine[name][1]:>6}{mine[name][2]:>9.2f}   {verdict:<11}{count:>6}{seconds:>9.2f}",
            flush=True,
        )
        wanted = "fails" if name.endswith("_wrong") else "holds"
        if mine[name][0] != wanted or (verdict != wanted and name not in REASONS):
            differ.append(name)
    for name, reason in REASONS.items():
        print(f"{name}: {reason}")
    print(f"{len(differ)} without a reason: {', '.join(differ)}" if differ else "They agree, but for the reasons given.")
    sys.stdout.flush()
    os._exit(1 if differ else 0)  # a program that it has left in a deadlock would keep Python from ending


if __name__ == "__main__":
    raise SystemExit(main())
