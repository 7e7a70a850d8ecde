"""The nouns: frozen values, no I/O, standard library only. Every other module speaks in these."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

SCHEMA_VERSION = 1


class Outcome(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    DEADLOCKED = "deadlocked"
    """The process tree came to rest and nothing of ours held it: it would never have gone on."""
    TIMED_OUT = "timed_out"
    """Its CPU seconds were used up."""
    CRASHED = "crashed"
    """The process ended, or met another limit."""
    WAITING = "waiting"
    """Not run, because a check it needs did not pass."""
    INCONCLUSIVE = "inconclusive"
    """No verdict is possible: costs nothing, earns nothing, and somebody should look."""
    NOT_RUN = "not_run"
    """The file could not be loaded."""


@dataclass(frozen=True)
class Task:
    """One function or class that a learner writes."""

    id: str
    name: str
    says: str


@dataclass(frozen=True)
class Lesson:
    """One folder of lessons/."""

    number: int
    slug: str
    title: str
    minutes: int
    objectives: tuple[str, ...]
    needs: tuple[str, ...]
    tasks: tuple[Task, ...]
    path: Path
    games: tuple["Game", ...] = ()


@dataclass(frozen=True)
class Exercise:
    """One file to write, and what belongs to it."""

    id: str
    """Two digits: "03"."""
    slug: str
    lesson: Lesson
    stub: Path
    solution: Path
    suite: Path
    """The folder with suite.py, probes.py, right/ and wrong/."""

    @property
    def module(self) -> str:
        """The module's name: "ex03_url_loaders"."""
        return self.stub.stem

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks, in order."""
        return self.lesson.tasks


@dataclass(frozen=True)
class Check:
    """One line of the rubric. Its points are earned whole or not at all."""

    id: str
    task: str
    says: str
    points: int
    needs: tuple[str, ...] = ()
    about: str = ""
    """The heading of the lesson to reread, as an anchor."""
    methods: tuple[str, ...] = ()
    """The start methods it runs under; empty when it starts no process."""


@dataclass(frozen=True)
class Submission:
    """One learner's file, read once."""

    who: str
    exercise: str
    path: Path
    source: bytes
    sha256: str


@dataclass(frozen=True)
class Finding:
    """One thing of the course itself that is not as it must be: what `course check` lists."""

    where: str
    """A file, with a line perhaps, or a check."""
    what: str
    mend: str = ""
    """The next step, a command or a line to write, where `what` does not say it."""
    missed: bool = False
    """Whether a wrong file did not fail as it should."""


@dataclass(frozen=True)
class SourceLine:
    """A line of the learner's file."""

    number: int
    code: str
    column: int = 0
    """Where in `code` to point, counted from 1; 0: nowhere."""


@dataclass(frozen=True)
class Message:
    """Why a check did not pass, for the learner: what was observed and expected, where, why that happens, what to reread."""

    text: str
    lines: tuple[SourceLine, ...] = ()
    why: str = ""
    reread: bool = True
    """Whether the section that the check names is about this: not so for a crash or a hang that nobody foresaw."""


@dataclass(frozen=True)
class Evidence:
    """What a message rests on."""

    kind: str
    """"threads": where each thread waited; "raised": the learner's frames; "printed": the learner's output; "unwritten"."""
    steps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One thing that a learner's thread did, in an order of the scheduler's."""

    thread: str
    line: int
    verb: str
    """"read", "write", "call", "enter" or "loop"; "" where `what` says more."""
    name: str
    """Of the attribute or variable."""
    what: str
    """"waits", "times out" or "raises", with what; "" for the operation itself."""
    value: str
    """What the attribute, variable or container was worth after it, where that is plain."""


@dataclass(frozen=True)
class Wait:
    """One thread that waits at the end, and for whom: an arrow of the wait-for graph."""

    thread: str
    line: int
    whom: str
    """The thread that holds what it wants; "" when nobody in particular could wake it."""
    what: str
    """What it waits for, in words."""


@dataclass(frozen=True)
class Interleaving:
    """One order of a learner's threads that fails a check: what `course replay` shows."""

    check: str
    says: str
    """What came of it: the first sentence of the message."""
    scenario: str
    args: tuple[Any, ...]
    """The function of the suite's probes that ran, and what it was given: enough to run it again."""
    task: str
    schedule: str
    """See grader/schedule/schedule.py."""
    ending: str
    """"returned", "raised", "error", "deadlock" or "endless"."""
    steps: tuple[Step, ...]
    waits: tuple[Wait, ...] = ()
    """Of a deadlock: the circle, or everybody who waits where there is none."""


@dataclass(frozen=True)
class Game:
    """A scenario of a lesson's in which a person chooses who runs: `course play`."""

    on: str
    """"demo", or the id of the task whose code is played."""
    scenario: str
    """The function of the lesson's games.py. It returns None when all is well at the end, else a sentence that says what is not."""
    title: str
    goal: str
    """What the player is to bring about."""


@dataclass(frozen=True)
class Move:
    """A step that could be taken now."""

    thread: int
    name: str
    """The thread's."""
    line: int
    verb: str
    of: str
    """The attribute or variable that it would read or write; "" where it has no name."""
    early: bool
    """Whether it would be the early end of a time-out."""


@dataclass(frozen=True)
class Position:
    """Where a game stands."""

    so_far: Interleaving
    moves: tuple[Move, ...]
    """Empty when it is over."""
    waits: tuple[Wait, ...]
    """Of each thread that waits in a line of the learner's."""
    interruptions: int
    """How often a thread was left though it could have gone on."""
    ended: str = ""
    """Once it is over: what went wrong; "" when nothing did."""
    unwritten: bool = False
    """Whether it is over because the task is still to be written."""


