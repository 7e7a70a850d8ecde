"""What one worker costs: CPU milliseconds by start method, and how long the first and the second of a keeper are waited for.

Beside it what is paid in any case: a fork of a process with the launcher's modules that ends at once, and one of a bare interpreter.

python benchmarks/workers.py [--workers 100]
"""

import argparse
import resource
import statistics
import subprocess
import sys
import time
from functools import partial
from itertools import pairwise
from pathlib import Path

from grader.sandbox.client import Sandbox
from grader.sandbox.limits import Limits
from grader.suite.learner import Learner
from grader.suite.subject import Subject

ROOT = Path(__file__).resolve().parent.parent
SOURCE = (ROOT / "solutions/ex02_prime_pools.py").read_bytes()


def used() -> tuple[float, int]:
    """CPU milliseconds and page faults of all children that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (usage.ru_utime + usage.ru_stime) * 1000, usage.ru_minflt


FORKS = """
import mmap, os, resource, sys
sys.path.insert(0, {root!r})
{warm}
memory = mmap.mmap(-1, {pages} * mmap.PAGESIZE + 1, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
def write():
    for page in range({pages}):
        memory[page * mmap.PAGESIZE] = 1
def cpu():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)
write()
before = cpu()
for _ in range(300):
    if (pid := os.fork()) == 0:
        write()
        os._exit(0)
    os.waitpid(pid, 0)
print((cpu() - before) * 1000 / 300)
"""


def fork(warm: str = "", pages: int = 0) -> float:
    """CPU milliseconds of a fork and its end, of a process that has run `warm`; the fork writes to so many of its pages."""
    program = FORKS.format(root=str(ROOT), warm=warm, pages=pages)
    python = getattr(sys, "_base_executable", None) or sys.executable
    return float(subprocess.run([python, "-s", "-P", "-S", "-c", program], check=True, capture_output=True).stdout)


def imports(method: str, workers: int) -> tuple[float, float]:
    """CPU milliseconds and page faults of a worker that imports a file and does nothing else; the launcher's start is shared by all."""
    cpu, faults = used()
    with Sandbox() as sandbox:
        subject = Subject(partial(sandbox.open, "ex02_prime_pools", SOURCE, None), "ex02_prime_pools", SOURCE, "seed")
        for _ in range(workers):
            conversation = subject.converse(Limits(), method)
            Learner(conversation, subject.text).load()
            conversation.close()
        subject.close()
    after, faults_after = used()
    return (after - cpu) / workers, (faults_after - faults) / workers


def waits(rounds: int = 15) -> list[float]:
    """Milliseconds until a keeper's first worker is ready, until its tree is gone, and until the second is ready; medians."""
    rows = []
    with Sandbox() as sandbox:
        for _ in range(rounds):
            with sandbox.open("ex02_prime_pools", SOURCE, None) as jail:
                moments = [time.perf_counter()]
                for step in range(3):
                    if step == 1:
                        jail.end()
                    else:
                        jail.start(Limits()).close()
                    moments.append(time.perf_counter())
                jail.end()
            rows.append([(after - before) * 1000 for before, after in pairwise(moments)])
    return [statistics.median(column) for column in zip(*rows, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=100)
    workers = parser.parse_args().workers
    for method in ("fork", "spawn", "forkserver"):
        cpu, faults = imports(method, workers)
        print(f"{method:<12}{cpu:6.1f} ms of CPU and {faults:.0f} page faults a worker", flush=True)
    bare, warm, writing = fork(), fork("import grader.sandbox.launcher"), fork(pages=2000)
    print(
        f"a fork that ends at once: {warm:.1f} ms of CPU with the launcher's modules, {bare:.1f} without; 1,000 pages written to {(writing - bare) / 2:.1f}"
    )
    print("first worker ready {:.1f} ms, its end {:.1f} ms, the second ready {:.1f} ms".format(*waits()))


if __name__ == "__main__":
    main()
