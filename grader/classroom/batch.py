"""A class, from its files to its grades: `grade_all()`."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from grader import grading
from grader.course import Course
from grader.errors import Ungradable, UsageError
from grader.model import Batch, Exercise, Refused, Report, Submission
from grader.sandbox.levels import Level

from . import files, record, roster
from . import journal as journals
from .archive import Source, opened, shown
from .engines import Engine, Graded, graded, local
from .intake import Found, Intake, take_in
from .journal import Journal, Key
from .terms import Terms


@dataclass(frozen=True)
class Asked:
    """What `course grade-all` was asked. The fields are its options."""

    source: Path
    out: Path
    roster: Path | None = None
    only: tuple[str, ...] = ()
    jobs: int = 0
    """0: one for each core."""
    seed: str | None = None
    regrade: bool = False
    lowest: Level = Level.FULL
    """The weakest isolation to grade at: these files are other people's."""
    scheduler: str = ""
    """The address of a Dask cluster's; "": this machine grades."""


@dataclass(frozen=True)
class Progress:
    """One submission more has its result; at first, none has."""

    done: int
    of: int
    report: Report | None
    """None when it could not be graded."""
    kept: int = 0
    """Submissions beside those that were graded before: told once, at first."""
    where: str = ""
    """On which machines, when it is not this one: told once, at first."""


def grade_all(asked: Asked, course: Course, tell: Callable[[Progress], None]) -> Batch:
    """Grade all that was handed in and is not in the journal yet, and write the gradebook. A Ctrl-C ends it early, with what is done.

    Raises `UsageError` for what no submission can be graded with, and what `grading.grade` raises.
    """
    exercises = chosen(asked.only, course)
    people = roster.read(asked.roster) if asked.roster else None
    out = _folder(asked.out)
    ours = [*files.written(out), *(out / f"{journals.NAME}{suffix}" for suffix in ("", "-wal", "-shm"))]
    source = opened(asked.source, [*ours, *filter(None, [asked.roster])])
    intake = take_in(source, course.exercises, exercises, people)
    if not intake.found:  # the files of an earlier batch stay as they are
        raise UsageError(
            f"there is no submission in {asked.source} that can be graded" + "".join(f"; {refused.what}" for refused in intake.refused[:3]),
            "a submission is a file like ada/ex03_url_loaders.py or ada_ex03.py; --only 03 asks for some",
        )
    with Journal(out) as journal:
        terms = Terms(journal.seed(asked.seed, anew=asked.regrade), asked.lowest)
        work = _Work(source, intake, journal, terms)
        left = work.grade(lambda wanted: _engine(asked, terms, wanted), tell, anew=asked.regrade)
        told = Batch((), (*intake.refused, *work.refused), intake.missing, intake.strangers, intake.strays, left)
        journal.end(record.dump_batch(told, work.keys()))
        return _written(journal, out, course)


def write_again(out: Path, course: Course) -> Batch:
    """What the last batch in `out` came to, and its files anew, from the journal alone. Raises `UsageError` when there is none."""
    with Journal.existing(out) as journal:
        return _written(journal, out, course)


def recall(out: Path, course: Course) -> Batch:
    """What the last batch in `out` came to. Raises `UsageError` when there is none."""
    with Journal.existing(out) as journal:
        return _kept(journal, course)


def _kept(journal: Journal, course: Course) -> Batch:
    return record.load_batch(journal.ended(), journal.find, course.exercises)


def _written(journal: Journal, out: Path, course: Course) -> Batch:
    batch = _kept(journal, course)
    files.write(out, batch)
    return batch


