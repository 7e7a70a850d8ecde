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


def cpu() -> float:
    """CPU seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


FORKS = """
import os, resource, sys
sys.path.insert(0, {root!r})
{warm}
def cpu():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)
before = cpu()
for _ in range({forks}):
    if (pid := os.fork()) == 0:
        os._exit(0)
    os.waitpid(pid, 0)
print((cpu() - before) * 1000 / {forks})
"""


def fork(warm: str, forks: int = 300) -> float:
    """CPU milliseconds of a fork, of its parent and its end, of a process that has run `warm`."""
    program = FORKS.format(root=str(ROOT), warm=warm, forks=forks)
    python = getattr(sys, "_base_executable", None) or sys.executable
    return float(subprocess.run([python, "-s", "-P", "-S", "-c", program], check=True, capture_output=True).stdout)


def imports(method: str, workers: int) -> float:
    """CPU milliseconds of a worker that imports a file and does nothing else; the launcher's start is shared by all."""
    before = cpu()
    with Sandbox() as sandbox:
        subject = Subject(partial(sandbox.open, "ex02_prime_pools", SOURCE, None), "ex02_prime_pools", SOURCE, "seed")
        for _ in range(workers):
            conversation = subject.converse(Limits(), method)
            Learner(conversation, subject.text).load()
            conversation.close()
        subject.close()
    return (cpu() - before) * 1000 / workers


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
        print(f"{method:<12}{imports(method, workers):6.1f} ms of CPU a worker", flush=True)
    print(f"a fork that ends at once: {fork('import grader.sandbox.launcher'):.1f} ms of CPU, of a bare interpreter {fork(''):.1f}")
    print("first worker ready {:.1f} ms, its end {:.1f} ms, the second ready {:.1f} ms".format(*waits()))


if __name__ == "__main__":
    main()
