"""A Dask cluster as an engine: `course grade-all DIR --scheduler ADDRESS`.

    this process                 scheduler                worker, on any machine
      submission  ------------>    ------------------>      _grade(): a thread, which asks its job (jobs.py)
      record      <------------    <------------------

Everything is journalled here. A worker that dies costs nothing: the scheduler gives its submissions to another one.
"""

import asyncio
import logging
import warnings
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from grader.errors import CourseError, Ungradable, UsageError
from grader.model import Submission
from grader.sandbox.levels import Level

from .engines import Engine
from .jobs import JobLost, Jobs
from .terms import Terms, edition

if TYPE_CHECKING:
    from distributed import Client

_CONNECT = 10
"""Seconds in which a scheduler has to answer."""
_SAME = "scheduler and workers need the same release of the course as is here, and the workers full isolation: course doctor    there"
_GO_ON = "what is done is in the journal, and the same command goes on from there"


@contextmanager
def connected(address: str, terms: Terms) -> Iterator[Engine]:
    """The cluster whose scheduler is at `address`, once each of its workers has shown that it can grade by these terms.

    A worker that joins later is asked with its first submission. Raises `UsageError`, or `Ungradable` naming the worker that cannot.
    """
    if terms.lowest is not Level.FULL:
        # A worker's port takes pickled functions from whoever reaches it, and only at `full` a submission has a network of its own.
        raise UsageError(
            f"a cluster grades at isolation 'full' only: at {terms.lowest.value!r} a submission could reach its workers",
            f"on this machine alone: course grade-all DIR --allow-isolation {terms.lowest.value}",
        )
    client = _client(address)
    executor = client.get_executor(pure=False)  # not pure: two people with one file are graded each
    try:
        terms = replace(terms, edition=edition())
        workers = _verified(client, address, terms)
        count = len(workers)
        yield Engine(
            executor,
            partial(_grade, terms),
            sum(workers.values()),
            f"on {count} {'worker' if count == 1 else 'workers'} of {address}",
            (JobLost, _killed_worker()),
            partial(_explained, client, address),
            partial(_look, client, address),
        )
    finally:
        _leave(client, executor, terms)


def _client(address: str) -> "Client":
    try:
        from distributed import Client  # an extra, and a second of imports
    except ImportError as error:
        raise UsageError("--scheduler needs Dask, which is not installed", "pip install 'thread-vs-process[dask]'") from error
    logging.disable()  # what goes wrong is said by us, once; nothing else here logs
    warnings.filterwarnings("ignore", module="distributed")
    try:
        return Client(address, timeout=_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise Ungradable(
            f"there is no Dask scheduler at {address}: {str(error).splitlines()[0]}", "dask scheduler    starts one, and says its address"
        ) from error


def _killed_worker() -> type[Exception]:
    """What Dask raises for a task that ended one worker after the other."""
    from distributed import KilledWorker

    return KilledWorker


def _verified(client: "Client", address: str, terms: Terms) -> dict[str, int]:
    """The workers and the threads of each. Raises `Ungradable` unless each of them can grade by these terms."""
    try:
        workers: dict[str, int] = client.nthreads()
        answers = client.run(_begin, terms, on_error="return")
    except Exception as error:
        raise _explained(client, address, error) from error
    if not workers:
        raise Ungradable(f"the scheduler at {address} has no worker", f"dask worker {address}    on each machine")
    for worker, trouble in sorted(answers.items()):
        if trouble:
            raise _named(worker, trouble)
    return workers


def _leave(client: "Client", executor: Executor, terms: Terms) -> None:
    """Have the workers end this batch's jobs, and go."""
    with suppress(Exception):  # what ended the batch is the news; jobs that are not told to end do so with their worker or the next batch
        if client.status == "running":
            executor.shutdown(wait=False)
            client.run(_end, terms)
    client.close()


def _look(client: "Client", address: str) -> None:
    """Raises `Ungradable` when there is no worker any more; Dask itself would wait for one."""
    try:
        workers = client.nthreads()
    except Exception as error:
        raise _explained(client, address, error) from error
    if not workers:
        raise Ungradable(f"the scheduler at {address} has no worker any more", f"start some: {_GO_ON}")


def _explained(client: "Client", address: str, error: Exception) -> Exception:
    """An error of Dask's, in our words."""
    if isinstance(error, CancelledError) or client.status != "running":
        return Ungradable(f"the scheduler at {address} is lost", f"start it again: {_GO_ON}")
    return Ungradable(f"the cluster at {address} cannot grade: {_first_line(error)}", _SAME)


def _named(worker: str, error: Exception) -> Ungradable:
    return Ungradable(f"worker {worker}: {error.what if isinstance(error, CourseError) else _first_line(error)}", _SAME)


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0]


# -- in a worker of the cluster --------------------------------------------------------------------------------------------------------------

_jobs = Jobs()
"""This worker's. Its threads share them."""


async def _begin(terms: Terms) -> None:
    await asyncio.to_thread(_jobs.begin, terms)  # the worker's loop must not wait: it answers the scheduler


async def _end(terms: Terms) -> None:
    await asyncio.to_thread(_jobs.end, terms)


def _grade(terms: Terms, submission: Submission) -> str:
    try:
        return _jobs.grade(terms, submission)
    except CourseError as error:
        from distributed import get_worker

        raise _named(get_worker().address, error) from error
