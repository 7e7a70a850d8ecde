"""From a save to its verdict on the screen of `course watch`, beside a cold `course grade` of the same task.

    python benchmarks/watch.py [--task 02a] [--saves 40]

`course watch` runs in a terminal of its own. The file is saved by renaming, in turn right and wrong; the clock runs from before the rename
until the terminal has been sent the whole screen with the verdict of this file. After each save a cold `course grade` of the same file and
task is timed, so that a machine that speeds up or slows down meets both alike. The first two saves are not counted.
"""

import argparse
import json
import os
import platform
import select
import statistics
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COURSE = [sys.executable, "-c", "from grader.cli import main; main()"]
END = b"\x1b[J"
"""The end of a screen."""


def verdict(terminal: int, *, passed: bool) -> None:
    """Read screens until one shows this verdict, of a run that is over."""
    data = b""
    while True:
        select.select([terminal], [], [])
        data += os.read(terminal, 1 << 16)
        *screens, data = data.split(END)
        for screen in screens:
            if b" checks" not in screen.partition(b"\r\n")[0] and b"seed" in screen and (b"not passed" not in screen) is passed:
                return


def save(path: Path, source: bytes) -> None:
    """As most editors do: another file, put in its place."""
    other = path.with_suffix(".tmp")
    other.write_bytes(source)
    os.replace(other, path)


def measure(task: str, saves: int, folder: Path) -> tuple[list[float], list[float]]:
    """Seconds of each save, and of each cold grade."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "NO_COLOR": "1"}
    subprocess.run([*COURSE, "start", "."], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    (path,) = folder.glob(f"exercises/ex{task[:2]}_*.py")
    sources = [(ROOT / "solutions" / path.name).read_bytes(), path.read_bytes()]
    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    watch = subprocess.Popen([*COURSE, "watch", task], cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    verdict(ours, passed=False)
    warm, cold = [], []
    for number in range(saves + 2):
        started = time.perf_counter()
        save(path, sources[number % 2])
        verdict(ours, passed=number % 2 == 0)
        warm.append(time.perf_counter() - started)
        started = time.perf_counter()
        subprocess.run([*COURSE, "grade", task], cwd=folder, env=environment, check=False, stdout=subprocess.DEVNULL)
        cold.append(time.perf_counter() - started)
    os.write(ours, b"q")
    assert watch.wait() == 0
    return warm[2:], cold[2:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--task", default="02a")
    parser.add_argument("--saves", type=int, default=40)
    arguments = parser.parse_args()
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {arguments.saves} saves of {arguments.task}, load {os.getloadavg()[0]:.1f}"
    )
    asked = [*COURSE, "grade", arguments.task, "--json", "--file", str(next(ROOT.glob(f"solutions/ex{arguments.task[:2]}_*.py")))]
    checks = len(json.loads(subprocess.run(asked, capture_output=True, check=True, cwd=ROOT).stdout)["results"])
    with tempfile.TemporaryDirectory() as folder:
        warm, cold = measure(arguments.task, arguments.saves, Path(folder))
    for name, taken in (("save to verdict", warm), ("cold course grade", cold)):
        print(f"{name:<20} p50 {statistics.median(taken) * 1000:6.0f} ms   p95 {statistics.quantiles(taken, n=20)[18] * 1000:6.0f} ms")
    print(f"for each of the {checks} checks shown: p50 {statistics.median(warm) * 1000 / checks:.0f} ms")
    print(f"ratio, save by save  {statistics.median(mine / other for mine, other in zip(warm, cold, strict=True)):.3f}")


if __name__ == "__main__":
    main()
