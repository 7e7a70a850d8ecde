"""A warm grader: a process that has collected one exercise's suite, and is forked for each submission, so that a grade costs no import.

    trusted process (one thread)
      +- warm grader          collected the suite once; waits for submissions, ends a run that is not wanted any more
           +- run             a fork for each submission, a process group of its own: grades it, and tells on the pipe it came with
                +- lanes      as in every grade

While nothing is graded, workers get ready for the next run: keepers, each with its first worker, for up to eight checks. Each is used
for one check. They belong to the run that was forked from who prepared them, and end with it.

A run that hangs is dropped by killing its group: its keepers see their sockets end, and no process of the learner's outlives them. The pipe
of a dropped run is closed, so nothing of it can be taken for a later run's. What is pickled here was made by copies of ourselves.
"""

import gc
import os
import pickle
import select
import signal
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn, Self

from . import grading
from .errors import BrokenCourse, CourseError, Ungradable
from .model import Exercise, Report, Result, Submission
from .sandbox.client import Sandbox
from .suite.subject import Part

_SIZE = struct.Struct("!Q")
MOST_AHEAD = 8
"""Workers that get ready while nothing is graded."""
CALM = 0.05
"""Seconds after a run in which its verdict is drawn, before more workers get ready. Pace only."""
_FIRST_PLACE = 16
"""The slot of the first of them: above those of the lanes."""


@dataclass(frozen=True)
class Began:
    """A run begins: of how many checks."""

    checks: int


@dataclass(frozen=True)
class Failed:
    """There will be no report; `error` says why."""

    error: CourseError


News = Began | Result | Report | Failed
"""What a run tells: `Began`, a `Result` as each is known, and at the end a `Report`, or `Failed`."""


