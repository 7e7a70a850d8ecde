"""The pytest plugin: its hooks hand the collected session over, its fixtures are what a check is given.

An item is a check under one start method, or a check. `runner` puts it through pytest's own protocol; what that left is here then.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from .check import marked
from .learner import Learner
from .rendezvous import Rendezvous
from .site import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.model import Evidence, Timeline

    from .subject import Subject


class Plugin:
    """Hooks and fixtures. State: the submission that runs now, and what its item left."""

    def __init__(self, work: Callable[[pytest.Session], None]) -> None:
        self.work = work
        self.subject: Subject
        self.raised: BaseException | None = None
        self.current: Learner | None = None
        self.printed: tuple[Evidence, ...] = ()
        self.timeline: Timeline | None = None
        self.broken: BaseException | None = None
        self.trouble = ""

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "rubric(marked): what @check says of one line of the rubric")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.trouble += report.longreprtext

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        if session.testsfailed or not session.items:
            return None
        try:
            self.work(session)
        except BaseException as error:
            self.broken = error
        return True

    @property
    def loaded(self) -> bool:
        """Whether the item that was run last has loaded the learner's file."""
        return self.current is not None and self.current.loaded

    def begin(self) -> None:
        """Forget the last item."""
        self.raised, self.current, self.timeline = None, None, None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Iterator[None]:
        yield from self._noting(item)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        yield from self._noting(item)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Iterator[None]:
        yield from self._noting(item)

    def _noting(self, item: pytest.Item) -> Iterator[None]:
        try:
            return (yield)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            self.raised = self.raised or error
            raise

    # -- fixtures ----------------------------------------------------------------------------------------------------------------------

    @pytest.fixture
    def start_method(self, request: pytest.FixtureRequest) -> str | None:
        """The start method of this item; None: Python's default."""
        return getattr(request, "param", None)

    @pytest.fixture
    def draw(self, request: pytest.FixtureRequest) -> random.Random:
        """Inputs are drawn anew from the run's seed; the same for every start method of a check."""
        return random.Random(f"{self.subject.seed}:{marked(request.node).line.id}")

    @pytest.fixture
    def learner(self, request: pytest.FixtureRequest, start_method: str | None) -> Iterator[Learner]:
        """A fresh worker; it loads the learner's file at the first call."""
        subject = self.subject
        limits = marked(request.node).limits
        conversation = subject.converse(limits, start_method)
        self.current, self.printed = Learner(conversation, subject.text), ()
        try:
            yield self.current
            if subject.coverage:
                reached, statements = self.current.recorded()
                subject.reached |= reached
                subject.statements |= statements
        finally:
            conversation.close()
            self.printed = conversation.evidence
            self.timeline = conversation.timeline

    @pytest.fixture
    def referee(self, learner: Learner) -> Rendezvous:
        """The rendezvous that the probes' `witness.meet` calls."""
        return learner._conversation.witness("unix", Rendezvous)

    @pytest.fixture
    def site(self, learner: Learner, draw: random.Random) -> Site:
        """A web site on loopback, with pages drawn for this run."""
        return learner._conversation.witness("tcp", lambda listener, register, main: Site(listener, register, main, draw))
