"""The pytest plugin: collect a suite once, then run its items in place for each submission.

    run_suite(folder, work)
      pytest.main([... suite.py], plugins=[plugin])        collects; `pytest_runtestloop` is ours:
        work(Suite)                                        grading.py: for each submission ...
          suite.run(subject)                               load gate, then every item through pytest's own protocol, a fresh worker each

An item is a check under one start method, or a check. pytest-check's soft failures fail the item; what the learner is told was recorded
by `expect` (check.py). What any other exception means is said in interpret.py.
"""

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

# Other plugins that happen to be installed have no business here, and each would cost its import.
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"

import pytest

from grader.errors import BrokenCourse
from grader.model import Check, Evidence, Message, Outcome, Result
from grader.sandbox.client import Jail
from grader.sandbox.limits import Limits

from . import check as rubric
from . import interpret
from .conversation import Conversation
from .fate import Fate
from .lanes import LaneLost, Lanes
from .learner import Learner, Raised, describe_fate
from .rendezvous import Rendezvous
from .site import Site

MAX_SOURCE = 1 << 20
"""Bytes of a learner's file; a larger one is not loaded."""

Refusal = tuple[tuple[Message, ...], tuple[Evidence, ...]]
"""What is said of every check of a file that cannot be imported."""

REPEATS = 2
POOL_RACE = Evidence("repeated", ("Python's own Pool.terminate() stood still, a known fault of it; the check was run again",))

_OFF = [
    "cacheprovider",
    "junitxml",
    "pastebin",
    "doctest",
    "unittest",
    "faulthandler",
    "threadexception",
    "unraisableexception",
    "setuponly",
    "setupplan",
    "stepwise",
    "debugging",
    "legacypath",
    "recwarn",
    "logging",
    "warnings",
    "terminal",
    "tmpdir",
    "monkeypatch",
    "subtests",
]


@dataclass
class Subject:
    """One submission being run: where its workers come from, and what is known of it."""

    open: Callable[[int], Jail]
    """A fresh keeper for a lane; the lane's last one, and all that it left, is gone then."""
    module: str
    source: bytes
    seed: str
    tasks: tuple[str, ...] = ()
    """Only the checks of these; empty: all."""
    coverage: str | None = None
    """The folder of the coverage package, when lines are to be recorded."""
    reached: set[int] = field(default_factory=set)
    statements: set[int] = field(default_factory=set)
    lane: int = field(default=0, init=False)
    _jail: Jail | None = field(default=None, init=False)

    def converse(self, limits: Limits, method: str | None = None) -> Conversation:
        """A conversation with a fresh worker. A keeper that a learner's code has killed is replaced."""
        if self._jail is None or self._jail.broken:
            self.close()
            self._jail = self.open(self.lane)
        return Conversation(self._jail, limits, self.module, method, self.coverage)

    def enter(self, lane: int) -> None:
        """Be the copy of this lane, in its process."""
        self.lane = lane

    def close(self) -> None:
        """End the keeper."""
        if self._jail:
            self._jail.close()
            self._jail = None

    @property
    def text(self) -> str:
        """The source for quoting lines; what is not UTF-8 is replaced."""
        return self.source.decode("utf-8", "replace")


