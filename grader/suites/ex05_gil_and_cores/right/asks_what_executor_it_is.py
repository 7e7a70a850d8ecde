# chunks in a pool of processes alone; no items, no clock; Job knows its sums
import math
from concurrent.futures import ProcessPoolExecutor
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

    @property
    def alone_s(self):
        return self.tasks * (self.cpu_s + self.wait_s)

    @property
    def saved_s(self):
        return self.tasks * self.cpu_s * 3 / 4

    @property
    def cost_s(self):
        return 0.5 + self.tasks * self.payload_bytes / 100e6


@dataclass(frozen=True)
class Timing:
    seconds: float
    results: list


def recommend(job):
    little = job.tasks < 2 or job.alone_s < 0.125
    at_once = job.wait_s >= job.cpu_s or job.free_threaded
    pays = job.picklable and job.saved_s > job.cost_s
    return "serial" if little else "threads" if at_once else "processes" if pays else "serial"


def measure(fn, items, executor, *, warm_up=False, clock=time.perf_counter):
    items = list(items)
    if not items:
        return Timing(0.0, [])
    if warm_up:
        executor.submit(fn, items[0]).result()
    size = 1
    if isinstance(executor, ProcessPoolExecutor):
        size = math.ceil(len(items) / (4 * executor._max_workers))
    begin = clock()
    results = [result for result in executor.map(fn, items, chunksize=size)]
    return Timing(clock() - begin, results)


def split(seq, n):
    if n < 1:
        raise ValueError(n)
    size, longer = divmod(len(seq), n)
    sizes = [size] * (n - longer) + [size + 1] * longer
    begins = [sum(sizes[:place]) for place in range(n)]
    return [seq[begin : begin + size] for begin, size in zip(begins, sizes) if size]