class Warm:
    """The warm grader of one exercise. Fork it from a process with one thread, whose sandbox has said its level."""

    def __init__(self, exercise: Exercise, sandbox: Sandbox, tasks: tuple[str, ...] = (), seed: str | None = None) -> None:
        self._requests, theirs = socket.socketpair()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                self._requests.close()
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGWINCH, signal.SIG_DFL)
                # A terminal that is closed, or its Ctrl-C, reaches us too. Our end is that of the requests: then we end our run first.
                for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
                    signal.signal(number, signal.SIG_IGN)
                _Grader(theirs, exercise, sandbox, tasks, seed).serve()
            finally:
                os._exit(1)
        theirs.close()

    def grade(self, submission: Submission) -> "Run":
        """Grade this one; a run that is under way is dropped."""
        body = pickle.dumps(submission)
        ours, theirs = os.pipe()
        try:
            socket.send_fds(self._requests, [_SIZE.pack(len(body))], [theirs])
            self._requests.sendall(body)
        except ConnectionError:
            pass  # the grader is gone: the pipe has ended, and that is what the reader sees
        finally:
            os.close(theirs)
        return Run(ours)

    def drop(self) -> None:
        """End the run that is under way, if one is."""
        try:
            self._requests.sendall(_SIZE.pack(0))
        except ConnectionError:
            pass  # the grader is gone, and its runs with it

    def close(self) -> None:
        """End the grader, and the run that is under way."""
        self._requests.close()
        os.waitpid(self._pid, 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Run:
    """One submission being graded. `read()` when `fileno()` is readable."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._unread = b""

    def fileno(self) -> int:
        """For `select`."""
        return self._descriptor

    def read(self) -> Iterator[News]:
        """What has come. A run that ends without a word has been killed, which it says as `Failed`."""
        while True:
            try:
                data = os.read(self._descriptor, 1 << 16)
            except BlockingIOError:
                return
            if not data:
                yield Failed(Ungradable("a process of the grader's own was killed", "r runs the checks again"))
                return
            self._unread += data
            while len(self._unread) >= _SIZE.size:
                (size,) = _SIZE.unpack_from(self._unread)
                if len(self._unread) < _SIZE.size + size:
                    break
                body = self._unread[_SIZE.size : _SIZE.size + size]
                self._unread = self._unread[_SIZE.size + size :]
                news: News = pickle.loads(body)
                yield news
                if isinstance(news, Report | Failed):
                    return

    def close(self) -> None:
        """Hear no more of it."""
        os.close(self._descriptor)


class _Grader:
    """The warm grader's own side, and that of its runs."""

    def __init__(self, requests: socket.socket, exercise: Exercise, sandbox: Sandbox, tasks: tuple[str, ...], seed: str | None) -> None:
        self._requests = requests
        self._exercise = exercise
        self._sandbox = sandbox
        self._tasks = tasks
        self._seed = seed
        self._told: int | None = None
        """In a run: where it tells."""
        self._run = 0
        self._ended: int | None = None
        """A descriptor that is readable when the run has ended."""
        self._ahead = 0
        """Workers that have been made to get ready for the next run."""

    def serve(self) -> NoReturn:
        """Grade what is asked for, until the requests end."""
        silent = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1) if os.environ.get("COURSE_DEBUG") else (0, 1, 2):
            os.dup2(silent, stream)  # the terminal is our owner's
        try:
            grading.grade(
                self._exercise,
                self._submissions(),
                sandbox=self._sandbox,
                seed=self._seed,
                part=lambda _: Part(self._tasks),
                lanes=grading.lanes(),
                begin=self._begin,
                tell=self._tell,
                done=self._tell,
            )
        except CourseError as error:
            self._fail(error)
        except Exception as error:
            self._fail(
                BrokenCourse(
                    f"something in the course itself went wrong ({type(error).__name__}: {error})", f"course grade {self._exercise.id}"
                )
            )
        finally:
            os._exit(0)

    def _submissions(self) -> Iterator[Submission]:
        """In each run, the one that it is for; in the grader itself, none."""
        gc.collect()
        gc.freeze()
        while True:
            self._get_ready()
            if (request := self._receive()) is None:
                break
            self._end_run()
            submission, told = request
            if submission is None:
                continue
            self._run = os.fork()
            if self._run == 0:
                os.setpgid(0, 0)
                self._requests.close()
                self._told = told
                self._tell(Began(self._checks))
                yield submission
                os._exit(0)
            os.close(told)
            self._ended = _process(self._run)
            self._sandbox.forget()
            self._ahead = 0
        self._end_run()

    def _begin(self, checks: int) -> None:
        self._checks = checks

    def _get_ready(self) -> None:
        """Once the run is over, have workers get ready for the next, until that is asked for."""
        if self._run:
            waited: list[socket.socket | int] = [self._requests, *([] if self._ended is None else [self._ended])]
            if self._requests in select.select(waited, [], [])[0]:
                return
            self._end_run()
            if select.select([self._requests], [], [], CALM)[0]:
                return
        lanes, wanted = grading.lanes(), min(MOST_AHEAD, self._checks)
        while self._ahead < wanted and not select.select([self._requests], [], [], 0)[0]:
            self._sandbox.prepare(self._ahead % lanes, _FIRST_PLACE + self._ahead)
            self._ahead += 1

    def _receive(self) -> tuple[Submission | None, int] | None:
        """The next submission and where its run tells; no submission: only drop the last; None: nobody asks any more."""
        head, descriptors, _, _ = socket.recv_fds(self._requests, _SIZE.size, 1)
        if not head:
            return None
        (size,) = _SIZE.unpack(head)
        if size == 0:
            return None, -1
        body = self._requests.recv(size, socket.MSG_WAITALL)
        if len(body) < size:
            return None
        submission: Submission = pickle.loads(body)
        return submission, descriptors[0]

    def _end_run(self) -> None:
        """Kill the run and its lanes, whatever they are at. Their keepers end with their sockets."""
        if self._run:
            try:
                os.killpg(self._run, signal.SIGKILL)
            except ProcessLookupError:
                os.kill(self._run, signal.SIGKILL)  # it was just forked: it has no group of its own yet
            os.waitpid(self._run, 0)
            self._run = 0
            if self._ended is not None:
                os.close(self._ended)
                self._ended = None

    def _tell(self, news: News) -> None:
        assert self._told is not None
        body = pickle.dumps(news)
        frame = _SIZE.pack(len(body)) + body
        while frame:
            select.select([], [self._told], [])
            frame = frame[os.write(self._told, frame) :]

    def _fail(self, error: CourseError) -> None:
        """Say it: in a run to the one who waits for it; in the grader itself to everyone who asks."""
        if self._told is not None:
            self._tell(Failed(error))
            return
        while (request := self._receive()) is not None:
            submission, told = request
            if submission is not None:
                self._told = told
                self._tell(Failed(error))
                os.close(told)


def _process(pid: int) -> int | None:
    """A descriptor of a child, readable when it has ended, pidfd_open(2); None where there is none to be had."""
    try:
        return os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
    except OSError:
        return None
