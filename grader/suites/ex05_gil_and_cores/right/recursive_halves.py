# a class that holds the clock; results taken while the calls run; parts by halving
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
    alone = job.tasks * (job.cpu_s + job.wait_s)
    if job.tasks < 2 or alone < 0.125:
        return "serial"
    if job.free_threaded or not job.cpu_s > job.wait_s:
        return "threads"
    cheap = 0.5 + job.tasks * (job.payload_bytes / 100_000_000) < job.tasks * job.cpu_s * 0.75
    return "processes" if job.picklable and cheap else "serial"


class Watch:
    def __init__(self, clock):
        self.clock = clock

    def __enter__(self):
        self.begin = self.clock()
        return self

    def __exit__(self, *_):
        self.seconds = self.clock() - self.begin


def measure(fn, items, executor, *, warm_up=False, clock=time.perf_counter):
    items = list(items)
    if items and warm_up:
        executor.submit(fn, items[0]).result()
    with Watch(clock) as watch:
        futures = [executor.submit(fn, item) for item in items]
        results = [future.result() for future in futures]
    return Timing(watch.seconds, results)


def split(seq, n):
    if n < 1:
        raise ValueError(n)
    n = min(n, len(seq))
    if n < 2:
        return [seq[:]] if n else []
    cut = len(seq) * (n // 2) // n
    return split(seq[:cut], n // 2) + split(seq[cut:], n - n // 2)
