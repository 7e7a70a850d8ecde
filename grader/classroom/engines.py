"""Where a batch is graded: any `concurrent.futures.Executor`, and a function for it to call with each submission.

    local()                  threads of this process, each with a job of its own
    cluster.connected()      a Dask cluster; each thread of its workers has a job of its own

Both call `Jobs.grade`, so a submission is graded the same way wherever that is, and `graded` is all that gives work out.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TypeVar

from grader.errors import CourseError
from grader.model import Submission

from .jobs import PATIENCE, JobLost, Jobs
from .terms import Terms

T = TypeVar("T")
AHEAD = 2
"""Submissions given out for each that is graded at once: the next must be there when one is done."""


@dataclass(frozen=True)
class Graded:
    """What came of a submission."""

    submission: Submission
    record: str | None
    """The report, as record.py writes it; None when grading it ended two jobs, or more workers than the cluster allows."""


@dataclass(frozen=True)
class Engine:
    """An executor that can grade."""

    executor: Executor
    grade: Callable[[Submission], str]
    """The record of the report of one. It may run elsewhere, so it can be pickled where that is so."""
    slots: int
    """How many submissions it grades at once."""
    where: str = ""
    """In words, when it is not here."""
    lost: tuple[type[Exception], ...] = (JobLost,)
    """What is raised for a submission that ends whatever grades it."""
    explained: Callable[[Exception], Exception] = lambda error: error
    """What to raise for any other error of the executor's."""
    look: Callable[[], None] = lambda: None
    """Called when nothing has come for a while. Raises `CourseError` when nothing can."""


def graded(engine: Engine, submissions: Iterable[Submission]) -> Iterator[Graded]:
    """Give the submissions out, and yield what comes of each, once, in the order in which they are done. Raises `CourseError`."""
    waiting: dict[Future[str], Submission] = {}
    left = iter(submissions)
    while True:
        for submission in islice(left, AHEAD * engine.slots - len(waiting)):
            waiting[_told(engine, partial(engine.executor.submit, engine.grade, submission))] = submission
        if not waiting:
            return
        done, _ = wait(waiting, PATIENCE, FIRST_COMPLETED)
        if not done:
            engine.look()
        for future in done:
            try:
                record = _told(engine, future.result)
            except engine.lost:
                record = None
            yield Graded(waiting.pop(future), record)


def _told(engine: Engine, ask: Callable[[], T]) -> T:
    """What the executor answers; its own errors, in our words."""
    try:
        return ask()
    except Exception as error:
        if isinstance(error, (CourseError, *engine.lost)):
            raise
        raise engine.explained(error) from error


@contextmanager
def local(terms: Terms, count: int) -> Iterator[Engine]:
    """So many jobs at most, on this machine. Leaving the context ends them and all that they started."""
    jobs = Jobs()
    executor = ThreadPoolExecutor(count)
    try:
        yield Engine(executor, partial(jobs.grade, terms), count)
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
        jobs.end(terms)
        executor.shutdown()
