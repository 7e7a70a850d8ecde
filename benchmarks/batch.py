"""A large class that nobody taught, graded four ways: whole, killed again and again, and each file alone.

    python benchmarks/batch.py [--count 1000] [--draw 2026] [--kills 5] [--ids 04,07]

People are drawn by a seed from all right/ and wrong/ files of these exercises and from the red team's hostile ones; some hand in the stub, an
empty file, or nothing; half of the files lie flat. Prints what differs between the three, and exits 1 if anything does. Two people with one
file need to be graded alone once: seed and file are all that a verdict rests on. What a hostile file prints is left out where reports are
compared: it is of other processes, whose numbers are new each time.
"""

import argparse
import hashlib
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from grader.course import Course  # noqa: E402
from tests import synthetic  # noqa: E402

SEED = "5eed"


def start(folder: Path, out: str) -> "subprocess.Popen[str]":
    """`course grade-all` on the class."""
    command = [sys.executable, "-c", "from grader.cli import main; main()", "grade-all", "subs", "--roster", "roster.csv", "--seed", SEED]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return subprocess.Popen([*command, "--out", out], cwd=folder, env={**os.environ, "PYTHONPATH": path}, text=True, **pipes)


def finished(folder: Path, out: str) -> float:
    """Run it to its end; the seconds that it took."""
    started = time.monotonic()
    process = start(folder, out)
    _, errors = process.communicate()
    if process.returncode not in (0, 4):
        raise SystemExit(f"grade-all ended with {process.returncode}: {errors[-400:]}")
    return time.monotonic() - started


def alone(folder: Path, drawn: list[synthetic.Drawn]) -> dict[tuple[str, str], synthetic.Verdict]:
    """The verdict on each file when it is graded alone, by exercise and hash."""
    files = {(each.exercise.id, hashlib.sha256(each.source).hexdigest()): each for each in drawn if each.source is not None}
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        reports = pool.map(lambda each: synthetic.alone(each, folder, SEED), files.values())
        return dict(zip(files, map(synthetic.verdict, reports), strict=True))


def show(each: synthetic.Drawn, one: dict[str, Any], other: dict[str, Any]) -> None:
    """Where two reports of one submission differ."""
    first = (each.source or b"").splitlines()[0].decode("utf-8", "replace")
    print(f"  {each.who}, {each.kind} file of {each.exercise.id}: {first[:100]}")
    for mine, theirs in zip(one["results"], other["results"], strict=True):
        for what in sorted(mine.keys() - {"timelines"}):
            if mine[what] != theirs[what]:
                print(f"    {mine['check']['id']}, {what}: {str(mine[what])[:300]}\n      {str(theirs[what])[:300]}")


def comparable(report: dict[str, Any], kind: str) -> str:
    """A report without what is new each time: times, and what a hostile file prints."""
    if kind == "hostile":
        evidence = [[each for each in result["evidence"] if each["kind"] != "printed"] for result in report["results"]]
        report = report | {"results": [{**result, "evidence": kept} for result, kept in zip(report["results"], evidence, strict=True)]}
    return synthetic.timeless(report)


def moments(kills: int, count: int, seed: str) -> list[int]:
    """After how many results each run is killed: so many that every kill finds work under way."""
    chance = random.Random(seed)
    return [chance.randrange(max(1, count // (kills + 1))) for _ in range(kills)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--draw", default="2026")
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--ids", default="04,07")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}", flush=True)
    differing = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        drawn = synthetic.draw(Course.find(), options.count, options.draw, options.ids.split(","))
        synthetic.hand_in(drawn, folder)
        handed_in = {(each.who, each.exercise.id) for each in drawn if each.source is not None}
        print(f"{options.count} people: {dict(Counter(each.kind for each in drawn))}", flush=True)
        print(f"whole: {len(handed_in)} submissions in {finished(folder, 'whole'):.0f} s", flush=True)
        whole = synthetic.rows(folder / "whole")
        for told in synthetic.killed(partial(start, folder, "broken"), moments(options.kills, len(handed_in), options.draw)):
            kept = len(synthetic.rows(folder / "broken"))
            print(f"killed after {told} results; {kept} in the journal", flush=True)
        print(f"the same command once more: {finished(folder, 'broken'):.0f} s", flush=True)
        broken = synthetic.rows(folder / "broken")
        verdicts = alone(folder, drawn)
        kinds = {each.who: each.kind for each in drawn}
        both = sorted(whole.keys() & broken.keys())
        differ = [key for key in both if comparable(whole[key], kinds[key[0]]) != comparable(broken[key], kinds[key[0]])]
        found = {
            "lost or doubled": len({key[:2] for key in whole} ^ handed_in) + len(whole.keys() ^ broken.keys()),
            "another verdict than alone": sum(synthetic.verdict(whole[key]) != verdicts[key[1], key[2]] for key in whole),
            "another verdict after the kills": sum(synthetic.verdict(whole[key]) != synthetic.verdict(broken[key]) for key in both),
            "another report after the kills": len(differ),
            "another grades.csv": int((folder / "whole/grades.csv").read_bytes() != (folder / "broken/grades.csv").read_bytes()),
        }
        print(f"{len(verdicts)} different files graded alone", flush=True)
        for what, number in found.items():
            print(f"{what}: {number}", flush=True)
            differing += number
        for key in differ:
            show(next(each for each in drawn if each.who == key[0]), whole[key], broken[key])
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
