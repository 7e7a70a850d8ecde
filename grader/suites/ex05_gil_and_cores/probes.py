"""Probes for exercise 05. What they return is judged elsewhere.

05b runs in the scheduler, with a clock of ours: it tells how many calls have been submitted and how many have ended, so that a time says
what happened in it. It begins at `START`; `SUBMITTED` seconds go by with each submit, and one with each call's end. Once it runs in a real pool of processes too.
"""

import threading
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor

from witness import meet

START = 1024
SUBMITTED = 16.125


# -- 05a -------------------------------------------------------------------------------------------------------------------------------


def recommend(recommend, job, rows):
    """What is recommended for each of these jobs."""
    return [recommend(job(*row)) for row in rows]


# -- 05b -------------------------------------------------------------------------------------------------------------------------------


class Numbered(Future):
    """A future whose place in a set is not left to chance: in small sets the last that was submitted comes first."""

    def __hash__(self):
        return (1 << 20) - self.number


class Watched(ThreadPoolExecutor):
    """A pool that counts what it is given, and knows when it is shut down."""

    def __init__(self, workers):
        super().__init__(workers, thread_name_prefix="given")
        self.submitted = 0
        self.over = False

    def submit(self, /, *args, **named):
        self.submitted += 1
        future = super().submit(*args, **named)
        future.__class__, future.number = Numbered, self.submitted
        return future

    def shutdown(self, *args, **named):
        self.over = True
        super().shutdown(*args, **named)


class Bench:
    """Everything that one `measure` is given, and what it did with that."""

    def __init__(self, workers, error=None):
        self.pool = Watched(workers)
        self.error = error
        self.calls = []
        self.elsewhere = 0
        """Calls in threads that are none of the pool's."""
        self.ended = 0
        self.readers = []
        """Who read the clock, in order."""
        self._lock = threading.Lock()

    def work(self, item):
        """The function to measure."""
        with self._lock:
            self.calls.append(item)
            self.elsewhere += not threading.current_thread().name.startswith("given")
        if self.error and item == self.error:
            raise LookupError(item)
        with self._lock:
            self.ended += 1
        return item * 10

    def clock(self):
        """The time: see above."""
        with self._lock:
            self.readers.append(threading.current_thread().name)
            return float(START + SUBMITTED * self.pool.submitted + self.ended)

    def measure(self, learner, items, **named):
        """What came of it: seconds, results, the calls, those elsewhere, who read the clock, and whether the pool was shut down."""
        timing = raised(learner.measure, self.work, items, self.pool, clock=self.clock, **named)
        over = self.pool.over
        self.pool.shutdown()
        seconds, results = getattr(timing, "seconds", None), getattr(timing, "results", None)
        said = None if hasattr(timing, "seconds") else timing if isinstance(timing, str) else f"an object of type {type(timing).__name__}"
        return {
            "seconds": float(seconds) if isinstance(seconds, int | float) else None,
            "results": list(results) if isinstance(results, list | tuple) else f"an object of type {type(results).__name__}",
            "said": said,
            "calls": sorted(self.calls),
            "elsewhere": self.elsewhere,
            "readers": sorted(set(self.readers)),
            "over": over,
        }


def raised(call, *args, **named):
    """The name of what a call raises, or what it returns."""
    try:
        return call(*args, **named)
    except NotImplementedError:
        raise
    except Exception as error:
        return type(error).__name__


def measure(learner, items, workers, streamed, warm_up):
    """One `measure` of some items."""
    given = (item for item in items) if streamed else list(items)
    return Bench(workers).measure(learner, given, **({"warm_up": True} if warm_up else {}))


def measure_failing(learner, items, bad):
    """One `measure` in which a call raises."""
    return Bench(2, bad).measure(learner, items)


def measure_meeting(learner, count, workers):
    """One `measure` whose calls wait for each other: the most that ever were in at once."""
    from grader.schedule.scenario import Rendezvous  # a spawned process imports this file, and finds no grader

    room = Rendezvous(workers)  # never more than that: whoever asks the pool now and again is no reason to wait for another
    with Watched(workers) as pool:
        learner.measure(room, list(range(count)), pool)
    return room.peak


def far(item):
    """The function to measure in another process: held until the trusted side lets it go, then whatever that says."""
    return meet(item)


def measure_far(measure, items, workers, warm_up):
    """The results of one `measure` in a pool of processes."""
    with ProcessPoolExecutor(workers) as pool:
        return measure(far, items, pool, **({"warm_up": True} if warm_up else {})).results


# -- 05c -------------------------------------------------------------------------------------------------------------------------------


class Shelf:
    """A sequence that is none of Python's own: a length, items and slices."""

    def __init__(self, items):
        self._items = tuple(items)

    def __len__(self):
        return len(self._items)

    def __getitem__(self, place):
        return Shelf(self._items[place]) if isinstance(place, slice) else self._items[place]


KINDS = {
    "list": list,
    "tuple": tuple,
    "str": lambda items: "".join(chr(97 + item) for item in items),
    "range": lambda items: range(len(items)),
    "shelf": Shelf,
}


def split(split, kind, count, n):
    """The parts of so many items, each as a list; and whether the sequence is as it was."""
    seq = KINDS[kind](list(range(count)))
    before = list(seq)
    parts = split(seq, n)
    if not isinstance(parts, list | tuple):
        return f"an object of type {type(parts).__name__}", True
    return [
        list(part) if hasattr(part, "__len__") and hasattr(part, "__getitem__") else f"an object of type {type(part).__name__}"
        for part in parts
    ], list(seq) == before


def refused(split, count, n):
    """What `split` of a list raises, or that it returned."""
    try:
        split(list(range(count)), n)
    except NotImplementedError:
        raise
    except Exception as error:
        return type(error).__name__
    return ""
