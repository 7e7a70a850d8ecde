"""What a hidden suite is written with: `@check`, `expect` and `probes`.

@check("03b.overlap", points=3, says="exactly max_workers at once", about="result-waits")
def test_overlap(learner, referee):
referee.hold()                                        # callers wait until all are in or nothing moves
pages = learner.load_all(URLS, max_workers=3, fetch=probes.fetch)
expect(referee.peak == 3, lambda: overlap_message(learner, referee))
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from pytest_check import check as soft

from grader.errors import BrokenCourse
from grader.model import Check, Evidence, Interleaving, Message, Outcome, SourceLine
from grader.sandbox.limits import Limits
from grader.sandbox.wire import Name, Stream

POLLS = "something of yours waits with a time-out, or asks over and over"
"""Why something could not be counted: for `NoVerdict`."""
START_METHODS = ("fork", "spawn", "forkserver")


class NoVerdict(Exception):
    """The check cannot tell right from wrong this time; the outcome is inconclusive."""


class Verdict:
    """What the check that runs now has found. One at a time: the trusted process runs one check at a time."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.evidence: list[Evidence] = []
        self.outcome: Outcome | None = None
        self.interleaving: Interleaving | None = None


@dataclass(frozen=True)
class Marked:
    """What `@check` says of a test function."""

    line: Check
    limits: Limits
    script: bool
    """Whether it runs though the file cannot be imported."""


def marked(item: pytest.Item) -> Marked:
    """What `@check` said of this item's function. Raises `BrokenCourse` when nothing was."""
    mark = item.get_closest_marker("rubric")
    if mark is None:
        raise BrokenCourse(f"{item.nodeid} is not a @check")
    said: Marked = mark.args[0]
    return said


_now = Verdict()


def begin() -> Verdict:
    """Forget the last check."""
    global _now
    _now = Verdict()
    return _now


def current() -> Verdict:
    """What has been found so far."""
    return _now


def check(
    id: str,
    *,
    points: int,
    says: str,
    about: str = "",
    needs: tuple[str, ...] = (),
    processes: bool = False,
    script: bool = False,
    limits: dict[str, int] | None = None,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a test function one line of the rubric.

    `id` begins with its task's: "03b.overlap". `says` finishes the sentence "it ...". `about` is the heading of the lesson to reread.
    With `script`, it runs though the file cannot be imported. With `processes`, it runs once under each start method and must pass under all. `limits` change those of `sandbox.limits.Limits`.
    """
    methods = START_METHODS if processes else ()
    line = Check(id, id.partition(".")[0], says, points, needs, about, methods)

    def mark(test: Callable[..., None]) -> Callable[..., None]:
        test = pytest.mark.rubric(Marked(line, Limits(**limits or {}), script))(test)
        if methods:
            test = pytest.mark.parametrize("start_method", methods, indirect=True)(test)
        return test

    return mark


def expect(ok: bool, text: str | Callable[[], Message], *, lines: tuple[SourceLine, ...] = (), why: str = "") -> bool:
    """A soft assertion: if not `ok`, the check fails with this message and goes on. A `Message` may be made on demand."""
    if not ok:
        message = text() if callable(text) else Message(text, lines, why)
        if message not in _now.messages:
            _now.messages.append(message)
        soft.fail(message.text)
    return ok


class _Probes:
    """`probes.fetch` stands for the function `fetch` of the suite's probes.py, which only the worker imports."""

    def __getattr__(self, name: str) -> Name:
        return Name("probes", name)


probes: Any = _Probes()


def tasks(name: str) -> Name:
    """The learner's own function of that name, as an argument: `predicate=tasks("is_prime")`."""
    return Name("learner", name)


def generator(*values: Any) -> Stream:
    """A generator over these values, as an argument: it can be consumed once."""
    return Stream(values)
