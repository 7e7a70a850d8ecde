# fails: 05a.costs | Rule 6
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Job:
    cpu_s: float
    wait_s: float
    tasks: int
    payload_bytes: int
    picklable: bool
    free_threaded: bool


@dataclass(frozen=True)
class Timing:
    seconds: float
    results: list


def recommend(job):
    if job.tasks == 1 or job.tasks * (job.cpu_s + job.wait_s) < 0.125:
        return "serial"
    if job.wait_s >= job.cpu_s or job.free_threaded:
        return "threads"
    if not job.picklable:
        return "serial"
    saved = job.tasks * job.cpu_s * 0.75
    cost = 0.5 + job.tasks * job.payload_bytes / 100_000_000
    return "processes" if saved >= cost else "serial"


def measure(fn, items, executor, *, warm_up=False, clock=time.perf_counter):
    items = list(items)
    if warm_up and items:
        executor.submit(fn, items[0]).result()
    begin = clock()
    results = list(executor.map(fn, items))
    return Timing(clock() - begin, results)


def split(seq, n):
    if n < 1:
        raise ValueError(n)
    n = min(n, len(seq))
    return [seq[i * len(seq) // n : (i + 1) * len(seq) // n] for i in range(n)]
