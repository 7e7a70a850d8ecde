"""The files for grading elsewhere: each is linted, and its commands are run here, for there is no container engine at hand."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT, clean_environment
from tests.denied import UNSHARE, denied

FILES = ROOT / "grader/container"
DOCKERFILE = FILES / "Dockerfile"
WORKFLOW = FILES / "github-workflow.yml"


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's, in order."""
    lines = [line for line in DOCKERFILE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


@pytest.fixture(scope="module")
def everybodys() -> Iterator[Path]:
    """A folder that any user may enter, as pytest's are not."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def image(everybodys: Path) -> Path:
    """What the Dockerfile's COPY and RUN make, under a folder in place of / and with a virtual environment in place of the image's Python."""
    folder = everybodys / "image"
    venv.create(folder / "env", with_pip=True)
    for word, rest in instructions():
        if word == "COPY":
            *sources, target = rest.split()
            place = folder / target.lstrip("/")
            for source in sources:
                if (ROOT / source).is_dir():
                    shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    place = place / source if target.endswith("/") else place
                    place.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(ROOT / source, place)
                    place = folder / target.lstrip("/")
        elif word == "RUN":
            command = re.sub(r"(?<= )/", f"{folder}/", rest)
            environment = clean_environment() | {"PATH": f"{folder}/env/bin:/usr/bin:/bin"}
            subprocess.run(["sh", "-c", command], check=True, capture_output=True, env=environment)
    return folder


def in_container(image: Path, scratch: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Its entry point, as a user who is not root, where namespaces are refused."""
    (entry,) = json.loads(dict(instructions())["ENTRYPOINT"])
    program = [str(image / "usr/local/bin" / entry)]
    return denied([UNSHARE], *arguments, cwd=scratch, program=program, PATH=f"{image}/env/bin:/usr/bin:/bin", PYTHONPATH="")


def test_hadolint_finds_nothing() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    if not hadolint.exists():
        pytest.skip("no hadolint for this machine")
    done = subprocess.run([hadolint, DOCKERFILE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_it_does_not_run_as_root_and_copies_what_the_wheel_is_made_of() -> None:
    assert dict(instructions())["USER"].split(":")[0] not in ("root", "0")
    copied = {source for word, rest in instructions() if word == "COPY" for source in rest.split()[:-1]}
    assert {"pyproject.toml", "README.md", "grader", "lessons", "exercises", "solutions"} <= copied


@pytest.mark.slow
def test_a_solution_passes_a_stub_does_not_and_the_report_names_the_isolation(image: Path, everybodys: Path, tmp_path: Path) -> None:
    solution = handed_in(everybodys, "solutions")
    done = in_container(image, tmp_path, "grade", "04", "--json", "--file", solution)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["passed"], report["isolation"]["level"]) == (True, "partial")
    assert "isolation partial or better" in done.stderr
    assert in_container(image, tmp_path, "grade", "04", "--file", handed_in(everybodys, "exercises")).returncode == 1
    more = in_container(image, tmp_path, "grade", "04", "--allow-isolation", "full", "--file", solution)
    assert more.returncode == 4
    assert "'full' is asked for" in more.stderr


@pytest.mark.slow
def test_what_is_not_grading_goes_through(image: Path, tmp_path: Path) -> None:
    (command,) = json.loads(dict(instructions())["CMD"])
    assert "grade-all" in in_container(image, tmp_path, command).stdout
    assert in_container(image, tmp_path).stdout == in_container(image, tmp_path, command).stdout
    assert in_container(image, tmp_path, "grade", "77").returncode == 2


def handed_in(folder: Path, kind: str) -> str:
    """The file of exercise 04 of this kind, where anybody may read it."""
    path = folder / kind / "ex04_futures.py"
    path.parent.mkdir()
    shutil.copy(ROOT / kind / path.name, path)
    return str(path)


def test_the_workflow_s_steps_are_commands_of_ours(tmp_path: Path) -> None:
    workflow = yaml.safe_load(WORKFLOW.read_text("utf-8"))
    (job,) = workflow["jobs"].values()
    assert workflow["permissions"] == {"contents": "read"}
    (grade,) = [step["run"] for step in job["steps"] if step.get("name") == "Grade"]
    (tmp_path / "exercises").mkdir()
    stub = tmp_path / "exercises/ex03_url_loaders.py"
    shutil.copy(ROOT / "exercises/ex03_url_loaders.py", stub)
    course = tmp_path / "bin/course"
    course.parent.mkdir()
    course.write_text(f"#!{sys.executable}\nfrom grader.cli import main\nmain()\n")
    course.chmod(0o755)
    environment = clean_environment(PYTHONPATH=str(ROOT)) | {"PATH": f"{course.parent}:/usr/bin:/bin"}
    done = subprocess.run(["sh", "-ec", grade], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    (kept,) = [step["with"]["path"].split() for step in job["steps"] if "upload-artifact" in step.get("uses", "")]
    assert all((tmp_path / name).stat().st_size for name in kept)
