"""Hostile submissions at every level of isolation that this machine offers: what each tried, and what came of it.

At `full` each must be held: no more marks than the same file without its trick, a verdict for every check, in bounded time, with nothing
left running or on disk, no secret in any output, and a grader that goes on to mark the next file right. At the lower levels the same
is asked and what is not held is printed, and written into README.md when `UPDATE_REDTEAM=1` is set.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from grader.sandbox.client import Sandbox
from grader.sandbox.levels import Level
from tests.conftest import ROOT, clean_environment

HERE = Path(__file__).resolve().parent
HOSTILE = sorted((HERE / "hostile").glob("*.py"))
SECRETS = {
    "environment": "canary-of-the-environment",
    "home": "canary-of-the-home-folder",
    "submission": "canary-of-another-submission",
    "suite": "def _is_prime(learner: Learner",
    "solution": "goes through a float",
}
LIMIT = 10
"""CPU seconds: the largest limit of a check here."""
BUSY = 2
"""How much longer CPU seconds may take on a machine that grades two files at once on two cores."""


def header(path: Path) -> tuple[str, str]:
    """The task, and what the file tries."""
    task, _, tries = path.read_text().splitlines()[0].lstrip("# ").partition("|")
    return task.strip(), tries.strip()


def baseline(path: Path) -> str:
    """The name of the file whose marks are the most that this one may have."""
    task, tries = header(path)
    like = re.search(r"\(like: (\w+)\)$", tries)
    return f"{task}_{like[1]}" if like else task


@pytest.fixture(scope="session")
def levels() -> list[Level]:
    with Sandbox() as sandbox:
        best = sandbox.level
    found = list(Level)[list(Level).index(best) :]
    if os.getuid() != 0 and Level.PROCESS in found:
        found.remove(Level.PROCESS)  # kill(-1) would end the whole session of whoever runs the tests
    return found


class Results:
    """What the runner said of each file at each level; graded when first asked for, two files at a time."""

    def __init__(self, folder: Path) -> None:
        self.secret = folder / "secret.py"
        self.secret.write_text(f"# {SECRETS['submission']}\nCANARY = '{SECRETS['submission']}'\n")
        self.home = folder / "home"
        self.home.mkdir()
        (self.home / "notes.txt").write_text(SECRETS["home"])
        self.known: dict[Level, dict[str, dict[str, Any]]] = {}

    def at(self, level: Level) -> dict[str, dict[str, Any]]:
        """By file name, baselines too."""
        if level not in self.known:
            paths = [*HOSTILE, *sorted((HERE / "baselines").glob("*.py"))]
            with ThreadPoolExecutor(2) as pool:
                halves = pool.map(lambda half: dict(self.run(level, half)), (paths[::2], paths[1::2]))
                self.known[level] = {name: found for half in halves for name, found in half.items()}
        return self.known[level]

    def run(self, level: Level, paths: list[Path]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Run the runner, again where a file ended it."""
        while paths:
            done = subprocess.run(
                [
                    sys.executable,
                    str(HERE / "runner.py"),
                    level.value,
                    str(self.secret),
                    str(ROOT / "solutions/ex02_prime_pools.py"),
                    *map(str, paths),
                ],
                cwd=self.home,
                env=clean_environment(PYTHONPATH=str(ROOT), HOME=str(self.home), SECRET=SECRETS["environment"]),
                capture_output=True,
                text=True,
                check=False,
            )
            said = [json.loads(line) for line in done.stdout.splitlines()]
            for found in said:
                yield found["file"], found | {"stderr": done.stderr}
            if len(said) < len(paths):
                yield paths[len(said)].stem, {"dead": done.stderr[-2000:]}
            paths = paths[len(said) + 1 :]


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return Results(tmp_path_factory.mktemp("redteam"))