@dataclass(frozen=True)
class Life:
    """One thread of a lesson's program, as the program's own interpreter noted it: shown, never judged."""

    name: str
    begin: float
    end: float | None
    """In seconds since the program began; None: the thread was still there when the program ended."""


@dataclass(frozen=True)
class Lane:
    """A worker as the grader told it apart: one thread, or one connection at a time where nothing says which thread is behind it."""

    name: str
    """"w1", "w2", ... in order of first sight."""
    process: str
    """In words: "your own process", "child process 1", or "connections to the site" where no process is known."""


@dataclass(frozen=True)
class Span:
    """One call of a witness of ours, from its arrival until it was let go: somebody was in the middle of this work all that time."""

    lane: Lane
    what: str
    """What the call was about, in the caller's words: text of a learner's, perhaps."""
    first: int
    last: int
    """When it came and when it was let go, as places in the order of all that was seen (`Timeline.moments`), from 0; `first` < `last`.
    What was let go together has one place."""
    begin: float
    end: float
    """The same in seconds since the check's worker was asked for."""
    answered: bool
    """Whether it was let go with an answer; else the caller hung up, or the check ended first."""


@dataclass(frozen=True)
class Timeline:
    """Who was in which call when, as the trusted side saw it from outside. It is shown, and never judged: the times are the machine's."""

    spans: tuple[Span, ...]
    """In order of arrival; the first ones only when there were very many."""
    moments: int
    """How many places the order has."""
    unseen: int = 0
    """How many calls more there were."""
    method: str = ""
    """The start method that the check ran under, where that is one of several."""

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """The workers, in order of first sight."""
        return tuple({span.lane: None for span in self.spans})

    @property
    def peak(self) -> int:
        """The most calls under way at once."""
        return max((sum(span.first <= now.first < span.last for span in self.spans) for now in self.spans), default=0)


@dataclass(frozen=True)
class Result:
    """One check of one submission."""

    check: Check
    outcome: Outcome
    messages: tuple[Message, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    interleaving: Interleaving | None = None
    timelines: tuple[Timeline, ...] = field(default=(), compare=False)
    """One for each start method it ran under, where a witness saw calls. Two results are equal whatever the times were."""

    @property
    def earned(self) -> int:
        """All its points, or none."""
        return self.check.points if self.outcome is Outcome.PASSED else 0

    @property
    def unwritten(self) -> bool:
        """Whether it found that its task is not begun."""
        return any(evidence.kind == "unwritten" for evidence in self.evidence)


@dataclass(frozen=True)
class Isolation:
    """How the learner's file was contained."""

    level: str
    """"full", "partial" or "process"."""
    applied: tuple[str, ...]
    missing: tuple[str, ...]
    observer: str
    """What rest and process ids rest on: "kernel", or "claims and time-outs" where there is no /proc."""


@dataclass(frozen=True)
class Coverage:
    """Lines that no check reached: advice, never points. A claim, measured inside the worker."""

    statements: int
    missing: tuple[int, ...]


@dataclass(frozen=True)
class Report:
    """All that is said about one submission."""

    submission: Submission
    exercise: Exercise
    results: tuple[Result, ...]
    isolation: Isolation
    python: str
    seed: str
    seconds: float
    coverage: Coverage | None = None
    schema_version: int = field(default=SCHEMA_VERSION)

    @property
    def earned(self) -> int:
        """Points earned."""
        return sum(result.earned for result in self.results)

    @property
    def possible(self) -> int:
        """The points of all checks, whether they ran or not."""
        return sum(result.check.points for result in self.results)

    @property
    def undecided(self) -> int:
        """The points of inconclusive checks, and of those that wait for one."""
        open_checks: set[str] = set()
        for result in self.results:  # in the rubric's order, in which a check comes after those it needs
            if result.outcome is Outcome.INCONCLUSIVE or (result.outcome is Outcome.WAITING and open_checks & set(result.check.needs)):
                open_checks.add(result.check.id)
        return sum(result.check.points for result in self.results if result.check.id in open_checks)

    @property
    def passed(self) -> bool | None:
        """True when every check passed, False when one failed, None when none failed and some are inconclusive."""
        outcomes = {result.outcome for result in self.results}
        if outcomes <= {Outcome.PASSED}:
            return True
        if outcomes <= {Outcome.PASSED, Outcome.INCONCLUSIVE, Outcome.WAITING} and Outcome.INCONCLUSIVE in outcomes:
            return None
        return False


@dataclass(frozen=True)
class Refused:
    """Something that was handed in and cannot be graded."""

    what: str
    """One line: which file, and why."""
    mend: str
    """What to do about it."""


@dataclass(frozen=True)
class Pair:
    """Two people's files for one exercise that are alike."""

    exercise: str
    people: tuple[str, str]
    percent: tuple[int, int]
    """How much of each one's file is in the other's, of what is not the stub's."""
    same: bool
    """Whether they are the same bytes."""


@dataclass(frozen=True)
class Batch:
    """What came of a whole class."""

    reports: tuple[Report, ...]
    refused: tuple[Refused, ...]
    missing: tuple[str, ...]
    """People of the roster who handed in nothing that was asked for."""
    strangers: tuple[str, ...]
    """Files whose person is not on the roster."""
    strays: tuple[str, ...]
    """Files that are no exercise."""
    left: int = 0
    """Submissions that were not graded any more, because the batch was interrupted."""
