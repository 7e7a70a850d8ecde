"""An autograder for one exercise, as the zip that Gradescope takes: `setup.sh`, `run_autograder`, and of the course what they need.

    setup.sh  run_autograder       gradescope/, as they lie there             requirements.txt   the versions that are installed here
    exercise.sh                    which exercise, and at what isolation      course/            the grader, this suite, no solution

Layout and names: https://gradescope-autograders.readthedocs.io/en/latest/specs/. Suites are in it: it is for the platform, not for learners.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from grader.course import Course
from grader.errors import UsageError
from grader.model import Exercise

NAME = "gradescope-zip"
_SCRIPTS = Path(__file__).parent / "gradescope"
_SETTINGS = """\
EXERCISE={id}
FILE={file}
# The weakest isolation to grade at. Containers seldom allow more; every report names the one that it had.
ISOLATION=partial
"""


def build(course: Course, exercise: Exercise) -> bytes:
    """The zip; the same course gives the same bytes. Raises `UsageError` when it is not known what the grader needs."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in sorted(_contents(course, exercise)):
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (0o755 if name in ("setup.sh", "run_autograder") else 0o644) << 16
            archive.writestr(entry, body, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _contents(course: Course, exercise: Exercise) -> Iterator[tuple[str, bytes]]:
    yield from ((path.name, path.read_bytes()) for path in _SCRIPTS.iterdir())
    yield "exercise.sh", _SETTINGS.format(id=exercise.id, file=f"{exercise.module}.py").encode()
    yield "requirements.txt", _requirements().encode()
    package = course.suites.parent
    for path in sorted(package.rglob("*")):
        inside = path.relative_to(package)
        if path.is_file() and _is_needed(inside.parts, exercise):
            yield f"course/grader/{inside.as_posix()}", path.read_bytes()
    for other in course.exercises:
        yield f"course/lessons/{other.lesson.path.name}/lesson.toml", (other.lesson.path / "lesson.toml").read_bytes()


def _is_needed(parts: tuple[str, ...], exercise: Exercise) -> bool:
    """Whether a file of the package is: of the suites this one alone, and not the files that prove it."""
    if "__pycache__" in parts or parts[0] in ("_content", "skeleton_files"):
        return False
    if parts[0] == "suites" and len(parts) > 2:
        return parts[1] == exercise.suite.name and parts[2] not in ("right", "wrong")
    return True


def _requirements() -> str:
    """What the course needs at run time, in the versions that it runs with here."""
    try:
        needed = metadata.requires("thread-vs-process") or []
    except metadata.PackageNotFoundError:
        raise UsageError("the course is not installed, so it is not known what it needs", "pip install -e .    in its folder") from None
    names = [match[0] for line in needed if "extra ==" not in line and (match := re.match(r"[\w.-]+", line))]
    return "".join(f"{name}=={metadata.version(name)}\n" for name in sorted(names))
