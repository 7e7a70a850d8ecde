"""The learner's commands: start, status, read, demo, grade, hint, compare and the games with the scheduler."""

import os
import platform
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from grader import __version__
from grader.cli.top import GradeArguments, guarded
from grader.course import Course
from grader.errors import BrokenCourse, CourseError, UsageError
from grader.model import Exercise
from grader.workspace import Workspace


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
    from grader.cli.next_steps import steps
    from grader.cli.screen import glyphs, out, say

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
    say("  read    a short lesson; guess what its program prints, then run it")
    say("  write   fill in one file under exercises/, in the editor you like")
    say("  grade   hidden checks watch your threads and processes from outside")
    say()
    say("  Your work and progress stay in this folder. Nothing is sent anywhere.")
    rows = [(f"cd {folder}", "")] if folder.resolve() != Path.cwd() else []
    for line in steps(*rows, (f"course read {course.exercises[0].id}", "the first lesson")):
        out().print(line)


def status(*, brief: bool) -> None:
    """Where the learner is; `brief`: one exercise, else a line for each."""
    from grader.cli.next_steps import steps
    from grader.cli.screen import glyphs, out, say

    course = Course.find()
    try:
        workspace = Workspace.find()
    except UsageError as error:
        if not brief:
            raise
        say()
        say("  Threads, processes and futures: a course that runs in your terminal")
        say(f"  {len(course.exercises)} lessons; {error.what.partition(',')[0]}.")
        for line in steps(("course start", "make a workspace in ./thread-course"), ("course --help", "every command")):
            out().print(line)
        return
    progress, marks = workspace.progress(), glyphs(sys.stdout)
    current = progress.current(course.exercises)
    say()
    for exercise in course.exercises:
        if brief and exercise is not current:
            continue
        best = progress.best.get(exercise.id)
        mark = marks.passed if best and best.passed else marks.failed if best else marks.waiting
        points = f"{best.earned}/{best.possible}" if best else f"{exercise.lesson.minutes} min"
        here = " <- here" if exercise is current and not brief else ""
        tries = progress.tries.get(exercise.id, 0)
        tried = "" if not tries else "1 try" if tries == 1 else f"{tries} tries"
        say(f"  {mark} {exercise.id}  {(exercise.lesson.title + here):<52} {tried:>9}{points:>9}")
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
    for line in steps(*rows):
        out().print(line)


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
    text = _lesson_file(path)
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
    from grader.cli.screen import say

    exercise = _exercise(id)
    program = exercise.lesson.path / "demo.py"
    _lesson_file(program)
    questions: list[dict[str, Any]] = tomllib.loads(_lesson_file(exercise.lesson.path / "quiz.toml"))["questions"]
    asked = not yes and sys.stdin.isatty() and sys.stdout.isatty()
    guesses = [_ask(question) for question in questions] if asked else []
    say(f"  {program.name} of lesson {exercise.id}:")
    say()
    code = subprocess.run([sys.executable, str(program)], check=False).returncode
    if code:
        raise BrokenCourse(f"the demo of lesson {exercise.id} ended with exit code {code}", "course check")
    for number, (question, guess) in enumerate(zip(questions, guesses, strict=False), 1):
        _compare(number, question, *guess)


SURE = ("a guess", "fairly sure", "certain")


def _ask(question: dict[str, Any]) -> tuple[str, str]:
    """One predict question: the option's number and how sure the learner is; Enter skips it, and then both are empty."""
    from grader.cli.screen import say

    say()
    say(f"  {question['ask']}")
    for line in question.get("code", "").strip("\n").splitlines():
        say(f"      {line}")
    options = {str(number): option for number, option in enumerate(question["options"], 1)}
    for number, option in options.items():
        say(f"    {number}  {option}")
    while (answer := typer.prompt("  your guess (Enter to skip)", default="", show_default=False).strip()) not in ("", *options):
        say(f"    one of {', '.join(options)}")
    if not answer:
        return "", ""
    levels = {str(number): level for number, level in enumerate(SURE, 1)}
    said = ", ".join(f"{number} {level}" for number, level in levels.items())
    while (sure := typer.prompt(f"  how sure: {said}", default="1", show_default=False).strip()) not in levels:
        say(f"    one of {', '.join(levels)}")
    return answer, levels[sure]


def _compare(number: int, question: dict[str, Any], guess: str, sure: str) -> None:
    """After the run: what the answer is, beside the guess."""
    from grader.cli.screen import glyphs, say

    marks = glyphs(sys.stdout)
    answer = f"{question['answer']}  {question['options'][question['answer'] - 1]}"
    say()
    say(f"  {number}. {question['ask']}")
    if guess == str(question["answer"]):
        say(f"  {marks.passed} {answer} (so you said, {sure})")
    elif guess:
        say(f"  {marks.failed} {answer} (you said {guess}, {sure})")
        if sure == SURE[-1]:
            say("    Certain and wrong is the most useful of all: here something is to be learnt.")
    else:
        say(f"  {marks.waiting} {answer}")
    say(f"    {question['why']}")
    if question.get("versions"):
        say(f"    {question['versions']}")


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
    from grader.cli.watch import watch as run

    raise typer.Exit(guarded(lambda: run(id, poll=poll)))  # typer would answer Ctrl-C without a word


def replay(
    id: Id = None,
    file: Annotated[str | None, typer.Option("--file", metavar="PATH", help="Grade this file now, and show what it fails by.")] = None,
    schedule: Annotated[str | None, typer.Option("--schedule", metavar="TEXT", help="Follow this one: 'b4 c b'.")] = None,
    live: Annotated[bool, typer.Option("--live", help="Step with the keys.")] = False,
) -> None:
    from grader.cli.replay import replay as run

    raise typer.Exit(run(id, file, schedule, live=live))


def play(
    id: Id = None,
    file: Annotated[str | None, typer.Option("--file", metavar="PATH", help="Play this file instead of the one in the workspace.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Play the lesson's program.")] = False,
) -> None:
    from grader.cli.play import play as run

    raise typer.Exit(run(id, file, demo=demo))


def hint(id: Id = None) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from grader.cli.next_steps import steps
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
    found = hints(_lesson_file(exercise.lesson.path / "hints.md"), task.id)
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
    for line in steps(*rows):
        out().print(line)
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
    from grader.sandbox.client import Sandbox, SandboxError

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


def _lesson_file(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise BrokenCourse(f"{path.parent.name}/{path.name} is missing", "course check") from error