class _Work:
    """The submissions of one batch, and which of them are done."""

    def __init__(self, source: Source, intake: Intake, journal: Journal, terms: Terms) -> None:
        self.refused: list[Refused] = []
        self._source = source
        self._intake = intake
        self._journal = journal
        self._terms = terms
        self._exercises = {found.exercise.id: found.exercise for found in intake.found}
        self._versions: dict[str, str] = {}
        self._done: list[Key] = []

    def grade(self, engine: Callable[[int], AbstractContextManager[Engine]], tell: Callable[[Progress], None], *, anew: bool) -> int:
        """Bring the journal up to date, with an engine for so many; how many submissions are not in it, because of a Ctrl-C."""
        todo = self._todo(anew=anew)
        if not todo:
            return 0
        done = 0
        try:
            with engine(len(todo)) as running:
                tell(Progress(0, len(todo), None, len(self._done), running.where))
                for one in graded(running, self._submissions(todo)):
                    report = self._take(one)
                    done += 1
                    tell(Progress(done, len(todo), report))
        except KeyboardInterrupt:
            return len(todo) - done
        return 0

    def _todo(self, *, anew: bool) -> list[Found]:
        """What is not done yet; with `anew`, everything."""
        todo: list[Found] = []
        for found in self._intake.found:
            submission = self._read(found)
            if submission is None:
                continue
            key = self._key(submission, found.exercise)
            if anew or not self._is_done(key, found.exercise):
                todo.append(found)
            else:
                self._done.append(key)
        return todo

    def _take(self, one: Graded) -> Report | None:
        """Write down what came of a submission. The report, when there is one."""
        submission, exercise = one.submission, self._exercises[one.submission.exercise]
        if one.record is None:
            what = f"{submission.who}, {exercise.id}: grading it ended one process of the grader's own after the other"
            self.refused.append(Refused(what, f"course grade {exercise.id} --file PATH    and please report it"))
            return None
        key = self._key(submission, exercise)
        self._journal.write(key, one.record)
        self._done.append(key)
        return record.load(one.record, exercise)

    def keys(self) -> list[Key]:
        """Of all that is done, by exercise and then by person."""
        return sorted(self._done, key=lambda key: (key.exercise, key.person))

    def _submissions(self, todo: list[Found]) -> Iterator[Submission]:
        """Each file is read once more when it is its turn, so that a class need not fit into memory."""
        return filter(None, map(self._read, todo))

    def _read(self, found: Found) -> Submission | None:
        try:
            return self._source.submission(found.entry, found.exercise, found.who)
        except Ungradable as error:
            refused = Refused(shown(error.what), error.mend)
            if refused not in self.refused:
                self.refused.append(refused)
            return None

    def _key(self, submission: Submission, exercise: Exercise) -> Key:
        if exercise.id not in self._versions:
            self._versions[exercise.id] = journals.version(exercise)
        return Key(submission.who, exercise.id, submission.sha256, self._versions[exercise.id], self._terms.seed)

    def _is_done(self, key: Key, exercise: Exercise) -> bool:
        """Whether the journal has a report that was made at an isolation that is asked for now."""
        text = self._journal.find(key)
        return text is not None and Level(record.load(text, exercise).isolation.level).at_least(self._terms.lowest)


def _engine(asked: Asked, terms: Terms, wanted: int) -> AbstractContextManager[Engine]:
    """What grades so many submissions."""
    if not asked.scheduler:
        return local(terms, min(asked.jobs or grading.lanes(), wanted))
    from . import cluster  # with what it imports it is an extra

    return cluster.connected(asked.scheduler, terms)


def chosen(ids: Sequence[str], course: Course) -> tuple[Exercise, ...]:
    """The exercises that these mean, each one or several with commas between them; all when there are none. Raises `UnknownId`, `UsageError`."""
    if not ids:
        return course.exercises
    wanted = {course.resolve(text)[0].id for text in chain.from_iterable(each.split(",") for each in ids) if text.strip()}
    if not wanted:
        raise UsageError("no exercise is named", "course status    lists them")
    return tuple(exercise for exercise in course.exercises if exercise.id in wanted)


def _folder(out: Path) -> Path:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{out} cannot be made: {(error.strerror or '').lower()}", "--out DIR names another folder") from error
    return out
