"""`course compare`: the solution beside yours, one definition after another, for those who have passed."""

import ast
import sys
from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.syntax import Syntax
from rich.text import Text

from grader.cli.screen import is_live, out, say
from grader.course import Course
from grader.errors import UsageError
from grader.model import Exercise
from grader.workspace import Workspace


def compare(id: str | None, *, spoil: bool) -> None:
    """Print the definitions of the learner's file and those of the solution. Raises `UsageError` before the exercise is passed, unless `spoil`."""
    course, workspace = Course.find(), Workspace.find()
    exercise = course.resolve(id)[0] if id else workspace.progress().current(course.exercises) or course.exercises[-1]
    if not spoil and not workspace.progress().passed(exercise):
        raise UsageError(
            f"exercise {exercise.id} is not passed yet, and its solution would spoil it",
            f"course hint {exercise.id}, or course compare {exercise.id} --spoil",
        )
    file = workspace.file(exercise)
    try:
        yours = definitions(file.read_text("utf-8"))
    except (OSError, SyntaxError, UnicodeDecodeError) as error:
        say(f"  {file.name} cannot be read as Python: {error}")
        yours = {}
    console = out()
    if is_live(sys.stdout):
        with console.pager(styles=console.color_system is not None):
            console.print(*_side_by_side(exercise, yours), sep="\n")
    else:
        console.print(*_side_by_side(exercise, yours), sep="\n")


def definitions(source: str) -> dict[str, str]:
    """The source of each function and class at the top level, by its name. Raises `SyntaxError`."""
    found = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef))
    return {node.name: ast.get_source_segment(source, node) or "" for node in found}


def _side_by_side(exercise: Exercise, yours: dict[str, str]) -> Iterator[RenderableType]:
    """Each definition that the learner had to write: theirs, if it has the same name, then the solution's."""
    given = {name: _shape(code) for name, code in definitions(exercise.stub.read_text("utf-8")).items()}
    for name, code in definitions(exercise.solution.read_text("utf-8")).items():
        if given.get(name) == _shape(code):
            continue  # it stood in the stub, ready to use
        yield Text()
        if name in yours:
            yield Text(f"  {name}, yours", style="bold")
            yield _code(yours[name])
            yield Text(f"  {name}, the solution's", style="bold")
        else:
            yield Text(f"  {name}, in the solution only", style="bold")
        yield _code(code)


def _code(source: str) -> RenderableType:
    return Padding(Syntax(source, "python", theme="ansi_dark", background_color="default", word_wrap=True), (0, 0, 0, 4))


def _shape(source: str) -> str:
    """The code without its docstrings and layout."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.dump(tree)
