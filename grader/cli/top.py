"""From the arguments to the exit code: the hot path, typer for the rest, and every error in one place."""

import errno
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from grader.errors import CourseError, Exit, NoUnix


@dataclass(frozen=True)
class GradeArguments:
    """What `course grade` was asked. The fields are its options."""

    ids: tuple[str, ...] = ()
    file: str | None = None
    task: str | None = None
    seed: str | None = None
    json: bool = False
    junit: str | None = None
    verbose: bool = False
    coverage: bool = False
    timeline: bool = False
    html: str | None = None
    trace: str | None = None
    export: str | None = None
    """NAME or NAME=FILE: a format of `course export`, and where it goes."""
    allow_isolation: str = "process"
    """The lowest level of isolation to grade at. One's own file may run at any; for other people's say "full"."""


def plain_grade(arguments: list[str]) -> GradeArguments | None:
    """`grade ID... [--file PATH] [--json]`, or None for anything else: typer's to parse, explain or refuse."""
    if arguments[:1] != ["grade"]:
        return None
    ids: list[str] = []
    file, as_json, rest = None, False, arguments[1:]
    while rest:
        word = rest.pop(0)
        if word == "--file" and rest and not rest[0].startswith("-"):
            file = rest.pop(0)
        elif word == "--json":
            as_json = True
        elif word.startswith("-"):
            return None
        else:
            ids.append(word)
    return GradeArguments(ids=tuple(ids), file=file, json=as_json)


def run(arguments: list[str]) -> int:
    """Run one command line; its exit code."""
    sys.stdout, sys.stderr = sys.stdout or _nowhere(), sys.stderr or _nowhere()  # closed by who started us
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr] # a legacy pipe must not turn a tick into a traceback
    hot = plain_grade(arguments)
    if hot:
        return guarded(lambda: _grade(hot))
    return guarded(lambda: _typer(arguments))


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")


def _grade(arguments: GradeArguments) -> int:
    from grader.cli.grade import grade

    return grade(arguments)


def _typer(arguments: list[str]) -> int:
    from grader.cli.app import app

    try:
        app(args=arguments, prog_name="course", standalone_mode=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    return Exit.PASSED


def needs_unix() -> None:
    """Come before whatever imports the sandbox, or locks a file. Raises `NoUnix` on Windows."""
    if sys.platform == "win32":
        raise NoUnix(
            "grading needs fork and Unix sockets, which Windows does not have; lessons and hints can be read here",
            "use WSL2, where all of it works: wsl --install, then the same command in there",
        )


def guarded(command: Callable[[], int]) -> int:
    """Run `command`; what goes wrong becomes a clear line on stderr and the right exit code."""
    try:
        return command()
    except CourseError as error:
        print(*map(_folded, f"course: {error.what} [{error.name}]".splitlines()), sep="\n", file=sys.stderr)
        if error.mend:
            print(f"  {error.mend}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        print("\ncourse: interrupted; nothing of it is still running", file=sys.stderr)
        return Exit.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader, `head` perhaps, has seen enough
        return Exit.PASSED
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            print("course: there is no room left for what is to be written", file=sys.stderr)
            print("  make room, then the same command again", file=sys.stderr)
            return Exit.USAGE
        descriptor, name = tempfile.mkstemp(prefix="course-error-", suffix=".log")
        with open(descriptor, "w", encoding="utf-8") as file:
            traceback.print_exc(file=file)
        print(f"course: something in the course itself went wrong ({type(error).__name__}: {error})", file=sys.stderr)
        print(f"  the details are in {name}: please report them", file=sys.stderr)
        return Exit.OUR_FAULT


def _folded(line: str) -> str:
    """A line of an error, folded where it is read on a terminal."""
    if not sys.stderr.isatty():
        return line
    import shutil
    import textwrap

    width = min(80, shutil.get_terminal_size().columns) - 1
    return textwrap.fill(line, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
