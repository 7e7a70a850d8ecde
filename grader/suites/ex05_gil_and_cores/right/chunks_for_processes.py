# a few chunks for each worker; Timing is a NamedTuple; Job.row is unpacked
import time
from dataclasses import astuple, dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class Job:
    cpu_s: float
    wait_s: float
    tasks: int
    payload_bytes: int
    picklable: bool
    free_threaded: bool


class Timing(NamedTuple):
    seconds: float
    results: list


def recommend(job):
    match astuple(job):
        case cpu, waits, tasks, _, _, _ if tasks == 1 or tasks * cpu + tasks * waits < 1 / 8:
            return "serial"
        case cpu, waits, _, _, _, free if free or waits >= cpu:
            return "threads"
        case cpu, _, tasks, size, True, _ if tasks * cpu - tasks * cpu / 4 > 1 / 2 + tasks * size / 1e8:
            return "processes"
    return "serial"


def measure(fn, items, executor, *, warm_up=False, clock=time.perf_counter):
    items = list(items)
    if warm_up and items:
        executor.submit(fn, items[0]).result()
    begin = clock()
    results = list(executor.map(fn, items, chunksize=len(items) // 16 + 1))
    return Timing(clock() - begin, results)


def split(seq, n):
    if n < 1:
        raise ValueError(n)
    if n == 1 or len(seq) < 2:
        return [seq] if len(seq) else []
    end = (len(seq) + n - 1) // n
    return [seq[:end], *split(seq[end:], n - 1)]
