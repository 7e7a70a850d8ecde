"""lessons/versions.toml: what the lessons say of versions holds on the Python that runs this, and stands where the table says."""

import subprocess
import sys
import tomllib

import pytest

from grader import lesson_text
from tests.conftest import ROOT
from tests.version_probes import PROBES, TABLE

FACTS = tomllib.loads(TABLE.read_text("utf-8"))["facts"]


@pytest.mark.skipif(sys.platform != "linux", reason="the table was made on Linux")
def test_the_facts_hold_here() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests/version_probes.py"), "--check"], capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_fact_is_probed_on_five_versions() -> None:
    assert [row["probe"] for row in FACTS] == list(PROBES)
    assert all(list(row["is"]) == ["3.11", "3.12", "3.13", "3.14", "3.15"] for row in FACTS)


@pytest.mark.parametrize("row", FACTS, ids=lambda row: str(row["probe"]))
def test_a_lesson_says_so(row: dict[str, str]) -> None:
    path, _, heading = row["anchor"].partition("#")
    text = lesson_text.section((ROOT / "lessons" / path).read_text("utf-8"), heading)
    assert row["words"] in " ".join(text.split())
