# a function of the module numbers the results; partial; the time is taken at the last future
from concurrent.futures import as_completed
from functools import partial
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


def numbered(fn, pair):
    place, item = pair
    return place, fn(item)


def measure(fn, items, executor, *, warm_up=False, clock=time.perf_counter):
    pairs = list(enumerate(items))
    call = partial(numbered, fn)
    if warm_up and pairs:
        executor.submit(call, pairs[0]).result()
    begin = end = clock()
    results = {}
    for future in as_completed({executor.submit(call, pair) for pair in pairs}):
        place, result = future.result()
        results[place] = result
        end = clock()
    return Timing(seconds=end - begin, results=[results[place] for place in sorted(results)])


def split(seq, n):
    if n < 1:
        raise ValueError(n)
    n = min(n, len(seq))
    return [seq[i * len(seq) // n : (i + 1) * len(seq) // n] for i in range(n)]
