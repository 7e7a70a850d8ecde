"""`course play`: the learner is the scheduler of a lesson's program, or of their own, and tries to break it."""

import sys
from collections.abc import Iterable
from pathlib import Path

from rich.text import Text

from grader.course import Course
from grader.errors import Exit, UsageError
from grader.model import Exercise, Game, Task
from grader.suite.play import Table
from grader.workspace import Workspace

UNDO, RESTART, EXPAND, MACHINE, QUIT = ("u", "\x7f", "\x1b[D"), ("r",), ("e",), ("m",), ("q", "\x1b", "\x03", "\x04")


def play(id: str | None, file: str | None, *, demo: bool) -> int:
    """Play one game; the exit code. Raises `CourseError`."""
    from grader import grading
    from grader.cli.screen import is_live, out
    from grader.sandbox.client import Sandbox

    course = Course.find()
    exercise, task = course.resolve(id or (Path(file).name if file else "")) if id or file else (_first(course), None)
    games = exercise.lesson.games
    if not games:
        known = ", ".join(other.id for other in course.exercises if other.lesson.games)
        raise UsageError(f"lesson {exercise.id} has no game", f"course play ID    with one of {known}")
    if not (is_live(sys.stdout) and sys.stdin.isatty()):
        raise UsageError(
            "a game needs a terminal and its keys", f"course replay {exercise.id}    shows what the grader found, without keys"
        )
    out().print("  setting up the threads", style="dim")
    with Sandbox() as sandbox:
        if not demo:
            for game, path in _own(exercise, task, file):
                with grading.play(exercise, game, grading.read(path, exercise).source, sandbox) as table:
                    if _is_written(table):
                        return _game(exercise, game, path, table)
        program = exercise.lesson.path / "demo.py"
        game = next(game for game in games if game.on == "demo")
        with grading.play(exercise, game, program.read_bytes(), sandbox) as table:
            return _game(
                exercise, game, program, table, "" if demo else "Nothing of your own to play with yet: this is the lesson's program."
            )


def _first(course: Course) -> Exercise:
    return next(exercise for exercise in course.exercises if exercise.lesson.games)


def _own(exercise: Exercise, task: Task | None, file: str | None) -> list[tuple[Game, Path]]:
    """The games on the learner's own file that are asked for; none when there is no such file."""
    if file:
        path = Path(file)
    else:
        try:
            path = Workspace.find().file(exercise)
        except UsageError:
            return []
    wanted = [game for game in exercise.lesson.games if game.on != "demo" and (task is None or game.on == task.id)]
    return [(game, path) for game in wanted] if file or path.exists() else []


def _is_written(table: Table) -> bool:
    """Whether there is something to play with: one run to the end tells."""
    while table.position.moves and table.steps < 3:
        table.step(table.position.moves[0].thread, fine=False)
    written = not table.position.unwritten
    table.undo(table.steps)
    return written


def _game(exercise: Exercise, game: Game, path: Path, table: Table, said: str = "") -> int:
    """Keys and screens, until it is left."""
    from grader.cli.next_steps import show_steps
    from grader.cli.screen import getkey, glyphs, out
    from grader.render.game import machine, screen, won

    console, marks, source = out(), glyphs(sys.stdout), path.read_text("utf-8", "replace").splitlines()
    fine, key = False, ""

    def show(lines: Iterable[Text]) -> str:
        console.clear()
        for line in lines:
            console.print(line, no_wrap=True, overflow="crop")
        return getkey()

    with console.screen(hide_cursor=False):
        while key not in QUIT:
            key = show(
                screen(game, path.name, table.position, source, marks, fine=fine, height=console.height, width=out().width, said=said)
            )
            said = ""
            if key in [str(move.thread) for move in table.position.moves]:
                table.step(int(key), fine=fine)
            elif key in EXPAND:
                fine = not fine
            elif key in UNDO:
                table.undo()
            elif key in RESTART:
                table.undo(table.steps)
            elif key in MACHINE:
                found, position = table.shortest()
                show(machine(found.executions, found.exhausted, position, source, console.height, out().width))
    if table.position.ended and not table.position.unwritten:
        console.print(*won(table.position, marks, out().width), sep="\n")
    show_steps((f"course read {exercise.id}", "the lesson"), (f"course grade {exercise.id}", "every order tried, and your file marked"))
    return Exit.PASSED
