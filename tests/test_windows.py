"""On Windows the command says in one line what works and what to use. Windows is played: what it has not is taken away before ours is imported."""

import subprocess
import sys
from pathlib import Path

import pytest

from grader.errors import Exit
from tests.conftest import ROOT, clean_environment

AS_ON_WINDOWS = """
import os, socket, sys
import concurrent.futures.process, subprocess, tempfile, typer.main, rich.console, rich.markdown, zoneinfo  # as they are here

sys.platform = "win32"
for name in ("fcntl", "termios", "resource", "pwd", "grp", "pty", "tty"):
    sys.modules[name] = None
for module, name in ((os, "fork"), (os, "geteuid"), (os, "killpg"), (socket, "AF_UNIX"), (socket, "send_fds")):
    delattr(module, name)
from grader.cli import main
main()
"""


def course(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", AS_ON_WINDOWS, *arguments],
        cwd=cwd,
        env=clean_environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_what_needs_no_worker_works(tmp_path: Path) -> None:
    started = course("start", ".", cwd=tmp_path)
    assert "isolation: none: grading needs fork" in started.stdout
    for arguments in (("status",), ("read", "03", "--at", "recap"), ("hint", "03b"), ("next", "05"), ("reset", "03"), ("explain", "C401")):
        done = course(*arguments, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (Exit.PASSED, ""), arguments
        assert done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("grade", "03", "--file", "mine.py"),
        ("grade", "03", "--file", "mine.py", "--timeline"),
        ("watch", "03"),
        ("replay", "07"),
        ("play", "07"),
        ("doctor",),
        ("grade-all", "."),
        ("check", "03"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_what_grades_is_refused_in_one_line_and_names_what_to_use(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = course(*arguments, cwd=tmp_path)
    assert done.returncode == Exit.UNGRADABLE
    assert done.stdout == ""
    said, mend = done.stderr.splitlines()
    assert said.startswith("course: grading needs fork and Unix sockets, which Windows does not have")
    assert said.endswith("[C401]")
    assert "WSL2" in mend
