# asks again and again; items are dealt into lists one by one
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
    return "processes" if saved > cost else "serial"


def measure(fn, items, executor, *, warm_up=False, clock=time.perf_counter):
    items = tuple(items)
    if warm_up:
        for first in items[:1]:
            executor.submit(fn, first).result()
    begin = clock()
    futures = [executor.submit(fn, item) for item in items]
    while not all(future.done() for future in futures):
        time.sleep(0.001)
    end = clock()
    return Timing(end - begin, [future.result() for future in futures])


def split(seq, n):
    if n < 1:
        raise ValueError("nobody to take a part")
    parts = [[] for _ in range(min(n, len(seq)))]
    for place, item in enumerate(seq):
        parts[place * len(parts) // len(seq)].append(item)
    return parts
