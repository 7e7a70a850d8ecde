"""What a scenario is written with, in a suite's probes."""

import threading
from collections.abc import Callable
from typing import Any

from . import points


def together(*functions: Callable[[], Any]) -> None:
    """Run each in a thread of its own, T1, T2 ..., and wait for all of them."""
    threads = [threading.Thread(target=function, name=f"T{number}") for number, function in enumerate(functions, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def steps() -> int:
    """How many points this execution has passed so far: who waits passes none, who looks again and again passes many."""
    run, _ = points.who()
    return run.points if run else 0


class Rendezvous:
    """Calls wait here until `size` of them are in at once, or nobody else can move: `peak` is the most that ever were.

    So it is exact both ways: with a size above the number of workers, `peak` is that number, whatever the order. No call waits in real
    time, for the scheduler knows when nobody can move. Explore with `bound` and `random` 0: a preemption may end a wait early.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.peak = 0
        self._inside = 0
        self._wave = 0
        self._changed = threading.Condition()

    def __call__(self, value: Any = None) -> Any:
        """Meet the others; `value`, so that it can stand for a task's work."""
        with self._changed:
            self._inside += 1
            self.peak = max(self.peak, self._inside)
            wave = self._wave
            if self._inside == self.size or not self._changed.wait_for(lambda: self._wave != wave, _LONG):
                self._wave += 1  # all are in, or nobody else comes: everybody here goes on
                self._changed.notify_all()
            self._inside -= 1
        return value


_LONG = 1e9
"""Virtual seconds, more than any time-out of a program under test."""
