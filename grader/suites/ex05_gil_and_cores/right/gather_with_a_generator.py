# a namedtuple for a Timing; an exhausted generator; recursion through an iterator
import time
from collections import deque, namedtuple
from dataclasses import dataclass
from itertools import chain, islice


@dataclass(frozen=True)
class Job:
    cpu_s: float
    wait_s: float
    tasks: int
    payload_bytes: int
    picklable: bool
    free_threaded: bool


Timing = namedtuple("Timing", "seconds results")


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
    items = iter(items)
    first = list(islice(items, 1))
    if warm_up:
        deque(executor.map(fn, first), maxlen=0)
    times = [clock()]
    results = [*executor.map(fn, chain(first, items))]
    times.append(clock())
    return Timing(times[1] - times[0], results)


def split(seq, n):
    if n < 1:
        raise ValueError(n)
    parts = min(n, len(seq))
    size, longer = divmod(len(seq), parts or 1)
    starts = [i * size + min(i, longer) for i in range(parts + 1)]
    return list(map(lambda begin, end: seq[begin:end], starts, starts[1:]))
