"""The learner's commands: start, status, read, demo, grade, hint, compare and the games with the scheduler."""

import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from grader import __version__
from grader.cli.top import GradeArguments, guarded, needs_unix
from grader.course import Course, lesson_file
from grader.errors import BrokenCourse, CourseError, NoUnix, UsageError
from grader.model import Exercise
from grader.workspace import Progress, Workspace

if TYPE_CHECKING:
    from rich.text import Text


def _ids(incomplete: str) -> Iterator[tuple[str, str]]:
    """For the shell's completion."""
    for exercise in Course.find().exercises:
        if exercise.id.startswith(incomplete) or exercise.slug.startswith(incomplete):
            yield exercise.id, exercise.lesson.title


Id = Annotated[str | None, typer.Argument(metavar="[ID]", help="3, 03, 03b, a word of its name, or a path.", autocompletion=_ids)]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command(help="Make a folder to work in: the exercise files and your progress.")(start)
    app.command(name="status", help="All exercises, your points, and what is next.")(lambda: status(brief=False))
    app.command(help="Read a lesson, one section of it, or the glossary.")(read)
    app.command(help="Predict what a lesson's program prints, then run it.")(demo)
    app.command(help="Mark your file: hidden checks, each explained.")(grade)
    app.command(help="Grade your file at every save, and mark what is new.")(watch)
    app.command(help="See the order of your threads that fails a check, step by step.")(replay)
    app.command(help="Choose which thread goes next, and break a program.")(play)
    app.command(help="One more hint for a task.")(hint)
    app.command(help="The solution beside yours, after a pass.")(compare)
    app.command(name="next", help="Go on to the next exercise, or to the one that you name.")(go_on)
    app.command(help="Put a stub back; your file is kept beside it.")(reset)
    app.command(help="What an error code or an outcome means.")(explain)
    app.command(help="What this machine can do for grading, and how to mend what it cannot.")(doctor)


def start(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where; files that are there are left alone.")] = Path("thread-course"),
) -> None:
    from grader.cli.next_steps import show_steps
    from grader.cli.screen import glyphs, say

    course = Course.find()
    started = Workspace.start(folder, course)
    marks = glyphs(sys.stdout)
    left = f", {len(started.left)} left as they were" if started.left else ""
    level = _isolation()
    say()
    say("  Threads, processes and futures: a course that runs in your terminal")
    say()
    say(f"  {marks.passed} Python {platform.python_version()}     {_machine()}")
    say(f"  {marks.failed if level.startswith('none') else marks.passed} isolation: {level}")
    say(f"  {marks.passed} {folder}/exercises     {len(started.written)} files to fill in{left}")
    for path in started.moved:
        say(f"  {marks.passed} {path.name} is the new name of that exercise; your file and points went with it")
    for path in started.offered:
        say(f"  {marks.waiting} {path.name}: a newer stub, beside your file")
    say()
    say("  read    a short lesson; guess what its program prints, then run it", hang=10)
    say("  write   fill in one file under exercises/, in the editor you like", hang=10)
    say("  grade   hidden checks watch your threads and processes from outside", hang=10)
    say()
    say("  Your work and progress stay in this folder. Nothing is sent anywhere.")
    rows = [(f"cd {folder}", "")] if folder.resolve() != Path.cwd() else []
    show_steps(*rows, (f"course read {course.exercises[0].id}", "the first lesson"))


def status(*, brief: bool) -> None:
    """Where the learner is; `brief`: one exercise, else a line for each."""
    from grader.cli.next_steps import show_steps
    from grader.cli.screen import out, say

    course = Course.find()
    try:
        workspace = Workspace.find()
    except UsageError as error:
        if not brief:
            raise
        say()
        say("  Threads, processes and futures: a course that runs in your terminal")
        say(f"  {len(course.exercises)} lessons; {error.what.partition(',')[0]}.")
        show_steps(("course start", "make a workspace in ./thread-course"), ("course --help", "every command"))
        return
    progress, console = workspace.progress(), out()
    current = progress.current(course.exercises)
    say()
    for exercise in course.exercises:
        if brief and exercise is not current:
            continue
        console.print(_status_line(exercise, progress, " <- here" if exercise is current and not brief else "", console.width))
    passed = sum(progress.passed(exercise) for exercise in course.exercises)
    points = f", {sum(best.earned for best in progress.best.values())} points" if progress.best else ""
    say()
    say(f"  {passed} of {len(course.exercises)} passed{points}")
    if current:
        file = workspace.file(current)
        shown = file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file
        rows = [(f"course read {current.id}", "the lesson"), (f"course grade {current.id}", f"marks {shown}")]
    else:
        rows = [("course read 01 --at after", "the pages for those who have passed")]
    show_steps(*rows)


