# fails: 05b.processes | A call travels to another process as a pickle
import queue
import time
from dataclasses import dataclass
from itertools import accumulate


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
    serial_s = job.tasks * (job.cpu_s + job.wait_s)
    if job.tasks == 1 or serial_s < 0.125:
        return "serial"
    if job.wait_s >= job.cpu_s or job.free_threaded:
        return "threads"
    start_s, travel_s = 0.5, job.tasks * job.payload_bytes / 100e6
    processes_s = start_s + travel_s + job.tasks * (job.cpu_s / 4 + job.wait_s)
    return "processes" if job.picklable and processes_s < serial_s else "serial"


def measure(fn, items, executor, *, warm_up=False, clock=time.perf_counter):
    items, done = list(items), queue.SimpleQueue()

    def call(place):
        try:
            done.put((place, fn(items[place]), None))
        except Exception as error:
            done.put((place, None, error))

    if warm_up and items:
        executor.submit(fn, items[0]).result()
    results = [None] * len(items)
    begin = clock()
    for place in range(len(items)):
        executor.submit(call, place)
    for _ in items:
        place, result, error = done.get()
        if error:
            raise error
        results[place] = result
    return Timing(clock() - begin, results)


def split(seq, n):
    if n < 1:
        raise ValueError(n)
    size, longer = divmod(len(seq), n)
    cuts = list(accumulate([size + 1] * longer + [size] * (n - longer), initial=0))
    return [seq[begin:end] for begin, end in zip(cuts, cuts[1:]) if begin != end]
