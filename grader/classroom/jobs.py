"""Warm trusted processes that grade many submissions each, with a launcher of their own.

    this process                           a job
      Order (a submission)  ---------->      grading.grade(), which collects the suite once for all submissions of an exercise
      record of the report  <----------      ready for the next
      None                  ---------->      ends

Processes, because two threads in one pytest process gave wrong verdicts; fresh interpreters, because a fork of ours would inherit the
journal. No code of a learner's runs in a job (its launcher's workers run it), so what comes from one may be unpickled.
"""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import connection, resource_tracker
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from grader.errors import CourseError, Ungradable
from grader.model import Exercise, Submission
from grader.sandbox.client import Sandbox
from grader.sandbox.levels import Level

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

PATIENCE = 30
"""Seconds that a job has to end its launcher, when it is told to stop, before it is killed."""


@dataclass(frozen=True)
class Order:
    """A submission to grade."""

    exercise: Exercise
    submission: Submission


@dataclass(frozen=True)
class Graded:
    """What came of an order."""

    order: Order
    record: str | None
    """The report, as record.py writes it; None when grading it ended two jobs, one after the other."""


class Jobs:
    """So many jobs, started at once. Leaving the context ends them and all that they started."""

    def __init__(self, count: int, seed: str, lowest: Level) -> None:
        """Grade with this seed, at `lowest` or a stronger level."""
        self._settings = seed, lowest
        self._busy: dict[Any, _Job] = {}
        self._count = count

    def __enter__(self) -> Self:
        resource_tracker.ensure_running()  # it unblocks SIGINT when it starts, so it must not start with the first job
        for _ in range(self._count):
            self._start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for job in self._busy.values():
            job.process.terminate()
        for job in self._busy.values():
            job.close()

    def grade(self, orders: Iterable[Order]) -> Iterator[Graded]:
        """Give the orders out, and yield what comes of each, in the order in which they are done.

        A job that dies costs nothing: another takes its place and its submission. Raises `CourseError` when no job can grade.
        """
        waiting = iter(orders)
        again: deque[Order] = deque()
        tried: set[tuple[str, str]] = set()
        while self._busy:
            for ready in connection.wait(list(self._busy)):
                job = self._busy[ready]
                try:
                    said = job.orders.recv()
                except (EOFError, OSError):
                    said = None
                if isinstance(said, CourseError) and not (isinstance(said, Ungradable) and job.order):
                    raise said
                if isinstance(said, str):
                    if said:
                        assert job.order
                        yield Graded(job.order, said)
                    job.order = again.popleft() if again else next(waiting, None)
                    with suppress(OSError):  # it has died: the next look at it says so
                        job.orders.send(job.order)
                    if job.order:
                        continue
                elif job.order is None:
                    raise Ungradable("a process of the grader's own ended before it graded anything", "course doctor")
                else:  # it died, or its launcher did
                    name = job.order.submission.who, job.order.exercise.id
                    if name in tried:
                        yield Graded(job.order, None)
                    else:
                        again.append(job.order)
                    tried.add(name)
                    self._start()
                del self._busy[ready]
                job.close()

    def _start(self) -> None:
        job = _Job(*self._settings)
        self._busy[job.orders] = job


class _Job:
    """A job, seen from here."""

    def __init__(self, seed: str, lowest: Level) -> None:
        self.order: Order | None = None
        """What it is at work on."""
        self.orders, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        self.process = context.Process(target=work, args=(theirs, seed, lowest), daemon=True)
        # A Ctrl-C is this process's to act on; until the job can say so itself, it is kept from it.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
            theirs.close()

    def close(self) -> None:
        """Wait for its end."""
        self.orders.close()
        self.process.join(PATIENCE)
        if self.process.exitcode is None:
            self.process.kill()
            self.process.join()


def work(orders: "Connection[Any, Any]", seed: str, lowest: Level) -> None:
    """A job, from its start to its end. It says "" when it is ready, a record for each order, or the `CourseError` that it ends with."""
    # Handlers and not SIG_IGN: those would be passed on to the launcher, and learners' programs would run under them.
    signal.signal(signal.SIGINT, lambda number, frame: None)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    try:
        with Sandbox() as sandbox:
            from grader import grading  # it imports pytest, and the launcher gets ready meanwhile

            from . import record

            try:
                grading.require(sandbox, lowest)
                orders.send("")
                desk = _Desk(orders)
                while exercise := desk.exercise():
                    submissions = desk.submissions(exercise)
                    grading.grade(exercise, submissions, sandbox=sandbox, seed=seed, done=lambda report: orders.send(record.dump(report)))
            except CourseError as error:
                orders.send(error)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass  # the batch is gone, killed perhaps: what it has not journalled it will ask for again
    except KeyboardInterrupt:
        pass  # told to stop
    # Every child is waited for, as in cli.main.
    os._exit(0)


class _Desk:
    """The orders as they come in, in runs of one exercise."""

    def __init__(self, orders: "Connection[Any, Any]") -> None:
        self._orders = orders
        self._next: Order | None = orders.recv()

    def exercise(self) -> Exercise | None:
        """The exercise of the next order; None after the last."""
        return self._next.exercise if self._next else None

    def submissions(self, exercise: Exercise) -> Iterator[Submission]:
        """The submissions, until there is one of another exercise."""
        while self._next and self._next.exercise.id == exercise.id:
            yield self._next.submission
            self._next = self._orders.recv()