def _status_line(exercise: Exercise, progress: Progress, here: str, width: int) -> "Text":
    """An exercise, how often it was tried, and the points of the best try."""
    from rich.text import Text

    from grader.cli.screen import glyphs
    from grader.render.terminal import cut, spread

    marks, best, tries = glyphs(sys.stdout), progress.best.get(exercise.id), progress.tries.get(exercise.id, 0)
    mark = marks.passed if best and best.passed else marks.failed if best else marks.waiting
    points = f"{best.earned}/{best.possible}" if best else f"{exercise.lesson.minutes} min"
    tried = "" if not tries else "1 try" if tries == 1 else f"{tries} tries"
    right = f"{tried}{points:>9}".strip()
    title = cut(Text(f"  {mark} {exercise.id}  {exercise.lesson.title}"), width - 3 - len(here) - len(right))
    return spread(title + Text(here), right, width=width)


def read(
    id: Id = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="SECTION", help="A heading of the lesson; `after` for the page after passing.")
    ] = None,
    teacher: Annotated[bool, typer.Option("--teacher", help="With the teacher's notes.")] = False,
) -> None:
    from rich.markdown import Markdown

    from grader.cli.screen import is_live, out
    from grader.lesson_text import for_terminal, section, without_notes

    if id == "glossary":
        name, path = "glossary", Course.find().root / "lessons" / "GLOSSARY.md"
    else:
        exercise = _exercise(id)
        name, path = exercise.id, exercise.lesson.path / ("after.md" if at == "after" else "README.md")
    text = lesson_file(path)
    if not teacher:
        text = without_notes(text)
    if at and at != "after":
        text = section(text, at, name)
    text = for_terminal(text, name)
    console = out()
    if is_live(sys.stdout):
        os.environ.setdefault("LESS", "-FIRX")
        os.environ.setdefault("PAGER", "less")
        with console.pager(styles=console.color_system is not None):
            console.print(Markdown(text, hyperlinks=False))
    else:
        console.print(Markdown(text, hyperlinks=False))


def demo(
    id: Id = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Run it without asking for a prediction.")] = False,
) -> None:
    from grader.cli.demo import demo as run

    run(_exercise(id), yes=yes)


def grade(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Exercises or tasks; the current one by default.", autocompletion=_ids)
    ] = None,
    file: Annotated[str | None, typer.Option("--file", metavar="PATH", help="Mark this file instead of the one in the workspace.")] = None,
    task: Annotated[str | None, typer.Option("--task", metavar="ID", help="Only the checks of one task: 03b.")] = None,
    seed: Annotated[
        str | None, typer.Option("--seed", metavar="TEXT", help="Draw the same inputs as the run that printed this seed.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The report as JSON (report.schema.json).")] = False,
    junit: Annotated[str | None, typer.Option("--junit", metavar="PATH", help="Also write JUnit XML there.")] = None,
    html: Annotated[
        str | None, typer.Option("--html", metavar="FILE", help="Also write a report for a browser there, with pictures.")
    ] = None,
    trace: Annotated[
        str | None, typer.Option("--trace", metavar="FILE", help="Also write who did what when there, as Chrome trace events.")
    ] = None,
    export: Annotated[
        str | None, typer.Option("--export", metavar="NAME=FILE", help="Also write the report for a platform: course export lists them.")
    ] = None,
    timeline: Annotated[bool, typer.Option("--timeline", help="Also draw who did what when, as the grader saw it.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Also what your program printed, and where its threads were.")] = False,
    coverage: Annotated[bool, typer.Option("--coverage", help="Also name the lines that no check reached.")] = False,
    allow_isolation: Annotated[
        Literal["full", "partial", "process"],
        typer.Option("--allow-isolation", help="The lowest level to grade at; say full for a file that is not your own."),
    ] = "process",
) -> None:
    from grader.cli.grade import grade as run

    arguments = GradeArguments(
        tuple(ids or ()), file, task, seed, json, junit, verbose, coverage, timeline, html, trace, export, allow_isolation=allow_isolation
    )
    raise typer.Exit(run(arguments))


def watch(
    id: Id = None,
    poll: Annotated[bool, typer.Option("--poll", help="Look at the file again and again: for folders that report no changes.")] = False,
) -> None:
    needs_unix()
    from grader.cli.watch import watch as run

    raise typer.Exit(guarded(lambda: run(id, poll=poll)))  # typer would answer Ctrl-C without a word


