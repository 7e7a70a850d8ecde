# a stopwatch as a context manager; Fraction; islice
from concurrent.futures import FIRST_EXCEPTION, wait
from fractions import Fraction
from itertools import islice
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
    cpu, waits, count = Fraction(job.cpu_s), Fraction(job.wait_s), job.tasks
    if count <= 1 or (cpu + waits) * count < Fraction(1, 8):
        return "serial"
    if waits >= cpu:
        return "threads"
    if job.free_threaded:
        return "threads"
    saved, cost = cpu * count * Fraction(3, 4), Fraction(1, 2) + Fraction(job.payload_bytes * count, 10**8)
    return ("serial", "processes")[job.picklable and saved > cost]


class Stopwatch:
    def __init__(self, clock):
        self.clock = clock

    def __enter__(self):
        self.begin = self.clock()
        return self

    def __exit__(self, *error):
        self.seconds = self.clock() - self.begin


def measure(fn, items, executor, *, warm_up=False, clock=time.perf_counter):
    items = list(items)
    if warm_up:
        for _ in executor.map(fn, items[:1]):
            pass
    with Stopwatch(clock) as watch:
        futures = [executor.submit(fn, item) for item in items]
        done, _ = wait(futures, return_when=FIRST_EXCEPTION)
        for future in done:
            if future.exception():
                raise future.exception()
    return Timing(watch.seconds, [future.result() for future in futures])


def split(seq, n):
    if not n > 0:
        raise ValueError(n)
    rest, parts = iter(seq), []
    for left in range(min(n, len(seq)), 0, -1):
        taken = sum(map(len, parts))
        parts.append(tuple(islice(rest, (len(seq) - taken) // left)))
    return parts
