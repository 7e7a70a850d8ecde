"""Warm trusted processes that grade many submissions each, with a launcher of their own.

    a thread of this process               a job
      Terms                 ---------->      checks that it can grade by them
      ""                    <----------      ready
      Submission            ---------->      grading.grade(), which collects the suite once for all submissions of an exercise
      record of the report  <----------      ready for the next

Processes, because two threads in one pytest process gave wrong verdicts; fresh interpreters, because a fork of ours would inherit the
journal, and because the worker of a cluster runs many threads. No code of a learner's runs in a job (its launcher's workers run it), so
what comes from one may be unpickled. A job ends with its pipe.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any

from grader.course import Course
from grader.errors import CourseError, Ungradable
from grader.model import Submission
from grader.sandbox.client import Sandbox

from .terms import Terms, edition

PATIENCE = 30
"""Seconds that a job has to end its launcher, when it is told to stop, before it is killed."""
TRIES = 2
"""How many jobs a submission may end, before it is given up."""
_ROOT = Path(__file__).resolve().parents[2]
# -P: the folder that we stand in may hold learners' files, under any name.
_START = f"import sys; sys.path.insert(0, {str(_ROOT)!r}); import grader; sys.path.pop(0); from grader.classroom import jobs; jobs.work(%d)"


class JobLost(Exception):
    """A job died, or its launcher did."""


class Jobs:
    """The jobs of this process. Every thread that grades has one; between two submissions it is anyone's of the same batch."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[Job] = []
        self._all: set[Job] = set()
        self._over: set[str] = set()
        """Batches that get no job any more."""

    def grade(self, terms: Terms, submission: Submission) -> str:
        """The report of this submission, as record.py writes it.

        A job that dies costs nothing: another takes its place and its submission. Raises `JobLost` when that one dies too, or the batch is
        ended, and `CourseError` when no job can grade.
        """
        for _ in range(TRIES):
            job = self._take(terms)
            try:
                found = job.grade(submission)
            except BaseException as error:
                self._end([job])
                if not isinstance(error, JobLost):
                    raise
            else:
                with self._lock:
                    self._idle.append(job)
                return found
        raise JobLost

    def begin(self, terms: Terms) -> None:
        """Have a job ready for this batch. Idle ones are ended: they may be those of a batch that was killed. Raises `CourseError`."""
        with self._lock:
            idle, self._idle = self._idle, []
        self._end(idle)
        job = self._take(terms)
        with self._lock:
            self._idle.append(job)

    def end(self, terms: Terms) -> None:
        """End the jobs of this batch, at work or not, and all that they started."""
        with self._lock:
            self._over.add(terms.batch)
            ours = [job for job in self._all if job.terms == terms]
            self._idle = [job for job in self._idle if job.terms != terms]
        self._end(ours)

    def _take(self, terms: Terms) -> "Job":
        with self._lock:
            if terms.batch in self._over:
                raise JobLost
            job = next((job for job in self._idle if job.terms == terms), None)
            if job:
                self._idle.remove(job)
                return job
            job = Job(terms)
            self._all.add(job)
        try:
            job.begin()
        except BaseException:
            self._end([job])
            raise
        return job

    def _end(self, jobs: "list[Job]") -> None:
        for job in jobs:
            job.stop()
        for job in jobs:
            job.close()
        with self._lock:
            self._all.difference_update(jobs)


class Job:
    """A job, seen from the process that started it."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self._pipe, theirs = Pipe()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _START % theirs.fileno()],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # a Ctrl-C in the terminal is for the one who started us
            )
        finally:
            theirs.close()

    def begin(self) -> None:
        """Wait until it is ready. Raises the `CourseError` for which it cannot grade."""
        try:
            self._ask(self.terms)
        except JobLost:
            raise Ungradable("a process of the grader's own ended before it graded anything", "course doctor") from None

    def grade(self, submission: Submission) -> str:
        """The record of its report. Raises `JobLost`, `CourseError`."""
        try:
            return self._ask(submission)
        except Ungradable:  # its launcher is gone
            raise JobLost from None

    def _ask(self, what: Terms | Submission) -> str:
        try:
            self._pipe.send(what)
            said = self._pipe.recv()
        except (EOFError, OSError):
            raise JobLost from None
        if isinstance(said, CourseError):
            raise said
        assert isinstance(said, str)
        return said

    def stop(self) -> None:
        """Tell it to end, now."""
        self._process.terminate()

    def close(self) -> None:
        """Wait for its end."""
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._pipe.close()


def work(descriptor: int) -> None:
    """A job, from its start to its end. It says "" when it is ready, a record for each submission, or the `CourseError` that it ends with."""
    signal.signal(signal.SIGTERM, _stop)
    pipe: Connection[object, Any] = Connection(descriptor)
    try:
        with Sandbox() as sandbox:
            from grader import grading  # it imports pytest, and the launcher gets ready meanwhile

            from . import record

            try:
                terms = pipe.recv()
                assert isinstance(terms, Terms)
                if terms.edition and terms.edition != (ours := edition()):
                    raise Ungradable(f"{ours} is installed there, and the batch is graded with {terms.edition}")
                grading.require(sandbox, terms.lowest)
                pipe.send("")
                course = Course.find()
                desk = _Desk(pipe)
                while True:
                    exercise, _ = course.resolve(desk.next().exercise)
                    grading.grade(
                        exercise,
                        desk.submissions(exercise.id),
                        sandbox=sandbox,
                        seed=terms.seed,
                        done=lambda report: pipe.send(record.dump(report)),
                    )
            except CourseError as error:
                pipe.send(error)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass  # nobody asks any more: the batch is done, or was killed, and what it has not journalled it will ask for again
    except KeyboardInterrupt:
        pass  # told to stop
    # Every child is waited for, as in cli.main.
    os._exit(0)


def _stop(number: int, frame: FrameType | None) -> None:
    """Told to stop, once: while the launcher is being ended nothing may come in between."""
    signal.signal(signal.SIGTERM, lambda number, frame: None)  # SIG_IGN would be handed on
    raise KeyboardInterrupt


class _Desk:
    """The submissions as they come in, in runs of one exercise."""

    def __init__(self, pipe: "Connection[object, Any]") -> None:
        self._pipe = pipe
        self._next: Submission | None = None

    def next(self) -> Submission:
        """The one that is to be graded next; it is still to come, perhaps."""
        if self._next is None:
            self._next = self._pipe.recv()
        return self._next

    def submissions(self, exercise: str) -> Iterator[Submission]:
        """The submissions, until there is one of another exercise."""
        while (submission := self.next()).exercise == exercise:
            self._next = None
            yield submission