class Suite:
    """The collected checks of one exercise."""

    def __init__(self, session: pytest.Session, plugin: "_Plugin") -> None:
        self._session = session
        self._plugin = plugin
        self._marks = [(list(item.own_markers), list(item.user_properties)) for item in session.items]
        for item in session.items:  # pytest's tracebacks cost 20 ms each, and quote the hidden suite
            item.repr_failure = lambda excinfo, style=None: excinfo.exconly()  # type: ignore[method-assign]
        self.checks = tuple({_rubric(item).id: _rubric(item) for item in session.items}.values())

    def run(self, subject: Subject, tell: Callable[[Result], None] = lambda result: None, lanes: int = 1) -> list[Result]:
        """The result of every check, in order; `tell` gets each as it is known.

        With `lanes` > 1 that many checks run side by side, which changes no result. Raises `SandboxError`, `BrokenCourse`.
        """
        self._plugin.subject = subject
        items = [item for item in self._session.items if not subject.tasks or _rubric(item).task in subject.tasks]
        try:
            if lanes > 1:
                return self._run_in_lanes(subject, items, tell, lanes)
            return self._fold(items, self._gate(subject), lambda number: self._run_item(items, number), lambda number: None, tell)
        finally:
            subject.close()
            self._session._setupstate.teardown_exact(None)

    def _run_in_lanes(self, subject: Subject, items: list[pytest.Item], tell: Callable[[Result], None], count: int) -> list[Result]:
        gate = len(items)  # the first job; the other lanes begin with the checks, for most files can be imported

        def work(lane: int, number: int) -> Any:
            subject.enter(lane)
            if number == gate:
                return self._gate(subject)
            return self._run_item(items, number), subject.reached, subject.statements

        def collect(number: int) -> Result:
            try:
                found: tuple[Result, set[int], set[int]] = lanes.result(number)
            except LaneLost:
                return Result(_rubric(items[number]), Outcome.CRASHED, (Message("Your program killed a process of the grader's own."),))
            subject.reached |= found[1]
            subject.statements |= found[2]
            return found[0]

        with Lanes([gate, *range(len(items))], work, min(count, len(items) + 1)) as lanes:
            try:
                refused = lanes.result(gate)
            except LaneLost:
                refused = (Message("Your file could not be imported. It killed a process of the grader's own."),), ()
            if not refused:
                return self._fold(items, None, collect, lanes.skip, tell)
        # What the lanes have begun is for nothing, and few checks are left.
        return self._fold(items, refused, lambda number: self._run_item(items, number), lambda number: None, tell)

    def _fold(
        self,
        items: list[pytest.Item],
        refused: Refusal | None,
        run: Callable[[int], Result],
        skip: Callable[[int], None],
        tell: Callable[[Result], None],
    ) -> list[Result]:
        """One result for each check, from those of its items that need to be run; of a file that is `refused`, few are."""
        results: dict[str, Result] = {}
        for number, item in enumerate(items):
            line = _rubric(item)
            so_far = results.get(line.id)
            if so_far and so_far.outcome is not Outcome.PASSED:
                skip(number)  # it failed under another start method already
                continue
            last = not any(_rubric(later) is line for later in items[number + 1 :])
            if refused and not _mark(item).args[2]:
                result = Result(line, Outcome.NOT_RUN, *refused)
            elif blocked := self._blocked(line, results):
                skip(number)
                result = Result(line, Outcome.WAITING, (), (Evidence("waits", blocked),))
            else:
                result = run(number)
            results[line.id] = result
            if last or result.outcome is not Outcome.PASSED:
                tell(result)
        return list(results.values())

    def _gate(self, subject: Subject) -> Refusal | None:
        """Load the file once, before any check: what is wrong with it is said once, and burns no limits."""
        if len(subject.source) > MAX_SOURCE:
            size = f"{len(subject.source) / 1e6:.1f} MB"
            return (Message(f"Your file is {size} long; the grader loads at most {MAX_SOURCE / 1e6:.1f} MB."),), ()
        conversation = subject.converse(Limits())
        learner = Learner(conversation, subject.text)
        try:
            learner.load()
        except Fate as fate:
            message, evidence = describe_fate(learner, fate)
            said = replace(message, text=f"Your file could not be imported. {message.text}")
            return (said,), evidence + conversation.evidence
        except Raised as raised:
            return (interpret.failed_import(learner, raised),), conversation.evidence
        except Exception as error:
            problem = f"The grader could not follow what your file does when it is imported ({type(error).__name__}): that is our fault."
            return (Message(problem),), (interpret.our_fault(error),)
        finally:
            conversation.close()
        return None

    @staticmethod
    def _blocked(line: Check, results: dict[str, Result]) -> tuple[str, ...]:
        """The ids of the checks that must pass before this one, and did not; those of an unwritten task all wait for its first."""
        needs = tuple(need for need in line.needs if need in results and results[need].outcome is not Outcome.PASSED)
        first = next((result for result in results.values() if result.check.task == line.task), None)
        if not needs and first and any(evidence.kind == "unwritten" for evidence in first.evidence):
            return (first.check.id,)
        return needs

    def _run_item(self, items: list[pytest.Item], number: int) -> Result:
        """The result of one item. A deadlock of Python's own in `Pool.terminate()` is no finding: the item is run again, and that is told."""
        result = self._run_once(items, number)
        for _ in range(REPEATS):
            fate = self._plugin.current and self._plugin.current.fate
            if not (fate and fate.in_pool_terminate):
                break
            again = self._run_once(items, number)
            result = replace(again, evidence=(*again.evidence, POOL_RACE))
        return result

    def _run_once(self, items: list[pytest.Item], number: int) -> Result:
        item = items[number]
        plugin, verdict = self._plugin, rubric.begin()
        plugin.begin()
        following = items[number + 1] if number + 1 < len(items) else None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        markers, properties = self._marks[self._session.items.index(item)]
        item.own_markers[:], item.user_properties[:] = markers, properties  # pytest-check leaves marks behind
        self._session.testsfailed, self._session.shouldfail, self._session.shouldstop = 0, False, False
        if plugin.raised:
            interpret.exception(plugin.raised, verdict, plugin.current)
        unwritten = any(evidence.kind == "unwritten" for evidence in verdict.evidence)
        messages = tuple(verdict.messages if unwritten else (_under(item, message) for message in verdict.messages))
        outcome = verdict.outcome or (Outcome.FAILED if messages else Outcome.PASSED)
        evidence = tuple(verdict.evidence)
        if outcome is not Outcome.PASSED and plugin.printed:
            evidence += plugin.printed
        return Result(_rubric(item), outcome, messages, evidence)


