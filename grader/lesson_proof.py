"""The part of `course check` that reads: the files of a lesson are all there, nothing in them is a TODO, and they have their shapes."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from . import lesson_text
from .model import Exercise, Finding

LESSON_FILES = ("README.md", "demo.py", "quiz.toml", "lesson.toml", "hints.md", "after.md")
HINTS = 3
"""Hints of each task."""


def place(exercise: Exercise, path: Path) -> str:
    """How a finding names a file: from the folder of the checkout, so that it can be opened; in an installed course by its own folder."""
    root = exercise.stub.parent.parent
    return str(path.relative_to(root)) if path.is_relative_to(root) else f"{path.parent.name}/{path.name}"


def missing(exercise: Exercise) -> list[Finding]:
    """The files without which the rest cannot be read or graded."""
    lesson = exercise.lesson
    pages = [lesson.path / name for name in (*LESSON_FILES, *(["games.py"] if lesson.games else []))]
    files = [*pages, exercise.stub, exercise.solution, exercise.suite / "suite.py"]
    mend = f"course new {exercise.id} {exercise.slug}    writes the skeleton of what is not there"
    return [Finding(place(exercise, path), "is missing", mend if path.name != "games.py" else "") for path in files if not path.is_file()]


def lesson_findings(exercise: Exercise) -> Iterator[Finding]:
    """What is not as it must be in an exercise of which no file is `missing`."""
    folder = exercise.lesson.path
    yield from _unwritten(exercise)
    if not (folder / "demo.out").is_file():
        yield Finding(
            place(exercise, folder / "demo.out"),
            "is missing",
            f"course check {exercise.id} --record    runs demo.py and keeps what it prints",
        )
    yield from _pages(exercise)
    yield from _metadata(exercise)
    for path in (exercise.stub, exercise.solution):
        try:
            foreign = _imports(path) - sys.stdlib_module_names
        except SyntaxError as error:
            yield Finding(f"{place(exercise, path)}:{error.lineno}", f"cannot be read as Python: {error.msg}")
        else:
            if foreign:
                yield Finding(place(exercise, path), f"imports {', '.join(sorted(foreign))}: the standard library only")
    if not any((exercise.suite / "right").glob("*.py")):
        what = "has no file: another correct way, with a first line `# right: what is different in it`, must earn full marks"
        yield Finding(place(exercise, exercise.suite / "right"), what)


def _unwritten(exercise: Exercise) -> Iterator[Finding]:
    """Lines of a skeleton that nobody has replaced."""
    pages = (path for path in exercise.lesson.path.iterdir() if path.suffix in (".md", ".toml", ".py"))
    for path in (*sorted(pages), exercise.stub, exercise.solution, *sorted(exercise.suite.rglob("*.py"))):
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            if match := re.search(r'\bTODO\b:? *([^"]*)', line):
                yield Finding(f"{place(exercise, path)}:{number}", f"is still a TODO: {match[1].strip()}")


def _pages(exercise: Exercise) -> Iterator[Finding]:
    """Sections, pictures and hints."""
    folder = exercise.lesson.path
    order = lesson_text.SECTIONS
    found = lesson_text.sections((folder / "README.md").read_text("utf-8"))
    if found != order:
        absent, foreign = ([f"## {name}" for name in names] for names in ((set(order) - set(found)), (set(found) - set(order))))
        what = (
            f"lacks {', '.join(sorted(absent))}" if absent else f"has {', '.join(sorted(foreign))} too" if foreign else "has another order"
        )
        yield Finding(
            place(exercise, folder / "README.md"), f"{what}; the sections of every lesson are {', '.join(order)}, a ## heading each"
        )
    for path in sorted(folder.glob("*.md")):
        for number in lesson_text.wide_lines(path.read_text("utf-8")):
            yield Finding(f"{place(exercise, path)}:{number}", f"a fenced line of more than {lesson_text.FENCE_WIDTH} columns")
    hints = (folder / "hints.md").read_text("utf-8")
    for task in exercise.tasks:
        if (count := len(lesson_text.hints(hints, task.id))) != HINTS:
            what = f"{task.id} has {count} hints, not {HINTS}: below `## {task.id} {task.name}`, a heading ### for each"
            yield Finding(place(exercise, folder / "hints.md"), what)


def _metadata(exercise: Exercise) -> Iterator[Finding]:
    """lesson.toml and quiz.toml against their shapes; pydantic comes with typer, and names the field that is wrong."""
    from pydantic import TypeAdapter, ValidationError

    from .lesson_shapes import LessonFile, QuizFile

    for name, shape in (("lesson.toml", LessonFile), ("quiz.toml", QuizFile)):
        path = exercise.lesson.path / name
        try:
            TypeAdapter(shape).validate_python(tomllib.loads(path.read_text("utf-8")))
        except (OSError, tomllib.TOMLDecodeError) as error:
            yield Finding(place(exercise, path), str(error))
        except ValidationError as error:
            for problem in error.errors():
                field = ".".join(map(str, problem["loc"]))
                yield Finding(place(exercise, path), f"{field}: {problem['msg']}")


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names
