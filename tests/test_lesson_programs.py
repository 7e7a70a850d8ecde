"""The programs in the lessons' pages print what the sentence under each of them says."""

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from grader import lesson_text
from tests.conftest import ROOT, clean_environment

WAITS_LONG = 60
"""Seconds after which a program is given up: a backstop, no measure."""


def programs() -> Iterator[object]:
    """Every fenced program with a sentence `It prints ...` under it, by its page and line."""
    for path in sorted(ROOT.glob("lessons/*/*.md")):
        lines = path.read_text("utf-8").splitlines()
        for line, tag, block in lesson_text.fences("\n".join(lines) + "\n"):
            says = "\n".join(lines[line + len(block) + 1 :]).strip().partition("\n\n")[0]
            if tag == "python" and says.startswith("It prints"):
                yield pytest.param("\n".join(block) + "\n", says, id=f"{path.parent.name}/{path.name}:{line}")


def promised(says: str, minor: int = sys.version_info[1]) -> list[str]:
    """What the first sentence quotes for this version of Python; what stands in brackets is of other versions.

    >>> promised("It prints `1` up to 3.11, and `2` from 3.12 on.", 13)
    ['2']
    """
    flat = " ".join(re.sub(r" \([^()]*\)", "", says).split())
    sentence = re.match(r"It prints (?:`[^`]*`|[^.`]|\.(?! |$))*", flat)
    wanted, held = [], []
    for quoted, after in re.findall(r"`([^`]*)`([^`]*)", sentence[0] if sentence else ""):
        held.append(quoted)
        if after.strip() == "and":
            continue  # what is said of the next goes for both
        since, until = re.search(r"from 3\.(\d+) on", after), re.search(r"up to 3\.(\d+)", after)
        if (not since or minor >= int(since[1])) and (not until or minor <= int(until[1])):
            wanted += held
        held = []
    return wanted + held


@pytest.mark.parametrize(
    ("says", "minor", "wanted"),
    [
        ("It prints `a`, then `b`.", 11, ["a", "b"]),
        ("It prints `a` and `b` from 3.14 on. Before, `c`.", 13, []),
        ("It prints `a` and `b` from 3.14 on. Before, `c`.", 14, ["a", "b"]),
        ("It prints `a` up to 3.11, and `b` from 3.12 on.", 12, ["b"]),
        ("It prints `a`, then `b` (from 3.14 `c`), then `d`.", 14, ["a", "b", "d"]),
        ("It prints `3.14 s`.", 11, ["3.14 s"]),
    ],
)
def test_what_a_sentence_promises(says: str, minor: int, wanted: list[str]) -> None:
    assert promised(says, minor) == wanted


@pytest.mark.parametrize(("code", "says"), list(programs()))
def test_a_program_prints_what_its_page_says(code: str, says: str, tmp_path: Path) -> None:
    if "distributed" in code and not find_spec("distributed"):
        pytest.skip("Dask is not installed")
    wanted = promised(says)
    path = tmp_path / "program.py"
    path.write_text(code, "utf-8")
    done = subprocess.run(
        [sys.executable, str(path)],
        cwd=tmp_path,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=WAITS_LONG,
    )
    assert [quoted for quoted in wanted if quoted not in done.stdout] == [], done.stdout + done.stderr
