"""Where lessons, exercises, solutions and suites are, and which of them an id means.

In a checkout they lie at the top; in an installed wheel under `grader/_content/`. Both look the same from here.
"""

import difflib
import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .errors import BrokenCourse, UnknownId, UsageError
from .model import Exercise, Game, Lesson, Task

_PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Course:
    """The course under `root`, a folder that holds lessons/, exercises/ and solutions/."""

    root: Path
    suites: Path = _PACKAGE / "suites"

    @classmethod
    def find(cls) -> "Course":
        """The course that belongs to this package."""
        for root in (_PACKAGE / "_content", _PACKAGE.parent):
            if (root / "lessons").is_dir():
                return cls(root)
        raise BrokenCourse("the lessons are missing from this installation", "install thread-vs-process again")

    def checkout(self) -> Path:
        """The folder that an author writes in. Raises `UsageError` for an installed course, whose folders are nobody's to write in."""
        if self.suites != self.root / "grader" / "suites":
            raise UsageError(
                "this course is installed: its lessons are written in a checkout, which is not here",
                "in a checkout: pip install -e '.[dev]', then the same command again",
            )
        return self.root

    @cached_property
    def exercises(self) -> tuple[Exercise, ...]:
        """All exercises, in order."""
        return tuple(self._exercise(path) for path in sorted(self.root.glob("lessons/[0-9][0-9]_*/lesson.toml")))

    def _exercise(self, toml: Path) -> Exercise:
        try:
            data = tomllib.loads(toml.read_text("utf-8"))
            number, slug = int(data["number"]), str(data["slug"])
            tasks = tuple(Task(task["id"], task["name"], task["says"]) for task in data["tasks"])
            games = tuple(Game(**game) for game in data.get("games", ()))
            lesson = Lesson(
                number, slug, data["title"], data["minutes"], tuple(data["objectives"]), tuple(data["needs"]), tasks, toml.parent, games
            )
        except (KeyError, TypeError, ValueError) as error:
            said = f"{error} is missing" if isinstance(error, KeyError) else error
            raise BrokenCourse(f"{toml.parent.name}/lesson.toml: {said}", "mend that file, then: course check") from error
        name = f"ex{number:02}_{slug}"
        stub, solution = self.root / "exercises" / f"{name}.py", self.root / "solutions" / f"{name}.py"
        return Exercise(f"{number:02}", slug, lesson, stub, solution, self.suites / name)

    def resolve(self, text: str) -> tuple[Exercise, Task | None]:
        """What a forgiving id means: "3", "03", "03b", "url", "load_all", a path. Raises `UsageError`, with a guess."""
        wanted = Path(text).stem.removeprefix("ex").lower() if ("/" in text or text.endswith(".py")) else text.strip().lower()
        if match := re.fullmatch(r"(?:ex)?0*(\d{1,4})([a-z]?)(?:[._].*)?", wanted):
            for exercise in self.exercises:
                if exercise.lesson.number == int(match[1]):
                    task = next((task for task in exercise.tasks if task.id.endswith(match[2] or "-")), None)
                    if task or not match[2]:
                        return exercise, task
        names: dict[str, tuple[Exercise, Task | None]] = {}
        for exercise in self.exercises:
            names |= {exercise.id: (exercise, None), exercise.slug: (exercise, None)}
            names |= {task.id: (exercise, task) for task in exercise.tasks} | {
                task.name.lower(): (exercise, task) for task in exercise.tasks
            }
        if wanted in names:
            return names[wanted]
        inside = [name for name in names if wanted and wanted in name]
        if len({names[name][0].id for name in inside}) == 1:
            found = names[inside[0]][0]
            return found, None
        known = ", ".join(exercise.id for exercise in self.exercises)
        words = list(names) + [word for name in names for word in name.split("_") if len(word) > 3]
        near = difflib.get_close_matches(wanted, words, 1, 0.6)
        guess = f"did you mean {near[0]}?  " if near else ""
        raise UnknownId(f"there is no exercise {text!r}", f"{guess}The exercises are {known}: course status")


def lesson_file(path: Path) -> str:
    """The text of a lesson's file. Raises `BrokenCourse` when it is not there."""
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise BrokenCourse(f"{path.parent.name}/{path.name} is missing", "course check") from error
