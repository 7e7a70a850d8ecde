# fails: 05a.small, 05a.stays, 05a.pays, 05a.costs | threads with a GIL take turns
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
    return "threads"


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
