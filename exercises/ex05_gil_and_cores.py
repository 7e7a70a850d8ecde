"""Exercise 05: who should do the work, how long did it take, and who gets how much of it.

Use the standard library only. Grade your work with `course grade 05`.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Job:
    """Some tasks that are all alike."""

    cpu_s: float
    """Seconds for which each task computes."""
    wait_s: float
    """Seconds for which each task waits for somebody else."""
    tasks: int
    """How many there are; 1 at least."""
    payload_bytes: int
    """Bytes that have to travel to another process and back, for each task."""
    picklable: bool
    """Whether the function, its arguments and its results can be pickled."""
    free_threaded: bool
    """Whether this Python runs without the GIL."""


@dataclass(frozen=True)
class Timing:
    """What `measure` found."""

    seconds: float
    results: list[Any]
    """What the calls returned, in the order of the items."""


def recommend(job: Job) -> str:
    """Who should do this job: "serial", "threads" or "processes".

    The first of these rules that applies decides:

    1. There is one task, or all tasks one after another take less than 0.125 seconds:
       "serial". Nobody would notice what can be saved.
    2. A task waits for as long as it computes, or longer: "threads". Waits overlap.
    3. This Python runs without the GIL: "threads". Computing overlaps there too.
    4. Something cannot be pickled: "serial". No other process can be sent the work, and
       threads would take turns.
    5. Four processes save three quarters of all computing. They cost 0.5 seconds to
       start, and a second for each 100,000,000 bytes that travel, all tasks together.
       If they save more than they cost: "processes".
    6. Otherwise: "serial".
    """
    raise NotImplementedError("05a: recommend")


def measure(
    fn: Callable[[Any], Any],
    items: Iterable[Any],
    executor: Executor,
    *,
    warm_up: bool = False,
    clock: Callable[[], float] = time.perf_counter,
) -> Timing:
    """Call `fn` once with each item, in `executor`, and say how long all of it took.

    - All items are handed to the executor at once, so as many calls run at once as it
      has workers. It may be a pool of threads or of processes. It belongs to the caller: it
      is neither replaced nor shut down.
    - `clock()` gives the time in seconds. It is read by the thread that called
      `measure`, never by a worker. `Timing.seconds` is the time from before the first
      call is submitted until all calls have ended.
    - With `warm_up`, `fn` is called once more, with the first item, in the executor, and
      has ended before the time begins. What it returns is dropped. Without items there
      is nothing to warm up.
    - What a call raises, `measure` raises.
    """
    raise NotImplementedError("05b: measure")


def split(seq: Sequence[Any], n: int) -> list[Sequence[Any]]:
    """Cut `seq` into `n` parts, one for each of `n` workers.

    >>> split("abcdefg", 3)
    ['abc', 'de', 'fg']

    - The parts one after another are `seq`: nothing is lost, doubled or moved.
    - The longest part has at most one item more than the shortest. Which parts are the
      longer ones is up to you.
    - No part is empty: with fewer than `n` items there are as many parts as items.
    - `seq` is a list, a tuple, a str, a range or another sequence, and stays as it is.
      Each part is a sequence; of which type is up to you.
    - If `n` is less than 1, it raises `ValueError`.
    """
    raise NotImplementedError("05c: split")
