"""`course watch`: the exercise's file is graded at every save; a screen that shows what is new, and keys.

The loop is in grader/watch.py, and the terminal itself in terminal.py. Off a terminal, or on a dumb one: plain lines, no keys.
"""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from grader.course import Course
from grader.errors import CourseError, Exit, UsageError
from grader.model import Exercise, Outcome, Report, Result
from grader.render import terminal as render
from grader.workspace import Workspace

if TYPE_CHECKING:
    from grader.cli.terminal import Terminal
    from grader.saves import Saves
    from grader.watch import Event, Watch

UP, DOWN, PAGE_UP, PAGE_DOWN = ("\x1b[A", "k"), ("\x1b[B", "j"), ("\x1b[5~",), ("\x1b[6~", " ")
QUIT = ("q", "\x04")
PROMPT = (("h", "int"), ("r", "un"), ("re", "p", "lay"), ("l", "esson"), ("e", "ditor"), ("n", "ext"), ("q", "uit"))
"""What the keys do: words, in which the part that is one letter is the key."""


def watch(id: str | None, *, poll: bool) -> int:
    """Grade at every save until the learner leaves; the exit code. Raises `CourseError`."""
    from grader.cli.screen import is_live, say

    course, workspace = Course.find(), Workspace.find()
    exercise, task = course.resolve(id) if id else (workspace.progress().current(course.exercises) or course.exercises[-1], None)
    folder = workspace.file(exercise).parent
    if not folder.is_dir():
        raise UsageError(f"{folder} is not there, so nothing in it can be watched", "course start .    writes the exercises again")
    live = is_live(sys.stdout) and sys.stdin.isatty()
    say(f"  watching {_shown(workspace.file(exercise))}")  # something to see before the imports
    sys.stdout.flush()
    from grader import grading
    from grader.cli.terminal import Terminal
    from grader.sandbox.client import Sandbox
    from grader.sandbox.levels import Level
    from grader.saves import Saves
    from grader.watch import Watch, alone

    tasks = (task.id,) if task else ()
    # The watcher of saves comes first: it would keep the launcher's socket open.
    with alone(workspace), Saves(folder, poll=poll) as saves, Sandbox() as sandbox:
        grading.require(sandbox, Level.PROCESS)
        if not live:
            with Watch(exercise, workspace, saves, sandbox, tasks) as watched:
                _lines(watched, workspace)
        with Terminal() as terminal:
            while True:
                with Watch(exercise, workspace, saves, sandbox, tasks) as watched:
                    following = _Screen(course, workspace, saves, watched, terminal).run()
                if following is None:
                    return Exit.PASSED
                exercise, tasks = following, ()


def _lines(watched: "Watch", workspace: Workspace) -> None:
    """Plain lines, until Ctrl-C."""
    from grader.cli.grade import remember
    from grader.cli.screen import glyphs, out, say
    from grader.warm import Failed
    from grader.watch import Dropped, Graded, Ready

    def show(event: "Event") -> None:
        match event:
            case Ready(polling):
                how = f", by polling: {polling}" if polling else ""
                say(f"  every save is graded{how}; Ctrl-C ends this")
            case Graded(report, new):
                console = out()
                console.print(*render.report(report, glyphs(sys.stdout), new=new, width=console.width), sep="\n")
                if watched.whole and (trouble := remember(report, workspace)):
                    print(f"course: {trouble}", file=sys.stderr)
            case Failed(error):
                say()
                say(f"  {error.what}")
                say(f"  {error.mend}")
            case Dropped():
                say()
                say("  saved again meanwhile: what ran is dropped")
        sys.stdout.flush()

    for event in watched.grade(again=True):
        show(event)
    while True:
        for event in watched.events([]):
            show(event)