def replay(
    id: Id = None,
    file: Annotated[str | None, typer.Option("--file", metavar="PATH", help="Grade this file now, and show what it fails by.")] = None,
    schedule: Annotated[str | None, typer.Option("--schedule", metavar="TEXT", help="Follow this one: 'b4 c b'.")] = None,
    live: Annotated[bool, typer.Option("--live", help="Step with the keys.")] = False,
) -> None:
    needs_unix()
    from grader.cli.replay import replay as run

    raise typer.Exit(run(id, file, schedule, live=live))


def play(
    id: Id = None,
    file: Annotated[str | None, typer.Option("--file", metavar="PATH", help="Play this file instead of the one in the workspace.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Play the lesson's program.")] = False,
) -> None:
    needs_unix()
    from grader.cli.play import play as run

    raise typer.Exit(run(id, file, demo=demo))


def hint(id: Id = None) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from grader.cli.next_steps import show_steps
    from grader.cli.screen import out, say
    from grader.lesson_text import for_terminal, hints

    course = Course.find()
    try:
        workspace = Workspace.find()
    except UsageError:
        workspace = None
    progress = workspace.progress() if workspace else None
    exercise, task = course.resolve(id) if id else (_exercise(None), None)
    task = task or exercise.tasks[0]
    found = hints(lesson_file(exercise.lesson.path / "hints.md"), task.id)
    if not found:
        raise BrokenCourse(f"lesson {exercise.id} has no hints for {task.id}", "course check")
    seen = progress.hints.get(task.id, 0) if progress else 0
    number = min(seen + 1, len(found))
    say()
    say(f"  {task.id} {task.name}: hint {number} of {len(found)}")
    say()
    # Plain paragraphs: a hint is short, and Rich's Markdown costs a third of the command.
    for paragraph in for_terminal(found[number - 1], exercise.id).split("\n\n"):
        text = paragraph if paragraph.startswith("```") else " ".join(paragraph.split())
        out().print(Padding(Text(text), (0, 2, 1, 2)))
    rows = [(f"course grade {task.id}", "the checks of this task")]
    if number < len(found):
        rows.insert(0, (f"course hint {task.id}", f"hint {number + 1} of {len(found)}"))
    show_steps(*rows)
    if workspace and progress and number != seen:
        try:
            workspace.save(progress.with_hint(task.id, number))
        except CourseError as error:
            print(f"course: {error.what}", file=sys.stderr)


def compare(
    id: Id = None,
    spoil: Annotated[bool, typer.Option("--spoil", help="Before a pass, too.")] = False,
) -> None:
    from grader.cli.compare import compare as run

    run(id, spoil=spoil)


def go_on(id: Id = None) -> None:
    from grader.cli.onward import go_on as run

    run(id)


def reset(
    id: Id = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
) -> None:
    from grader.cli.onward import reset as run

    run(id, dry_run=dry_run)


def explain(name: Annotated[str | None, typer.Argument(metavar="[CODE]", help="C201, or a word such as deadlocked.")] = None) -> None:
    from grader.cli.onward import explain as run

    run(name)


def doctor() -> None:
    needs_unix()
    from grader.cli.doctor import doctor

    raise typer.Exit(doctor())


def version() -> None:
    """Print what this is and what it runs on."""
    from grader.cli.screen import say

    say(f"thread-vs-process {__version__}")
    say(f"Python {platform.python_version()} on {platform.system()} {platform.machine()}; {_machine()}")
    say(f"isolation: {_isolation()}")


def _isolation() -> str:
    """The level that this machine offers, in words."""
    from grader.render.terminal import LEVELS

    try:
        needs_unix()
    except NoUnix as error:
        return f"none: {error.what}"
    from grader.sandbox.client import Sandbox
    from grader.sandbox.jail import SandboxError

    try:
        with Sandbox() as sandbox:
            return LEVELS[sandbox.level.value]
    except SandboxError as error:
        return f"none: {error}"


def _machine() -> str:
    """Cores, the lock, and how new processes start here."""
    import multiprocessing

    locked = getattr(sys, "_is_gil_enabled", lambda: True)()
    cores = os.cpu_count() or 1
    return f"GIL {'on' if locked else 'off'}, {cores} cores, new processes by {multiprocessing.get_start_method(allow_none=False)}"


def _exercise(id: str | None) -> Exercise:
    """The exercise that `id` means; the current one by default."""
    course = Course.find()
    if id:
        return course.resolve(id)[0]
    return Workspace.find().progress().current(course.exercises) or course.exercises[-1]
