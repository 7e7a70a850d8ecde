"""`course release`: the folder that an instructor hands out. Stubs, pages and programs; nothing that gives an answer away.

What may go out is listed here, by name: a file that nobody thought of stays at home. Teacher's notes are cut out of the pages.
"""

from pathlib import Path

from .course import Course
from .errors import NotWritable, UsageError
from .lesson_text import without_notes
from .workspace import HELPERS, PROGRESS, Progress, write_whole

LESSON_FILES = ("README.md", "after.md", "hints.md", "demo.py", "demo.out", "quiz.toml", "lesson.toml", "bundled_site.py")
"""Of each lesson. games.py is not among them: it names what goes wrong."""
PAGES = ("GLOSSARY.md", "ERRORS.md")

_README = """\
# Threads, processes and futures in Python

Read `lessons/01_processes_and_threads/README.md`, guess what its `demo.py` prints, run it, then fill in the file of the same number under
`exercises/`. Hand that file in as your instructor says. Everything needs Python 3.11 or newer and nothing else.

With the course installed, this folder is a workspace: `course` says where you are, and `course grade 01` marks your file.
"""


def write(course: Course, target: Path) -> list[Path]:
    """Write the folder; the paths written, relative to it. Raises `UsageError` where something is in the way, and writes nothing then."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target} is there already, and not an empty folder", "course release ANOTHER_FOLDER")
    files = contents(course)
    try:
        for path, data in files.items():
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            write_whole(target / path, data)
    except OSError as error:
        raise NotWritable(f"{target} cannot be written: {(error.strerror or '').lower()}", "course release ANOTHER_FOLDER") from error
    return list(files)


def contents(course: Course) -> dict[Path, bytes]:
    """Every file of the folder."""
    texts = {**HELPERS, "README.md": _README, PROGRESS: Progress().text()}
    files = {Path(name): text.encode() for name, text in texts.items()}
    pages = [course.root / "lessons" / name for name in PAGES]
    for exercise in course.exercises:
        pages += [path for name in LESSON_FILES if (path := exercise.lesson.path / name).is_file()]
        files[Path("exercises", exercise.stub.name)] = exercise.stub.read_bytes()
    for page in pages:
        text = page.read_text("utf-8")
        files[page.relative_to(course.root)] = (without_notes(text) if page.suffix == ".md" else text).encode()
    return files
