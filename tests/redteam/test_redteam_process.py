"""What isolation `process` lets through is what README.md says: see test_redteam.py."""

import pytest

from grader.sandbox.levels import Level
from tests.redteam.test_redteam import Results, lets_through_what_is_known, levels, results

__all__ = ["levels", "results"]


def test_what_process_lets_through_is_known(
    levels: list[Level],
    results: Results,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lets_through_what_is_known(Level.PROCESS, levels, results, capsys)
