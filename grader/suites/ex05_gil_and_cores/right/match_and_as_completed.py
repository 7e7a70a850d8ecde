# match; as_completed into a dict; lists built item by item
import time
from concurrent.futures import as_completed
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
    match job:
        case Job(tasks=1):
            return "serial"
        case Job() if (job.cpu_s + job.wait_s) * job.tasks < 1 / 8:
            return "serial"
        case Job(free_threaded=True):
            return "threads"
        case Job() if job.wait_s >= job.cpu_s:
            return "threads"
        case Job(picklable=True) if job.tasks * (0.75 * job.cpu_s - job.payload_bytes / 10**8) > 0.5:
            return "processes"
    return "serial"


def measure(fn, items, executor, *, warm_up=False, clock=time.perf_counter):
    items = tuple(items)
    if warm_up and items:
        for _ in executor.map(fn, items[:1]):
            pass
    found = {}
    begin = clock()
    places = {executor.submit(fn, item): place for place, item in enumerate(items)}
    for future in as_completed(places):
        found[places[future]] = future.result()
    end = clock()
    return Timing(end - begin, [found[place] for place in range(len(items))])


def split(seq, n):
    if not n > 0:
        raise ValueError(f"n={n}")
    parts = [[] for _ in range(min(n, len(seq)))]
    for i in range(len(seq)):
        parts[i * len(parts) // len(seq)].append(seq[i])
    return parts
