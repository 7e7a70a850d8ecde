"""Solution 05: who should do the work, how long did it take, and who gets how much of it."""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Job:
    """Some tasks that are all alike."""

    cpu_s: float
    wait_s: float
    tasks: int
    payload_bytes: int
    picklable: bool
    free_threaded: bool


@dataclass(frozen=True)
class Timing:
    """What `measure` found."""

    seconds: float
    results: list[Any]


def recommend(job: Job) -> str:
    """Who should do this job: the first rule that applies decides."""
    if job.tasks == 1 or job.tasks * (job.cpu_s + job.wait_s) < 0.125:
        return "serial"
    # A thread that waits holds no GIL, so the others go on.
    if job.wait_s >= job.cpu_s:
        return "threads"
    if job.free_threaded:
        return "threads"
    # From here on computing counts, and only another process has a GIL of its own.
    if not job.picklable:
        return "serial"
    saved = job.tasks * job.cpu_s * 3 / 4
    cost = 0.5 + job.tasks * job.payload_bytes / 100_000_000
    return "processes" if saved > cost else "serial"


def measure(
    fn: Callable[[Any], Any],
    items: Iterable[Any],
    executor: Executor,
    *,
    warm_up: bool = False,
    clock: Callable[[], float] = time.perf_counter,
) -> Timing:
    """Call `fn` once with each item, in `executor`, and say how long all of it took."""
    # Items may be a generator, which gives its items once, and making them is not our work.
    items = list(items)
    if warm_up and items:
        # result() waits: a call that is still on its way would be measured with the others.
        executor.submit(fn, items[0]).result()
    begin = clock()
    # map() submits at once and hands out results one by one. list() waits for all of them;
    # without it the clock would be read when everything is submitted and nothing is done.
    results = list(executor.map(fn, items))
    return Timing(clock() - begin, results)


def split(seq: Sequence[Any], n: int) -> list[Sequence[Any]]:
    """Cut `seq` into `n` parts, one for each of `n` workers."""
    if n < 1:
        raise ValueError(f"n is {n}, and someone has to get the work")
    n = min(n, len(seq))
    # Part i ends where i + 1 of n equal parts would end, rounded down. Neighbouring cuts are
    # never further apart than the length of an equal part, rounded up.
    cuts = [i * len(seq) // n for i in range(n + 1)] if n else []
    return [seq[begin:end] for begin, end in zip(cuts, cuts[1:])]