def what_came_of(path: Path, found: dict[str, dict[str, Any]]) -> list[str]:
    """The ways in which a file got further than it should; none when it was held."""
    mine, plain = found[path.stem], found[baseline(path)]
    if "dead" in mine:
        return ["grader ended"]
    report, broken = mine["report"], []
    residual = header(path)[1].endswith("(a residual cheat)")  # no trick on the grader: an answer that is right where it is asked
    if report["passed"] if residual else report["earned"] > plain["report"]["earned"]:
        broken.append(f"fooled {report['earned']}/{report['possible']}")
    results = report["results"]
    if not results or any(result["outcome"] != "passed" and not result["messages"] for result in results if result["outcome"] != "waiting"):
        broken.append("no verdict")
    if any(evidence["kind"] == "our fault" for result in results for evidence in result["evidence"]):
        broken.append("our fault")
    if report["seconds"] > BUSY * (LIMIT + 1) * (len(results) + 1):
        broken.append("late")
    if not mine["honest"]:
        broken.append("next file spoiled")
    if mine["survivors"]:
        broken.append("survivor")
    if mine["residue"]:
        broken.append("residue")
    shown = json.dumps(mine["report"], ensure_ascii=False) + mine["screen"] + mine["stderr"]
    broken += [f"leak of the {name}" for name, secret in SECRETS.items() if secret in shown]
    if any((ord(letter) < 32 and letter != "\n") or letter in "\x9b\u202e\u202c" for letter in mine["screen"]):
        broken.append("control characters")
    return broken


def test_there_are_at_least_60_hostile_files_and_each_says_what_it_tries() -> None:
    assert len(HOSTILE) >= 60
    for path in HOSTILE:
        task, tries = header(path)
        assert task in {"02a", "02b", "03a", "03b"}
        assert len(tries) > 10
        assert (HERE / "baselines" / f"{baseline(path)}.py").exists()


def test_the_secrets_are_where_a_leak_would_find_them() -> None:
    assert SECRETS["suite"] in (ROOT / "grader/suites/ex02_prime_pools/suite.py").read_text()
    assert SECRETS["solution"] in (ROOT / "solutions/ex02_prime_pools.py").read_text()


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.stem)
def test_full_isolation_holds_it(path: Path, levels: list[Level], results: Results) -> None:
    if levels[0] is not Level.FULL:
        pytest.skip("this machine offers no full isolation: course doctor says why")
    assert what_came_of(path, results.at(Level.FULL)) == []


def lets_through_what_is_known(level: Level, levels: list[Level], results: Results, capsys: pytest.CaptureFixture[str]) -> None:
    """What the modules beside this one assert of a lower level, each in a process of its own: it takes minutes."""
    if level not in levels:
        pytest.skip(f"level {level.value} is not to be had here, or would let a file end the session of whoever runs this")
    known = table_column(level)
    broken = {path.stem: ", ".join(what_came_of(path, results.at(level))) or "held" for path in HOSTILE}
    with capsys.disabled():
        print(f"\n{level.value}: {list(broken.values()).count('held')} of {len(broken)} held")
        for name, came in broken.items():
            if came != "held":
                found = results.at(level)[name]
                print(f"    {name}: {came} {found.get('dead', '')[-300:]} {found.get('survivors', '')} {found.get('residue', '')}")
    unknown = {
        name: (came, results.at(level)[name].get("dead", ""))
        for name, came in broken.items()
        if came != "held" and known.get(name) == "held"
    }
    assert unknown == {} or os.environ.get("UPDATE_REDTEAM")


def test_the_table_is_of_these_files(levels: list[Level], results: Results) -> None:
    if os.environ.get("UPDATE_REDTEAM"):
        write_table(levels, results)
    assert set(table_column(Level.FULL)) == {path.stem for path in HOSTILE}


README = HERE / "README.md"
BEGIN, END = "<!-- table: written by UPDATE_REDTEAM=1 pytest tests/redteam -->", "<!-- end of the table -->"
COLUMNS = {Level.FULL: 2, Level.PARTIAL: 3, Level.PROCESS: 4}


def table_column(level: Level) -> dict[str, str]:
    """File to what came of it, as README.md has it."""
    rows = [line.split("|")[1:-1] for line in README.read_text().splitlines() if line.startswith("| `")]
    return {row[0].strip(" `"): row[COLUMNS[level]].strip() for row in rows}


def write_table(levels: list[Level], results: Results) -> None:
    """Put what was found into README.md."""
    lines = ["| file | tries | full | partial | process |", "| --- | --- | --- | --- | --- |"]
    for path in HOSTILE:
        cells = [", ".join(what_came_of(path, results.at(level))) or "held" if level in levels else "not run" for level in Level]
        lines.append(f"| `{path.stem}` | {header(path)[1]} | {' | '.join(cells)} |")
    text = README.read_text()
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    README.write_text("\n".join([before + BEGIN, "", *lines, "", END + after]))
