"""`course new`: the skeleton of a lesson, written into the folders of a checkout.

    grader/skeleton_files/lessons/NN_SLUG/README.md   ->   lessons/15_barriers/README.md

The folder holds one small lesson that can be graded as it is. What an author has to replace stands in lines with a TODO, which
`course check` lists until none is left. NN, NUMBER and SLUG stand for the lesson's id, its number and its name, in paths and in texts.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from .course import Course
from .errors import NotWritable, UsageError
from .workspace import write_whole

TEMPLATES = Path(__file__).resolve().parent / "skeleton_files"
LAST = "lesson.toml"
"""Written after all others: it makes the folder a lesson of the course, and so a broken disk leaves no half of one."""


@dataclass(frozen=True)
class Written:
    """What became of a skeleton. Paths are relative to the course's folder."""

    written: tuple[Path, ...]
    left: tuple[Path, ...]
    """Those that were there, and are as they were."""


def write(course: Course, id: str, slug: str) -> Written:
    """Write what is not there of lesson `id`, and never over a file. Raises `UsageError`."""
    root = course.checkout()
    _refuse_bad_names(course, id, slug)
    _refuse_taken(course, id, slug)
    written, left = [], []
    for template in _templates():
        path = Path(_filled(str(template.relative_to(TEMPLATES)), id, slug))
        target = root / path
        try:
            if target.exists():
                left.append(path)
            elif not _is_replaced(target):
                target.parent.mkdir(parents=True, exist_ok=True)
                write_whole(target, _filled(template.read_text("utf-8"), id, slug).encode())
                written.append(path)
        except OSError as error:
            reason = (error.strerror or "").lower()
            raise NotWritable(f"{path} cannot be written: {reason}", f"mend that, then: course new {id} {slug}") from error
    return Written(tuple(written), tuple(left))


def _templates() -> list[Path]:
    """The files of the skeleton, lesson.toml last."""
    found = sorted(path for path in TEMPLATES.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return sorted(found, key=lambda path: path.name == LAST)


def _is_replaced(target: Path) -> bool:
    """Whether this is an example of a right or a wrong file, and the author has others by now."""
    return target.parent.name in ("right", "wrong") and any(target.parent.glob("*.py"))


def _filled(text: str, id: str, slug: str) -> str:
    return text.replace("NUMBER", str(int(id))).replace("NN", id).replace("SLUG", slug)


def _refuse_bad_names(course: Course, id: str, slug: str) -> None:
    """Raises `UsageError`, with a command that would do."""
    snake = re.sub(r"[^a-z0-9]+", "_", slug.lower()).strip("_0123456789") or "a_name"
    if not re.fullmatch(r"[0-9]{2}", id) or id == "00":
        raise UsageError(f"{id!r} is no id of a lesson: two digits are needed, 01 to 99", _next(course, snake))
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", slug):
        raise UsageError(
            f"{slug!r} is no name of a lesson: small letters, digits and single underscores make one", f"course new {id} {snake}"
        )


def _refuse_taken(course: Course, id: str, slug: str) -> None:
    """Raises `UsageError` when the id belongs to a lesson of another name, or the name to one of another id."""
    for place in ("lessons/{}_*", "exercises/ex{}_*.py", "solutions/ex{}_*.py", "grader/suites/ex{}_*"):
        for path in sorted(course.root.glob(place.format(id))):
            if path.stem.partition("_")[2] != slug:
                raise UsageError(f"the id {id} is taken by {path.relative_to(course.root)}", _next(course, slug))
    for path in sorted(course.root.glob(f"lessons/[0-9][0-9]_{slug}")):
        if path.name[:2] != id:
            raise UsageError(f"the name {slug} is taken by {path.relative_to(course.root)}", f"course new {id} ANOTHER_NAME")


def _next(course: Course, slug: str) -> str:
    """The command with the first id that is free."""
    taken = {int(path.name[:2]) for path in course.root.glob("lessons/[0-9][0-9]_*")}
    return f"course new {min({*range(1, 100)} - taken, default=99):02} {slug}"
