# rules as data; submit and wait; divmod
import time
from concurrent.futures import wait
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


RULES = (
    (lambda job: job.tasks == 1 or job.tasks * job.cpu_s + job.tasks * job.wait_s < 0.125, "serial"),
    (lambda job: job.free_threaded or job.cpu_s <= job.wait_s, "threads"),
    (lambda job: not job.picklable, "serial"),
    (lambda job: 3 * job.tasks * job.cpu_s / 4 > 0.5 + job.tasks * job.payload_bytes / 1e8, "processes"),
    (lambda job: True, "serial"),
)


def recommend(job):
    return next(word for applies, word in RULES if applies(job))


def measure(fn, items, executor, *, warm_up=False, clock=time.perf_counter):
    items = [*items]
    for item in items[: 1 if warm_up else 0]:
        wait([executor.submit(fn, item)])
    begin = clock()
    futures = [executor.submit(fn, item) for item in items]
    wait(futures)
    seconds = clock() - begin
    return Timing(seconds=seconds, results=[future.result() for future in futures])


def split(seq, n):
    if n < 1:
        raise ValueError("nobody to work")
    size, longer = divmod(len(seq), n)
    parts, begin = [], 0
    for i in range(min(n, len(seq))):
        end = begin + size + (i < longer)
        parts.append(seq[begin:end])
        begin = end
    return parts
