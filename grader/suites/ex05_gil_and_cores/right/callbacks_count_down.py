# callbacks and an Event tell the end; longer parts last; rules asked backwards
import threading
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
    answer = "serial"
    if job.tasks * job.cpu_s * 0.75 - job.tasks * job.payload_bytes / 100_000_000 > 0.5:
        answer = "processes"
    if not job.picklable:
        answer = "serial"
    if job.free_threaded or job.wait_s >= job.cpu_s:
        answer = "threads"
    if min(job.tasks - 1, job.tasks * (job.cpu_s + job.wait_s) / 0.125 - 1) < (0 if job.tasks > 1 else 1):
        answer = "serial"
    return answer


def measure(fn, items, executor, *, warm_up=False, clock=time.perf_counter):
    items = list(items)
    if warm_up and items:
        executor.submit(fn, items[0]).exception()
    left, all_done, lock = len(items), threading.Event(), threading.Lock()

    def count_down(future):
        nonlocal left
        with lock:
            left -= 1
            if not left:
                all_done.set()

    begin = clock()
    futures = []
    for item in items:
        futures.append(executor.submit(fn, item))
        futures[-1].add_done_callback(count_down)
    if futures:
        all_done.wait()
    seconds = clock() - begin
    return Timing(seconds, [future.result() for future in futures])


def split(seq, n):
    if n <= 0:
        raise ValueError(n)
    parts, end = [], len(seq)
    for left in range(min(n, len(seq)), 0, -1):
        begin = end - -(-end // left)
        parts.insert(0, seq[begin:end])
        end = begin
    return parts
