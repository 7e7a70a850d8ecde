"""What to do next: the last lines of a screen, where the eye lands."""

from collections.abc import Iterator

from rich.text import Text

from grader.cli.screen import out
from grader.course import Course
from grader.model import Outcome, Report, Result
from grader.render.terminal import WIDTH, fold
from grader.workspace import Workspace


def show_steps(*rows: tuple[str, str]) -> None:
    """Print them. A command is never broken: it is there to be copied."""
    console = out()
    for line in steps(*rows, width=console.width):
        console.print(line, soft_wrap=True)


def steps(*rows: tuple[str, str], width: int = WIDTH) -> Iterator[Text]:
    """`Next   command   what it does`, a row each; what does not fit beside its command goes below."""
    column = max((len(command) for command, _ in rows if len(command) < width // 2), default=0)
    yield Text()
    for number, (command, says) in enumerate(rows):
        line = Text.assemble(("  Next   " if number == 0 else " " * 9, "bold"), (command, "cyan"))
        beside = line + Text(" " * (max(0, column - len(command)) + 3) + says)
        if beside.cell_len < width or not says:
            beside.rstrip()
            yield beside
        else:
            yield line
            yield from fold(Text(" " * 11 + says), 11, width)
    yield Text()


def first_failed(report: Report) -> Result | None:
    """The first result that says what is wrong; None when there is none."""
    failed = next((result for result in report.results if result.outcome not in (Outcome.PASSED, Outcome.WAITING)), None)
    return None if failed and not failed.messages and failed.outcome is Outcome.NOT_RUN else failed


def after_grading(report: Report, course: Course, workspace: Workspace | None, *, coverage: bool) -> list[tuple[str, str]]:
    """The rows after a grade: what helps with the first thing that failed, or what comes next."""
    exercise = report.exercise
    failed = first_failed(report)
    rows: list[tuple[str, str]] = []
    if report.passed is False:
        if failed and failed.interleaving:
            where = "" if workspace else f" --file {report.submission.path}"
            rows.append((f"course replay {failed.check.id}{where}", "see the threads collide, step by step"))
        hint = failed.check.task if failed else exercise.tasks[0].id
        rows.append((f"course hint {hint}", "the next hint for this task"))
        unwritten = failed and failed.unwritten
        about = failed and any(message.reread for message in failed.messages) and not unwritten
        if failed and about and failed.check.about and failed.outcome is not Outcome.NOT_RUN:
            rows.append((f"course read {exercise.id} --at {failed.check.about}", "the page about this"))
        else:
            rows.append((f"course read {exercise.id}", f"the lesson, {exercise.lesson.minutes} minutes"))
    elif report.passed is None:
        rows.append((f"course grade {exercise.id}", "no verdict this time: try again, or ask an instructor"))
    else:
        following = next((other for other in course.exercises if other.lesson.number > exercise.lesson.number), None)
        rows.append((f"course read {exercise.id} --at after", "a page for those who have passed"))
        if not coverage:
            rows.append((f"course grade {exercise.id} --coverage", "lines that no check reached"))
        if following:
            rows.append((f"course read {following.id}", f"{following.lesson.title} · {following.lesson.minutes} min".replace(" · ", ", ")))
    return rows
