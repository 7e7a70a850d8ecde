# not_done shrinks; results in a dict by future; parts by slices that are computed first
from concurrent import futures
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
    items = list(items)
    if warm_up and items:
        futures.wait([warm := executor.submit(fn, items[0])])
        warm.result()
    begin = clock()
    ordered = [executor.submit(fn, item) for item in items]
    left, found = set(ordered), {}
    while left:
        done, left = futures.wait(left, return_when=futures.FIRST_COMPLETED)
        for future in done:
            found[future] = future.result()
    seconds = -begin + clock()
    return Timing(seconds, [found[future] for future in ordered])


def split(seq, n):
    if n < 1:
        raise ValueError(n)
    count = len(seq)
    slices = (slice(count * i // n, count * (i + 1) // n) for i in range(n))
    return [part for part in map(seq.__getitem__, slices) if len(part)]
