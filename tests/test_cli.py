"""The command line: its files, its formats, its memory, and that the documents say what it does."""

import json
import os
import re
import shlex
import subprocess
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pexpect
import pytest

from grader.errors import Exit
from tests.conftest import COURSE, ROOT, SOLUTION_03, Run, clean_environment

SCHEMA = json.loads((ROOT / "grader" / "report.schema.json").read_text("utf-8"))
LESSONS = len(list((ROOT / "lessons").glob("[0-9]*")))
STUB, SOLUTION = ROOT / "exercises" / "ex03_url_loaders.py", ROOT / "solutions" / "ex03_url_loaders.py"


@pytest.fixture
def workspace(tmp_path: Path, run: Run) -> Path:
    assert run("start", ".").returncode == 0
    return tmp_path


@pytest.mark.parametrize("path", [STUB, SOLUTION, ROOT / "tests/files/lock_order_deadlock.py"], ids=lambda path: path.parent.name)
def test_a_real_report_fits_the_schema(run: Run, path: Path) -> None:
    jsonschema.validate(json.loads(run("grade", "03", "--json", "--file", str(path)).stdout), SCHEMA)


def test_several_ids_give_a_list_of_reports_and_the_worst_exit_code(run: Run, workspace: Path) -> None:
    (workspace / "exercises/ex03_url_loaders.py").write_text(SOLUTION_03)
    done = run("grade", "03", "04", "--json")
    assert [(report["exercise"], report["passed"]) for report in json.loads(done.stdout)] == [("03", True), ("04", False)]
    assert done.returncode == Exit.NOT_PASSED


def test_junit_has_a_case_for_every_check(run: Run, tmp_path: Path) -> None:
    done = run("grade", "03", "--file", str(STUB), "--junit", "out.xml")
    assert done.returncode == Exit.NOT_PASSED
    (suite,) = ElementTree.parse(tmp_path / "out.xml").getroot()
    assert suite.get("name") == "ex03_url_loaders"
    assert suite.get("tests") == str(len(suite.findall("testcase"))) == "15"
    assert suite.get("failures") == "3"


def test_one_task_alone_is_graded_and_not_remembered(run: Run, workspace: Path) -> None:
    (workspace / "exercises/ex03_url_loaders.py").write_text(SOLUTION_03)
    report = json.loads(run("grade", "03a", "--json").stdout)
    assert {result["task"] for result in report["results"]} == {"03a"}
    assert report["possible"] == 5
    assert run("grade", "03", "--task", "03b").returncode == Exit.PASSED
    assert "03 best" not in (workspace / ".course-progress").read_text()


def test_the_best_grade_is_remembered_and_the_next_exercise_is_current(run: Run, workspace: Path) -> None:
    (workspace / "exercises/ex03_url_loaders.py").write_text(SOLUTION_03)
    assert run("grade", "03").returncode == Exit.PASSED
    (workspace / "exercises/ex03_url_loaders.py").write_text(STUB.read_text())
    assert run("grade", "03").returncode == Exit.NOT_PASSED
    assert "03 best 20 of 20 passed" in (workspace / ".course-progress").read_text()
    assert f"1 of {LESSONS} passed" in run("status").stdout


def test_the_solution_is_compared_only_after_a_pass_or_when_asked(run: Run, workspace: Path) -> None:
    refused = run("compare", "03")
    assert refused.returncode == Exit.USAGE
    assert "--spoil" in refused.stderr
    assert "def load_all" not in refused.stdout
    assert "load_all, the solution's" in run("compare", "03", "--spoil").stdout
    (workspace / ".course-progress").write_text("03 best 20 of 20 passed\n")
    shown = run("compare", "03").stdout
    assert shown.index("load_all, yours") < shown.index("load_all, the solution's")


def test_compare_shows_what_was_to_be_written_and_nothing_that_was_given(run: Run, workspace: Path) -> None:
    (workspace / "exercises/ex14_site_audit.py").write_text("def crawl(:\n")
    shown = run("compare", "14", "--spoil").stdout
    assert "cannot be read as Python" in shown
    assert "crawl, in the solution only" in shown
    assert "same_site, in" not in shown


def test_without_an_id_the_current_exercise_is_graded(run: Run, workspace: Path) -> None:
    (workspace / ".course-progress").write_text("01 best 10 of 10 passed\n02 best 20 of 20 passed\n")
    assert json.loads(run("grade", "--json").stdout)["exercise"] == "03"


def test_a_file_outside_of_the_workspace_is_not_remembered(run: Run, workspace: Path) -> None:
    assert run("grade", "03", "--file", str(SOLUTION)).returncode == Exit.PASSED
    assert "best" not in (workspace / ".course-progress").read_text()


def test_start_never_overwrites(run: Run, workspace: Path) -> None:
    mine = workspace / "exercises/ex03_url_loaders.py"
    mine.write_text("# mine\n")
    done = run("start", ".")
    assert f"{LESSONS} left as they were" in done.stdout
    assert mine.read_text() == "# mine\n"


def test_coverage_names_the_lines_that_no_check_reached_and_gives_no_points(run: Run, tmp_path: Path) -> None:
    unreached = SOLUTION_03 + "\n\ndef never_called():\n    first = 1\n    return first\n"
    (tmp_path / "mine.py").write_text(unreached)
    end = unreached.count("\n")
    done = run("grade", "03", "--coverage", "--file", "mine.py")
    assert f"lines {end - 1}-{end} were never reached" in done.stdout
    assert "20/20" in done.stdout