class _Screen:
    """The screen of one exercise, and what its keys do."""

    def __init__(self, course: Course, workspace: Workspace, saves: "Saves", watched: "Watch", terminal: "Terminal") -> None:
        from grader.cli.screen import glyphs

        self.course = course
        self.workspace = workspace
        self.saves = saves
        self.watched = watched
        self.terminal = terminal
        self.glyphs = glyphs(sys.stdout)
        self.exercise = watched.exercise
        self.report: Report | None = None
        self.new: frozenset[str] = frozenset()
        self.failed: CourseError | None = None
        self.checks: int | None = None
        """Of the run that is under way; None when none is."""
        self.results: list[Result] = []
        """What is known of it."""
        self.began = 0.0
        self.note = ""
        self.place = 0
        """The first line of the body that is shown, where not all fit."""

    def run(self) -> Exercise | None:
        """Show and answer until the learner leaves; the exercise to go on with, or None."""
        from grader.watch import Other

        actions: dict[str, Callable[[], None]] = {
            "h": self._hint,
            "r": lambda: self._all(self.watched.grade(again=True)),
            "p": lambda: self._course("replay", self.exercise.id, "--live"),
            "l": lambda: self._course("read", self.exercise.id),
            "e": self._editor,
        }
        self._all(self.watched.grade(again=True))
        while True:
            self._draw()
            for event in self.watched.events(self.terminal.descriptors):
                if not isinstance(event, Other):
                    self._happened(event)
                    continue
                for key in self.terminal.keys(event.descriptor):
                    self.note = ""
                    if key in QUIT:
                        return None
                    if key == "n" and (following := self._following()):
                        return following
                    self._scroll(key)
                    if key in actions:
                        actions[key]()

    # -- what happens ------------------------------------------------------------------------------------------------------------------

    def _all(self, events: Iterator["Event"]) -> None:
        for event in events:
            self._happened(event)

    def _happened(self, event: "Event") -> None:
        from grader.cli.grade import remember
        from grader.warm import Began, Failed
        from grader.watch import Dropped, Graded

        match event:
            case Began(checks):
                self.checks, self.results, self.began = checks, [], time.time()
            case Result():
                self.results.append(event)
            case Graded(report, new):
                self.report, self.new, self.failed, self.checks, self.note = report, new, None, None, ""
                self.place = self._first_failed()
                if self.watched.whole:
                    self.note = remember(report, self.workspace)
            case Failed(error):
                self.report, self.failed, self.checks = None, error, None
            case Dropped():
                self.checks, self.note = None, "saved again meanwhile: what ran is dropped"

    def _following(self) -> Exercise | None:
        number = self.exercise.lesson.number
        found = next((other for other in self.course.exercises if other.lesson.number > number), None)
        if found is None:
            self.note = f"{self.exercise.id} is the last exercise"
        return found

    def _hint(self) -> None:
        from grader.cli.next_steps import first_failed

        failed = first_failed(self.report) if self.report else None
        self._course("hint", failed.check.task if failed else self.exercise.tasks[0].id)

    def _course(self, *arguments: str) -> None:
        """Another command of ours, with the terminal to itself, until a key."""
        from grader.cli import top
        from grader.cli.screen import getkey, say

        with self.terminal.lent():
            top.run(list(arguments))
            say("  any key: back to the watch")
            sys.stdout.flush()
            getkey()

    def _editor(self) -> None:
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
        if not editor:
            self.note = "no editor is set: export EDITOR=... before course watch"
            return
        with self.terminal.lent():
            try:
                subprocess.run([*shlex.split(editor), str(self.watched.path)], check=False)
            except (OSError, ValueError) as error:
                self.note = f"{editor!r} cannot be run: {error}"

    def _scroll(self, key: str) -> None:
        page = max(1, self.terminal.size.lines // 2)
        self.place += (key in DOWN) - (key in UP) + page * ((key in PAGE_DOWN) - (key in PAGE_UP))

    # -- what is seen ------------------------------------------------------------------------------------------------------------------

    @property
    def _width(self) -> int:
        return max(render.NARROWEST, min(render.WIDTH, self.terminal.size.columns))

    def _draw(self) -> None:
        head, body, foot = list(self._head()), list(self._body()), list(self._foot())
        room = max(1, self.terminal.size.lines - len(head) - len(foot) - 1)
        last = max(0, len(body) - room)
        self.place = max(0, min(last, self.place))
        below = len(body) - room - self.place
        more = f"  {below} more line{'s' * (below != 1)}: arrow keys, space" if below > 0 else "  that was all: arrow keys" if last else ""
        shown = body[self.place : self.place + room]
        self.terminal.paint([*head, *shown, *[Text()] * (room - len(shown)), Text(more, style="dim"), *foot])

    def _head(self) -> Iterator[Text]:
        dot = f" {self.glyphs.dot} "
        facts = [f"watching {_shown(self.watched.path.parent)}{os.sep}"]
        if self.began:
            facts.append(f"at {time.strftime('%H:%M:%S', time.localtime(self.began))}")
        if self.checks is not None:
            facts.append(f"grading, {len(self.results)} of {self.checks} checks")
        elif self.report:
            facts.append(f"graded in {self.report.seconds:.1f} s")
        progress = self.workspace.progress()
        passed = sum(progress.passed(exercise) for exercise in self.course.exercises)
        count = f"{passed} of {len(self.course.exercises)}"
        while len(facts) > 1 and len(dot.join(facts)) + len(count) > self._width - 5:
            facts.pop(0)  # where it is watched is known best
        yield render.spread(Text("  " + dot.join(facts), style="dim"), count, width=self._width)
        if self.saves.polling:
            yield render.cut(Text(f"  by polling: {self.saves.polling}", style="yellow"), self._width - 1)
        yield Text()
        title = Text(f"  {self.exercise.id} {self.glyphs.dot} {self.exercise.lesson.title}", style="bold")
        file = Text(self.watched.path.name, style=f"link {self.watched.path.as_uri()}")
        left = render.cut(title, max(8, self._width - 3 - file.cell_len))
        yield left + Text(" " * (self._width - 1 - left.cell_len - file.cell_len)) + file
        yield Text()

    def _body(self) -> Iterator[Text]:
        if self.failed:
            for text in (self.failed.what, self.failed.mend):
                yield from (Text(f"  {line}") for line in render.wrap(text, 2, self._width))
        elif self.report:
            for line in render.checks(self.report, self.glyphs, new=self.new, width=self._width):
                if self.checks is not None:
                    line.stylize("dim")  # of the file as it was before
                yield line
        else:
            for result in (each for each in self.results if not (each.unwritten or each.outcome is Outcome.WAITING)):
                yield from render.check_lines(result, self.glyphs, width=self._width)

    def _first_failed(self) -> int:
        """Where the body begins to be shown: at the task of the first check that did not pass."""
        marks = (f"    {self.glyphs.failed} ", f"    {self.glyphs.unsure} ")
        found = next((number for number, line in enumerate(self._body()) if line.plain.startswith(marks)), 1)
        return found - 1

    def _foot(self) -> Iterator[Text]:
        if self.report:
            yield from render.footer(self.report, self.glyphs, self._width)
        yield render.cut(Text(f"  {self.note}", style="yellow"), self._width - 1)
        prompt = Text(" ")
        for word in PROMPT:
            prompt += Text.assemble(" ", *((part, "bold underline" if len(part) == 1 else "") for part in word), " ")
        yield prompt


def _shown(path: Path) -> Path:
    """`path` as it is shown: from here, where it lies below."""
    here, there = Path.cwd(), path.absolute()
    return there.relative_to(here) if there.is_relative_to(here) else there
