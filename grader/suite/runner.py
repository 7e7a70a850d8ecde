"""Collect a suite once, then run its items in place for each submission.

    run_suite(folder, work)
      pytest.main([... suite.py], plugins=[plugin])        collects; the loop is ours:
        work(Suite)                                        grading.py: for each submission ...
          suite.run(subject)                               every item through pytest's own protocol, a fresh worker each; where
                                                           the first could not load the file, the load gate says why, for all

pytest-check's soft failures fail the item; what the learner is told was recorded by `expect` (check.py). What any other exception means is
said in interpret.py.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

# Other plugins that happen to be installed have no business here, and each would cost its import.
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"

import pytest

from grader.errors import BrokenCourse
from grader.model import Check, Evidence, Message, Outcome, Result
from grader.sandbox.limits import Limits

from . import check as rubric
from . import interpret
from .check import marked
from .fate import Fate
from .lanes import LaneLost, Lanes
from .learner import Learner, Raised, describe_fate
from .plugin import Plugin
from .subject import MAX_SOURCE, Part, Subject

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


class Suite:
    """The collected checks of one exercise."""

    def __init__(self, session: pytest.Session, plugin: Plugin) -> None:
        self._session = session
        self._plugin = plugin
        self._marks = [(list(item.own_markers), list(item.user_properties)) for item in session.items]
        for item in session.items:  # pytest's tracebacks cost 20 ms each, and quote the hidden suite
            item.repr_failure = lambda excinfo, style=None: excinfo.exconly()  # type: ignore[method-assign]
        self.checks = tuple({marked(item).line.id: marked(item).line for item in session.items}.values())

    def checks_of(self, part: Part) -> tuple[Check, ...]:
        """The checks of this part of the suite, in order."""
        named = set(part.checks)
        for line in reversed(self.checks):  # a check needs earlier ones only
            if line.id in named:
                named |= set(line.needs)
        return tuple(line for line in self.checks if (not part.tasks or line.task in part.tasks) and (not named or line.id in named))

    @contextmanager
    def run(self, subject: Subject, tell: Callable[[Result], None] = lambda result: None, lanes: int = 1) -> Iterator[list[Result]]:
        """The result of every check, in order; `tell` gets each as it is known. What was started for them ends when the context does.

        With `lanes` > 1 that many checks run side by side, which changes no result. Raises `SandboxError`, `BrokenCourse`.
        """
        self._plugin.subject = subject
        wanted, methods = self.checks_of(subject.part), subject.part.methods
        items = [
            item for item in self._session.items if marked(item).line in wanted and (not methods or _start_method(item) in (None, *methods))
        ]
        with ExitStack() as ending:
            ending.callback(self._session._setupstate.teardown_exact, None)
            ending.callback(subject.close)
            if refused := _too_large(subject.source):
                yield self._fold(items, refused, lambda number: self._run_item(items, number), lambda number: None, tell)
            elif lanes > 1:
                yield self._run_in_lanes(subject, items, tell, lanes, ending)
            else:
                yield self._run_here(subject, items, tell)

    def _run_here(self, subject: Subject, items: list[pytest.Item], tell: Callable[[Result], None]) -> list[Result]:
        refused, done = None, dict[int, Result]()
        if (first := _first_to_load(items)) is not None:
            done[first] = self._run_item(items, first)
            refused = None if self._plugin.loaded else self._waited_for_import() or self._gate(subject)
        return self._fold(items, refused, lambda number: done.get(number) or self._run_item(items, number), lambda number: None, tell)

    def _run_in_lanes(
        self, subject: Subject, items: list[pytest.Item], tell: Callable[[Result], None], count: int, ending: ExitStack
    ) -> list[Result]:
        gate = len(items)  # a job as well, but only when it is needed

        def work(lane: int, number: int) -> Any:
            subject.enter(lane)
            if number == gate:
                return self._gate(subject)
            result = self._run_item(items, number)
            return result, self._plugin.loaded, self._waited_for_import(), subject.reached, subject.statements

        def collect(number: int) -> tuple[Result, bool, Refusal | None]:
            try:
                found: tuple[Result, bool, Refusal | None, set[int], set[int]] = lanes.result(number)
            except LaneLost:
                crashed = (Message("Your program killed a process of the grader's own."),)
                return Result(marked(items[number]).line, Outcome.CRASHED, crashed), False, None
            result, loaded, refused, reached, statements = found
            subject.reached |= reached
            subject.statements |= statements
            return result, loaded, refused

        refused: Refusal | None = None
        done: dict[int, Result] = {}
        lanes = ending.enter_context(Lanes(range(len(items)), work, min(count, len(items))))
        subject.keep(None)  # what was ready is the lanes' now
        if (first := _first_to_load(items)) is not None:
            done[first], loaded, refused = collect(first)
            if not loaded and not refused:
                try:
                    refused = lanes.before_others(gate)
                except LaneLost:
                    refused = (Message("Your file could not be imported. It killed a process of the grader's own."),), ()
        if not refused:
            return self._fold(items, None, lambda number: done.get(number) or collect(number)[0], lanes.skip, tell)
        lanes.close()  # what they have begun is for nothing, and few checks are left
        subject.reached, subject.statements = set(), set()
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
            line = marked(item).line
            so_far = results.get(line.id)
            if so_far and so_far.outcome is not Outcome.PASSED:
                skip(number)  # it failed under another start method already
                continue
            last = not any(marked(later).line is line for later in items[number + 1 :])
            if refused and not marked(item).script:
                result = Result(line, Outcome.NOT_RUN, *refused)
            elif blocked := self._blocked(line, results):
                skip(number)
                result = Result(line, Outcome.WAITING, (), (Evidence("waits", blocked),))
            else:
                result = run(number)
                if so_far:  # under another start method
                    result = replace(result, timelines=so_far.timelines + result.timelines)
            results[line.id] = result
            if last or result.outcome is not Outcome.PASSED:
                tell(result)
        return list(results.values())

    def _gate(self, subject: Subject) -> Refusal | None:
        """Load the file and do nothing else: what is wrong with it is said once, of all checks; None when nothing is."""
        conversation = subject.converse(Limits())
        learner = Learner(conversation, subject.text)
        try:
            learner.load()
        except Fate as fate:
            return _not_imported(learner, fate, conversation.evidence)
        except Raised as raised:
            return (interpret.failed_import(learner, raised),), conversation.evidence
        except Exception as error:
            problem = f"The grader could not follow what your file does when it is imported ({type(error).__name__}): that is our fault."
            return (Message(problem),), (interpret.our_fault(error),)
        finally:
            conversation.close()
        return None

    def _waited_for_import(self) -> Refusal | None:
        """What the gate would say, and as late again, if the check that was run last has waited for the import for as long as it may."""
        learner = self._plugin.current
        return _not_imported(learner, learner.never_loaded, self._plugin.printed) if learner and learner.never_loaded else None

    @staticmethod
    def _blocked(line: Check, results: dict[str, Result]) -> tuple[str, ...]:
        """The ids of the checks that must pass before this one, and did not; those of an unwritten task all wait for its first."""
        needs = tuple(need for need in line.needs if need in results and results[need].outcome is not Outcome.PASSED)
        first = next((result for result in results.values() if result.check.task == line.task), None)
        if not needs and first and first.unwritten:
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
        found = verdict.interleaving and replace(
            verdict.interleaving, check=marked(item).line.id, says=messages[0].text if messages else ""
        )
        timelines = (plugin.timeline,) if plugin.timeline else ()
        return Result(marked(item).line, outcome, messages, evidence, found if outcome is not Outcome.PASSED else None, timelines)


def run_suite(folder: Path, work: Callable[[Suite], None]) -> None:
    """Collect `folder`/suite.py, and call `work` with it inside pytest's session. Raises `BrokenCourse` if it does not collect."""
    plugin = Plugin(lambda session: work(Suite(session, plugin)))
    off = [part for name in _OFF for part in ("-p", f"no:{name}")]
    options = ["--check-max-tb=0", "--capture=no", "-c", os.devnull, "--noconftest", "--import-mode=importlib", "--rootdir", str(folder)]
    code = pytest.main([*off, "-p", "pytest_check.plugin", *options, str(folder / "suite.py")], plugins=[plugin])
    if plugin.broken:
        raise plugin.broken
    if code is pytest.ExitCode.INTERRUPTED and not plugin.trouble:  # Ctrl-C while it collected: a file that does not collect is one as well
        raise KeyboardInterrupt
    if code is not pytest.ExitCode.OK:
        raise BrokenCourse(f"{folder.name}: the suite does not collect ({code!s})\n{plugin.trouble}")


def _not_imported(learner: Learner, fate: Fate, printed: tuple[Evidence, ...]) -> Refusal:
    message, evidence = describe_fate(learner, fate)
    said = replace(message, text=f"Your file could not be imported. {message.text}")
    return (said,), evidence + printed


def _first_to_load(items: list[pytest.Item]) -> int | None:
    """The first check that loads the learner's file; a script is run without."""
    return next((number for number, item in enumerate(items) if not marked(item).script), None)


def _too_large(source: bytes) -> Refusal | None:
    if len(source) <= MAX_SOURCE:
        return None
    return (Message(f"Your file is {len(source) / 1e6:.1f} MB long; the grader loads at most {MAX_SOURCE / 1e6:.1f} MB."),), ()


def _under(item: pytest.Item, message: Message) -> Message:
    """The message, naming the start method it was observed under."""
    method = _start_method(item)
    return replace(message, text=f"Under {method}: {message.text}") if method else message


def _start_method(item: pytest.Item) -> str | None:
    """The one that the item is for; None when its check starts no processes."""
    return item.callspec.params.get("start_method") if hasattr(item, "callspec") else None
