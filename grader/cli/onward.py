"""`course next`, `course reset` and `course explain`: going on, going back, and what a message means."""

import sys

from grader.cli.next_steps import show_steps
from grader.cli.screen import glyphs, out, say
from grader.course import Course
from grader.errors import UnknownId, UsageError
from grader.workspace import Workspace


def go_on(id: str | None) -> None:
    """Make the exercise after the current one, or the one that `id` means, the current one. Raises `UsageError`."""
    course, workspace = Course.find(), Workspace.find()
    progress = workspace.progress()
    current = progress.current(course.exercises)
    if id:
        goal = course.resolve(id)[0]
    elif current is None:
        raise UsageError("every exercise is passed: there is no next one", "course read 01 --at after    a page for those who have passed")
    else:
        following = [exercise for exercise in course.exercises if exercise.id > current.id and not progress.passed(exercise)]
        if not following:
            raise UsageError(f"{current.id} is the last one that is open", f"course grade {current.id}")
        goal = following[0]
    workspace.save(progress.going_to(goal))
    say()
    say(f"  {goal.id}  {goal.lesson.title}, {goal.lesson.minutes} min")
    left = [exercise.id for exercise in course.exercises if exercise.id < goal.id and not progress.passed(exercise)]
    if left:
        say(f"  {', '.join(left)} stay{'s' if len(left) == 1 else ''} open: course next {left[0]} goes back.")
    rows = (f"course read {goal.id}", "the lesson"), (f"course demo {goal.id}", "guess what its program prints, then run it")
    show_steps(*rows)


def reset(id: str | None, *, dry_run: bool) -> None:
    """Put the stub back, and keep the learner's file beside it."""
    course, workspace = Course.find(), Workspace.find()
    exercise = course.resolve(id)[0] if id else workspace.progress().current(course.exercises) or course.exercises[-1]
    file = workspace.file(exercise)
    kept = workspace.reset(exercise, dry_run=dry_run)
    mark, would = glyphs(sys.stdout).passed, "would be" if dry_run else "is"
    say()
    if kept is None:
        say(f"  {mark} {file.name} is the stub already: there is nothing to reset")
    elif kept == file:
        say(f"  {mark} {file.name} was not there, and {would} the stub now")
    else:
        say(f"  {mark} your file {would} kept as exercises/{kept.name}")
        say(f"  {mark} exercises/{file.name} {would} the stub again; points and hints are kept")
    show_steps((f"course reset {exercise.id}", "without --dry-run") if dry_run else (f"course read {exercise.id}", "the lesson"))


def explain(name: str | None) -> None:
    """What a code or an outcome means: a part of lessons/ERRORS.md, or the names of all parts. Raises `UnknownId`."""
    from rich.markdown import Markdown

    from grader.lesson_text import section, sections

    text = (Course.find().root / "lessons" / "ERRORS.md").read_text("utf-8")
    known = {title.lower(): title for title in sections(text)}
    wanted = (name or "").strip("[]").lower().replace(" ", "_").replace("-", "_")
    if not name:
        say(f"  course explain NAME, with one of {', '.join(known.values())}")
    elif wanted in known:
        out().print(Markdown(section(text, known[wanted]), hyperlinks=False))
    else:
        raise UnknownId(f"there is nothing to explain about {name!r}", f"the names are {', '.join(known.values())}")
