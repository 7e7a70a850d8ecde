# done callbacks put futures into a queue; parts by a while loop
import queue
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


def measure(fn, items, executor, *, warm_up=False, clock=time.perf_counter):
    given, done = list(items), queue.Queue()

    def hand_out(some):
        futures = [executor.submit(fn, item) for item in some]
        for future in futures:
            future.add_done_callback(done.put)
        for _ in futures:
            done.get().result()
        return futures

    if warm_up:
        hand_out(given[:1])
    begin = clock()
    futures = hand_out(given)
    end = clock()
    return Timing(end - begin, [future.result() for future in futures])


def split(seq, n):
    if n < 1:
        raise ValueError("n")
    parts, begin = [], 0
    while begin < len(seq):
        size = -(-(len(seq) - begin) // (n - len(parts)))
        parts.append(seq[begin : begin + size])
        begin += size
    return parts