def test_coverage_sees_what_runs_in_the_processes_of_a_pool(run: Run) -> None:
    done = run("grade", "02", "--coverage", "--file", str(ROOT / "solutions/ex02_prime_pools.py"), "--json")
    report = json.loads(done.stdout)
    source = (ROOT / "solutions/ex02_prime_pools.py").read_text().splitlines()
    inside = [number for number, line in enumerate(source, 1) if "print(" in line]
    assert report["coverage"]["statements"] > 10
    assert set(report["coverage"]["missing"]).isdisjoint(range(1, min(inside)))


def test_a_workspace_that_cannot_be_written_keeps_the_grade_and_says_so(tmp_path: Path, run: Run) -> None:
    assert run("start", ".").returncode == 0
    (tmp_path / "exercises/ex03_url_loaders.py").write_text(SOLUTION_03)
    tmp_path.chmod(0o500)
    command = [*COURSE, "grade", "03"]
    if os.getuid() == 0:  # root may write anywhere; its owner in a user namespace may not
        command = ["unshare", "--user", "--map-user=1000", "--map-group=1000", *command]
        if subprocess.run([*command[:4], "true"], check=False, capture_output=True).returncode:
            pytest.skip("no user namespace to be an ordinary user in")
    done = subprocess.run(command, cwd=tmp_path, env=clean_environment(PYTHONPATH=str(ROOT)), capture_output=True, text=True, check=False)
    tmp_path.chmod(0o700)
    assert done.returncode == Exit.PASSED
    assert "20/20" in done.stdout
    assert "your progress was not saved" in done.stderr


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    command = f"{' '.join(map(repr, COURSE[:2]))} {COURSE[2]!r} read 03 | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=tmp_path,
        env=clean_environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("wanted", ["3", "03", "url", "ex03_url_loaders.py", "load_all"])
def test_an_id_is_forgiving(run: Run, workspace: Path, wanted: str) -> None:
    assert "03" in run("grade", wanted).stdout.splitlines()[1]


def test_help_and_readme_name_every_command(run: Run) -> None:
    commands = re.findall(r"^  (\w+)  ", run("--help").stdout.partition("Commands:")[2], re.MULTILINE)
    readme = (ROOT / "README.md").read_text("utf-8")
    assert {"start", "status", "read", "demo", "grade", "hint", "check"} <= set(commands)
    assert [command for command in commands if f"`course {command}" not in readme] == []
    for command in commands:
        assert run(command, "--help").returncode == 0


def test_every_option_of_grade_is_in_the_readme(run: Run) -> None:
    options = set(re.findall(r"--[a-z-]+", run("grade", "--help").stdout)) - {"--help"}
    readme = (ROOT / "README.md").read_text("utf-8")
    assert {option for option in options if option not in readme} == set()


def test_the_help_page_names_every_exit_code(run: Run) -> None:
    page = " ".join(run("--help").stdout.split())
    assert [code for code in Exit if f" {code.value} " not in page] == []


def test_the_readme_s_first_two_commands_are_of_one_line_each_and_need_nothing_else() -> None:
    blocks = re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert [block.count("\n") for block in blocks[:2]] == [1, 1]
    assert blocks[0].strip().endswith("course grade 03 --file solutions/ex03_url_loaders.py")
    assert "pytest" in blocks[1]
    assert tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["name"] == "thread-vs-process"


def test_a_demo_that_nobody_reads_to_its_end_is_not_broken(tmp_path: Path) -> None:
    command = shlex.join([*COURSE, "demo", "01"])
    environment = clean_environment(PYTHONPATH=str(ROOT))
    done = subprocess.run(["sh", "-c", f"{command} | head -1"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("  demo.py of lesson 01:\n", "")


def test_ctrl_c_at_a_question_of_demo_is_an_interruption(tmp_path: Path) -> None:
    child = pexpect.spawn(COURSE[0], [*COURSE[1:], "demo", "01"], cwd=tmp_path, env=clean_environment(PYTHONPATH=str(ROOT)), timeout=60)
    child.expect("your guess")
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == Exit.INTERRUPTED


@pytest.mark.parametrize(("stream", "says"), [(">&-", ""), (">/dev/full", "course: there is no room left for what is to be written")])
def test_an_output_that_is_closed_or_full_is_no_fault_of_ours(tmp_path: Path, stream: str, says: str) -> None:
    command = f"{shlex.join([*COURSE, 'explain', 'C201'])} {stream}"
    environment = clean_environment(PYTHONPATH=str(ROOT))
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != Exit.OUR_FAULT
    assert done.stderr.startswith(says)
    assert "Traceback" not in done.stderr


def test_an_error_is_folded_on_a_terminal_of_60_columns(tmp_path: Path) -> None:
    environment = clean_environment(PYTHONPATH=str(ROOT), COLUMNS="60")
    child = pexpect.spawn(
        COURSE[0], [*COURSE[1:], "explain", "nosuch"], cwd=tmp_path, env=environment, dimensions=(24, 60), timeout=60, encoding="utf-8"
    )
    child.expect(pexpect.EOF)
    said = str(child.before).splitlines()
    assert said[0].startswith("course: ")
    assert all(len(line) <= 60 for line in said[:-1])
