"""A built wheel, installed into an empty environment and run from an empty folder, works the same."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest

from tests.conftest import ROOT, clean_environment

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a virtual environment in which only our wheel and what it needs are installed."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
        env=dict(os.environ),
    )
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", with_pip=True)
    subprocess.run([folder / "env/bin/python", "-m", "pip", "install", "-q", str(wheel)], check=True, capture_output=True)
    return folder / "env"


def course(installed: Path, *arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [installed / "bin/course", *arguments], cwd=cwd, env=clean_environment(), capture_output=True, text=True, check=False
    )


def test_a_learner_starts_grades_and_reads(installed: Path, tmp_path: Path) -> None:
    assert course(installed, "start", ".", cwd=tmp_path).returncode == 0
    stub = course(installed, "grade", "03", cwd=tmp_path)
    assert stub.returncode == 1
    assert "load_url is still to be written." in stub.stdout
    (solution,) = installed.glob("lib/python*/site-packages/grader/_content/solutions/ex03_url_loaders.py")
    (tmp_path / "exercises/ex03_url_loaders.py").write_text(solution.read_text("utf-8"))
    done = course(installed, "grade", "03", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "20/20" in done.stdout
    assert "03 best 20 of 20 passed" in (tmp_path / ".course-progress").read_text("utf-8")
    assert "Result waits" in course(installed, "read", "03", "--at", "result-waits", cwd=tmp_path).stdout
    assert "as_completed" in course(installed, "demo", "03", cwd=tmp_path).stdout


def test_it_marks_a_real_pool_under_every_start_method(installed: Path, tmp_path: Path) -> None:
    (solution,) = installed.glob("lib/python*/site-packages/grader/_content/solutions/ex02_prime_pools.py")
    done = course(installed, "grade", "02", "--json", "--file", str(solution), cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["passed"] is True


def test_the_author_s_proof_runs_from_the_wheel_too(installed: Path, tmp_path: Path) -> None:
    done = course(installed, "check", "04", "--third", cwd=tmp_path)
    assert done.returncode == 0, done.stdout


def test_the_package_names_its_dependencies_with_bounds() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert all(re.search(r">=\d", requirement) for requirement in project["dependencies"])


def test_nothing_is_imported_that_a_wheel_does_not_bring() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {re.split(r"[^\w.-]", needed)[0] for needed in project["dependencies"]}
    allowed = {*sys.stdlib_module_names, "grader", *(name.replace("-", "_") for name in declared)}
    imported: dict[str, str] = {}
    for path in (ROOT / "grader").rglob("*.py"):
        if "suites" in path.relative_to(ROOT).parts and path.name not in ("suite.py", "messages.py"):
            continue  # what a worker runs; broken files are among it
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0]: path.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                imported[str(node.module).partition(".")[0]] = path.name
    extras = {"distributed": "cluster.py", "copydetect": "similar.py"}  # each asked for where it is used, and said where it is not there
    assert {name: path for name, path in imported.items() if name not in allowed} == extras
    assert {"rich", "typer", "pytest"} <= set(imported)