def run_suite(folder: Path, work: Callable[[Suite], None]) -> None:
    """Collect `folder`/suite.py, and call `work` with it inside pytest's session. Raises `BrokenCourse` if it does not collect."""
    plugin = _Plugin(work)
    off = [part for name in _OFF for part in ("-p", f"no:{name}")]
    options = ["--check-max-tb=0", "--capture=no", "-c", os.devnull, "--noconftest", "--import-mode=importlib", "--rootdir", str(folder)]
    code = pytest.main([*off, "-p", "pytest_check.plugin", *options, str(folder / "suite.py")], plugins=[plugin])
    if plugin.broken:
        raise plugin.broken
    if code is not pytest.ExitCode.OK:
        raise BrokenCourse(f"{folder.name}: the suite does not collect ({code!s})\n{plugin.trouble}")


class _Plugin:
    """Hooks and fixtures. State: the submission that runs now, and what its item left."""

    def __init__(self, work: Callable[[Suite], None]) -> None:
        self.work = work
        self.subject: Subject
        self.raised: BaseException | None = None
        self.current: Learner | None = None
        self.printed: tuple[Evidence, ...] = ()
        self.broken: BaseException | None = None
        self.trouble = ""

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "rubric(check, limits, script): one line of the rubric")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.trouble += report.longreprtext

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        if session.testsfailed or not session.items:
            return None
        try:
            self.work(Suite(session, self))
        except BaseException as error:
            self.broken = error
        return True

    def begin(self) -> None:
        """Forget the last item."""
        self.raised, self.current = None, None

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
        return random.Random(f"{self.subject.seed}:{_rubric(request.node).id}")

    @pytest.fixture
    def learner(self, request: pytest.FixtureRequest, start_method: str | None) -> Iterator[Learner]:
        """A fresh worker; it loads the learner's file at the first call."""
        subject = self.subject
        limits = Limits(**_mark(request.node).args[1])
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

    @pytest.fixture
    def referee(self, learner: Learner) -> Rendezvous:
        """The rendezvous that the probes' `witness.meet` calls."""
        return learner._conversation.witness("unix", Rendezvous)

    @pytest.fixture
    def site(self, learner: Learner, draw: random.Random) -> Site:
        """A web site on loopback, with pages drawn for this run."""
        return learner._conversation.witness("tcp", lambda listener, register, main: Site(listener, register, main, draw))


def _mark(item: Any) -> pytest.Mark:
    mark = item.get_closest_marker("rubric")
    if mark is None:
        raise BrokenCourse(f"{item.nodeid} is not a @check")
    return mark  # type: ignore[no-any-return]


def _rubric(item: Any) -> Check:
    line: Check = _mark(item).args[0]
    return line


def _under(item: pytest.Item, message: Message) -> Message:
    """The message, naming the start method it was observed under."""
    method = getattr(item, "callspec", None) and item.callspec.params.get("start_method")  # type: ignore[attr-defined]
    return replace(message, text=f"Under {method}: {message.text}") if method else message
