"""Run checks side by side: forks of this process, each with its own keeper, working ahead of the one who asks for results in order.

    with Lanes(jobs, work, count) as lanes:
        for job in jobs:
            result = lanes.result(job)        waits, while the lanes go on with later jobs

Forks, not threads: pytest keeps one current test for the whole process. A lane runs no learner code, and is forked while this process has
one thread. What it sends is pickled by a copy of ourselves; nothing of a learner's worker is ever unpickled.
"""

import os
import pickle
import select
import signal
import socket
import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import BinaryIO, Generic, NamedTuple, Self, TypeVar

T = TypeVar("T")


class LaneLost(Exception):
    """A lane died at its job: something killed a process of the grader's own."""


class _Lane(NamedTuple):
    pid: int
    channel: socket.socket
    results: BinaryIO


class Lanes(Generic[T]):
    """`count` forks that do `work(lane, job)` for each of `jobs`, in order, each job once."""

    def __init__(self, jobs: Iterable[int], work: Callable[[int, int], T], count: int) -> None:
        self._todo = list(jobs)
        self._work = work
        self._done: dict[int, T | Exception] = {}
        self._busy: dict[int, int] = {}
        """Lane to the job it is at."""
        self._lanes = [self._fork(number) for number in range(count)]
        self._keep_busy()

    def result(self, job: int) -> T:
        """What `work` returned for this job. Raises what it raised, or `LaneLost`."""
        while job not in self._done:
            channels = {self._lanes[number].channel: number for number in self._busy}
            for channel in select.select(list(channels), [], [])[0]:
                self._collect(channels[channel])
        found = self._done.pop(job)
        if isinstance(found, Exception):
            raise found
        return found

    def before_others(self, job: int) -> T:
        """The result of one more job; none of those that wait is begun meanwhile. Raises as `result`."""
        waiting, self._todo = self._todo, [job]
        try:
            self._keep_busy()
            return self.result(job)
        finally:
            self._todo = waiting
            self._keep_busy()

    def skip(self, job: int) -> None:
        """Nobody will ask for this one."""
        if job in self._todo:
            self._todo.remove(job)

    def close(self) -> None:
        """End the lanes, whatever they are at."""
        lanes, self._lanes = self._lanes, []
        for lane in lanes:
            _kill(lane)
        for lane in lanes:
            os.waitpid(lane.pid, 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _fork(self, number: int) -> _Lane:
        assert threading.active_count() == 1, "forked with threads running"
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid:
            theirs.close()
            return _Lane(pid, ours, ours.makefile("rb"))
        try:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C: the one who forked us answers
            ours.close()
            _serve(theirs, lambda job: self._work(number, job))
        finally:
            os._exit(0)

    def _keep_busy(self) -> None:
        """Give each lane that has nothing to do its next job."""
        for number, lane in enumerate(self._lanes):
            if self._todo and number not in self._busy:
                job = self._busy[number] = self._todo.pop(0)
                try:
                    lane.channel.sendall(job.to_bytes(4, "big"))
                except OSError:
                    pass  # it is dead, as the next read will say

    def _collect(self, number: int) -> None:
        """Read one result, and give lanes their next jobs."""
        job = self._busy.pop(number)
        try:
            self._done[job] = pickle.load(self._lanes[number].results)
        except (OSError, EOFError, pickle.UnpicklingError):
            self._done[job] = LaneLost(f"lane {number} died at job {job}")
            _kill(self._lanes[number])
            os.waitpid(self._lanes[number].pid, 0)
            self._lanes[number] = self._fork(number)
        self._keep_busy()


def _serve(channel: socket.socket, work: Callable[[int], object]) -> None:
    """A lane's life: jobs in, results out, until the other side is gone."""
    while len(job := channel.recv(4, socket.MSG_WAITALL)) == 4:
        try:
            found: object = work(int.from_bytes(job, "big"))
        except Exception as error:
            found = error
        try:
            body = pickle.dumps(found)
        except Exception as error:
            body = pickle.dumps(TypeError(f"the result of job {int.from_bytes(job, 'big')} cannot be sent: {error}"))
        channel.sendall(body)


def _kill(lane: _Lane) -> None:
    lane.results.close()
    lane.channel.close()
    os.kill(lane.pid, signal.SIGKILL)
