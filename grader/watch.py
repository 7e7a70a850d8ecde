"""Every save of an exercise's file is graded: the loop of `course watch`, without a screen.

    saves (a process)  --names-->  +---------+  --the file as it is now-->  warm grader (a process, forked for each run)
    keys, resizes      --bytes-->  |  Watch  |  <--results, a report--------
                                   +---------+
                                        |  what happened: `Event`
                                     a screen

One thread, one `select`. What is graded is what the file holds when it is read; if it is saved again meanwhile, the run is dropped.
"""

import fcntl
import os
import select
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from . import grading
from .errors import Ungradable, UsageError
from .model import Exercise, Report, Result, Submission
from .sandbox.client import Sandbox
from .saves import Saves
from .warm import Began, Failed, Run, Warm
from .workspace import Workspace

LOCK = ".course-watch"
"""The file in a workspace that is locked while it is watched."""


@dataclass(frozen=True)
class Graded:
    """A run came to its end. `new`: the ids of the checks that turned out otherwise than the last time."""

    report: Report
    new: frozenset[str]


@dataclass(frozen=True)
class Dropped:
    """The file was saved again while it was being graded: what was known of the run is void."""


@dataclass(frozen=True)
class Ready:
    """The first saves were told: `polling` says why the folder must be polled, if it must."""

    polling: str | None


@dataclass(frozen=True)
class Other:
    """Something came on the descriptor that the screen gave."""

    descriptor: int


Event = Began | Result | Graded | Failed | Dropped | Ready | Other
"""What happens in a watch."""


class Watch:
    """The watch of one exercise."""

    def __init__(self, exercise: Exercise, workspace: Workspace, saves: Saves, sandbox: Sandbox, tasks: tuple[str, ...] = ()) -> None:
        self.path = workspace.file(exercise).absolute()
        self.exercise = exercise
        self.whole = not tasks
        """Whether every check is run, so that the report may be remembered."""
        self._saves = saves
        self._warm = Warm(exercise, sandbox, tasks)
        self._run: Run | None = None
        self._graded: str | None = None
        """The digest of what was last given to be graded; None when there was nothing to read."""
        self._report: Report | None = None

    def events(self, others: list[int]) -> Iterator[Event]:
        """Wait until something happens, and say what. `others`: descriptors that matter to the screen."""
        waited: list[Saves | Run | int] = [self._saves, *([self._run] if self._run else []), *others]
        ready = select.select(waited, [], [])[0]
        if self._saves in ready:
            before = self._saves.ready
            names = self._saves.read()
            if self._saves.ready and not before:
                yield Ready(self._saves.polling)
            if self.path.name in names:
                yield from self.grade(again=False)
        if self._run and self._run in ready:
            yield from self._news(self._run)
        yield from (Other(descriptor) for descriptor in others if descriptor in ready)

    def grade(self, *, again: bool) -> Iterator[Event]:
        """Grade the file as it is now, unless that has been done; `again`: even then."""
        try:
            submission = grading.read(self.path, self.exercise)
        except Ungradable as error:
            yield from self._drop()
            self._graded = None
            yield Failed(error)
            return
        if submission.sha256 != self._graded or again:
            yield from self._drop()
            self._begin(submission)

    def close(self) -> None:
        """End the run and the grader."""
        if self._run:
            self._run.close()
        self._warm.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(self, submission: Submission) -> None:
        self._graded = submission.sha256
        self._run = self._warm.grade(submission)

    def _drop(self) -> Iterator[Event]:
        if self._run:
            self._run.close()
            self._run = None
            self._warm.drop()
            yield Dropped()

    def _news(self, run: Run) -> Iterator[Event]:
        for news in run.read():
            if isinstance(news, Report | Failed):
                run.close()
                self._run = None
            if isinstance(news, Report):
                before, self._report = self._report, news
                yield Graded(news, changed(before, news))
            else:
                yield news


def changed(before: Report | None, after: Report) -> frozenset[str]:
    """The ids of the checks that turned out otherwise, or say something else, than before; the first time, none."""
    if before is None:
        return frozenset()
    known = {result.check.id: _said(result) for result in before.results}
    return frozenset(result.check.id for result in after.results if known.get(result.check.id) != _said(result))


def _said(result: Result) -> tuple[object, ...]:
    """What makes a result another one. Not the lines: they move when one is added above."""
    return result.outcome, [(said.text, said.why) for said in result.messages]


@contextmanager
def alone(workspace: Workspace) -> Iterator[None]:
    """Hold the workspace's lock. Raises `UsageError` when another watch holds it. The file stays: who removes a locked file unlocks it."""
    path = workspace.root / LOCK
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {(error.strerror or '').lower()}", "course grade    marks your file once") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(
                "another course watch is at work in this workspace, and two would grade every save twice",
                "q in its terminal ends it; course grade    marks your file once",
            ) from None
        yield
    finally:
        os.close(descriptor)
