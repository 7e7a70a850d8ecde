"""A class on a Dask cluster: the same verdicts as on this machine, whoever dies meanwhile, and clear words where a machine is not like ours.

The scheduler and the workers are real ones, each a process of its own as `dask scheduler` and `dask worker` start them.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from grader.classroom.engines import AHEAD, Engine, graded
from grader.errors import Exit
from grader.model import Submission
from grader.sandbox import containment
from tests import synthetic
from tests.conftest import COURSE, ROOT, Run, clean_environment

SUITES = ROOT / "grader" / "suites"
BROKEN = "def load_url(:\n"
CLASS = {
    ("ada", "04"): "ex04_futures/right",
    ("bob", "04"): "ex04_futures/wrong",
    ("ada", "07"): "ex07_races/right",
    ("bob", "07"): "ex07_races/wrong",
    ("cy", "07"): "ex07_races/wrong",
}
"""Whose file is one of these; each person another one."""
UNREADABLE = ("p1", "p2", "p3", "p4", "p5", "p6")


def handed_in(folder: Path) -> Path:
    """Eleven submissions, six of which cannot be imported."""
    for place, ((who, _), kind) in enumerate(CLASS.items()):
        file = sorted((SUITES / kind).glob("*.py"))[place]
        (folder / who).mkdir(parents=True, exist_ok=True)
        shutil.copy(file, folder / who / f"{kind.partition('/')[0]}.py")
    for who in UNREADABLE:
        (folder / who).mkdir()
        (folder / who / "ex03_url_loaders.py").write_text(BROKEN)
    return folder


@dataclass
class Started:
    """A scheduler, or a worker with its nanny, in a session of its own."""

    process: "subprocess.Popen[bytes]"
    address: str
    reader: "subprocess.Popen[bytes]"
    """Reads what it says later. It ends when the last process that the other one started has ended."""

    def kill(self) -> None:
        """Kill all of it, as a power cut does."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass
class Cluster:
    """A scheduler, and workers of one thread each."""

    folder: Path
    started: list[Started] = field(default_factory=list)

    def start(self, *arguments: str, says: str, before: tuple[str, ...] = (), **environment: str) -> Started:
        """`dask ...`, once it has said that it is there."""
        process = subprocess.Popen(
            [*before, sys.executable, "-m", "dask", *arguments, "--no-dashboard"],
            cwd=self.folder,
            env=clean_environment(**({"PYTHONPATH": str(ROOT)} | environment)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert process.stderr
        said = b""
        while says.encode() not in (line := process.stderr.readline()):
            assert line, f"it ended: {said.decode()}"
            said += line
        address = re.findall(rb"(?:Scheduler|Start worker) at: +(\S+)", said + line)[-1].decode()
        reader = subprocess.Popen(["cat"], stdin=process.stderr, stdout=subprocess.DEVNULL, start_new_session=True)
        process.stderr.close()
        self.started.append(Started(process, address, reader))
        return self.started[-1]

    @property
    def address(self) -> str:
        """The scheduler's."""
        return self.started[0].address

    def scheduler(self) -> Started:
        return self.start("scheduler", "--host", "127.0.0.1", "--port", "0", says="Scheduler at:")

    def worker(self, **options: Any) -> Started:
        name = f"w{len(self.started)}"
        arguments = ("worker", self.address, "--nthreads", "1", "--name", name, "--local-directory", str(self.folder / name))
        return self.start(*arguments, says="Starting established connection", **options)

    def end(self) -> None:
        """Kill everything. Returns when nothing is left of it, the jobs of the workers either."""
        for each in self.started:
            each.kill()
        for each in self.started:
            each.reader.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler without workers."""
    found = Cluster(tmp_path)
    try:
        found.scheduler()
        yield found
    finally:
        found.end()


def begun(cwd: Path, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
    """`course grade-all subs`, running, with its progress to be read."""
    return subprocess.Popen(
        [*COURSE, "grade-all", "subs", *arguments],
        cwd=cwd,
        env=clean_environment(**({"PYTHONPATH": str(ROOT)} | environment)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def results(out: Path) -> dict[tuple[str, ...], str]:
    """The journal's rows, without the times in them."""
    return {key: synthetic.timeless(report) for key, report in synthetic.rows(out).items()}


# -- one that dies ---------------------------------------------------------------------------------------------------------------------------


def test_with_a_worker_killed_in_mid_run_the_reports_are_those_of_this_machine_alone(run: Run, cluster: Cluster, tmp_path: Path) -> None:
    handed_in(tmp_path / "subs")
    victim, _ = cluster.worker(), cluster.worker()
    process = begun(tmp_path, "--out", "far", "--seed", "5eed", "--scheduler", cluster.address)
    assert process.stderr
    assert process.stderr.readline() == f"  11 to grade, 0 in the journal already, on 2 workers of {cluster.address}\n"
    assert process.stderr.readline().startswith("  1 of 11")
    victim.kill()
    _, errors = process.communicate()
    assert process.returncode == Exit.PASSED, errors
    assert [line.split()[0] for line in errors.splitlines()] == [str(number) for number in range(2, 12)]
    here = run("grade-all", "subs", "--out", "near", "--seed", "5eed")
    assert here.returncode == Exit.PASSED
    assert results(tmp_path / "far") == results(tmp_path / "near")
    assert (tmp_path / "far" / "grades.csv").read_bytes() == (tmp_path / "near" / "grades.csv").read_bytes()


def test_a_scheduler_lost_in_mid_run_is_one_line_and_the_same_command_goes_on(run: Run, tmp_path: Path) -> None:
    handed_in(tmp_path / "subs")
    first, second = Cluster(tmp_path), Cluster(tmp_path)
    try:
        scheduler = first.scheduler()
        address = first.address
        first.worker()
        process = begun(tmp_path, "--seed", "5eed", "--scheduler", address)
        assert process.stderr
        assert "to grade" in process.stderr.readline()
        told = [process.stderr.readline()]
        scheduler.kill()
        *more, what, mend = process.communicate()[1].splitlines()
        assert process.returncode == Exit.UNGRADABLE
        assert what == f"course: the scheduler at {address} is lost [C400]"
        assert mend == "  start it again: what is done is in the journal, and the same command goes on from there"
        kept = results(tmp_path)
        assert len(kept) == len([*told, *more]) < 11
        first.end()
        second.scheduler()
        second.worker()
        rest = run("grade-all", "subs", "--seed", "5eed", "--scheduler", second.address)
        assert rest.stderr.startswith(f"  {11 - len(kept)} to grade, {len(kept)} in the journal already, on 1 worker of ")
        assert rest.returncode == Exit.PASSED
        assert kept.items() <= results(tmp_path).items()
        assert len(results(tmp_path)) == 11
    finally:
        first.end()
        second.end()


def test_ctrl_c_leaves_no_job_on_a_worker(cluster: Cluster, tmp_path: Path) -> None:
    handed_in(tmp_path / "subs")
    for who in UNREADABLE[1:]:
        (tmp_path / "subs" / who / "ex03_url_loaders.py").write_text("while True:\n    pass\n")
    worker = cluster.worker()
    process = begun(tmp_path, "--only", "03", "--scheduler", cluster.address)
    assert process.stderr
    assert "6 to grade" in process.stderr.readline()
    assert "p1" in process.stderr.readline()
    assert jobs_below(worker.process.pid)
    process.send_signal(signal.SIGINT)
    screen, errors = process.communicate()
    assert (process.returncode, "Traceback" in errors) == (Exit.INTERRUPTED, False)
    assert "5 left, because it was interrupted" in screen
    assert jobs_below(worker.process.pid) == []


def jobs_below(pid: int) -> list[int]:
    """The jobs among this process's descendants."""
    found = []
    for child in containment.descendants(pid):
        try:
            if b"jobs.work" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(child)
        except OSError:
            continue  # it ended while we looked
    return found


# -- machines that are not like ours ---------------------------------------------------------------------------------------------------------


def refused(run: Run, tmp_path: Path, code: Exit, *arguments: str, **options: Any) -> tuple[str, str]:
    """What is said, and the next step; nothing was graded."""
    if not (tmp_path / "subs").exists():
        handed_in(tmp_path / "subs")
    done = run("grade-all", "subs", *arguments, **options)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    what, mend = done.stderr.splitlines()
    assert results(tmp_path) == {}
    return what, mend.strip()


def another_suite(folder: Path) -> dict[str, str]:
    """A checkout in which one suite is another one, to be imported in the place of ours."""
    for name in ("grader", "lessons", "exercises", "solutions"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "grader" / "suites" / "ex03_url_loaders" / "suite.py").open("a") as suite:
        suite.write("\n# mended last week\n")
    return {"PYTHONPATH": str(folder)}


def no_course(folder: Path) -> dict[str, str]:
    (folder / "grader.py").write_text("raise ImportError('No module named grader')\n")
    return {"PYTHONPATH": str(folder)}


def no_namespaces(folder: Path) -> dict[str, Any]:
    """An ordinary user, where no more user namespaces are to be had."""
    forbid = 'echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv --ambient-caps=-all --inh-caps=-all "$@"'
    return {"before": ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--keep-caps", "sh", "-c", forbid, "sh")}


@pytest.mark.parametrize(
    ("unlike", "says"),
    [
        (another_suite, "is installed there, and the batch is graded with thread-vs-process"),
        (no_course, "No module named"),
        (no_namespaces, "this machine offers isolation 'partial', and 'full' is asked for: nothing was graded"),
    ],
)
def test_a_worker_that_cannot_grade_like_us_is_named_before_anything_is_graded(
    run: Run, cluster: Cluster, tmp_path: Path, unlike: Callable[[Path], dict[str, Any]], says: str
) -> None:
    (tmp_path / "other").mkdir()
    cluster.worker()
    bad = cluster.worker(**unlike(tmp_path / "other")).address
    what, mend = refused(run, tmp_path, Exit.UNGRADABLE, "--scheduler", cluster.address)
    assert what.startswith(f"course: worker {bad}: ")
    assert says in what
    assert "course doctor" in mend


def test_a_cluster_that_cannot_be_had_is_one_line_and_the_next_step(run: Run, cluster: Cluster, tmp_path: Path) -> None:
    what, mend = refused(run, tmp_path, Exit.UNGRADABLE, "--scheduler", cluster.address)
    assert what == f"course: the scheduler at {cluster.address} has no worker [C400]"
    assert mend.startswith(f"dask worker {cluster.address}")
    address = cluster.address
    cluster.end()
    what, mend = refused(run, tmp_path, Exit.UNGRADABLE, "--scheduler", address)
    assert what.startswith(f"course: there is no Dask scheduler at {address}: ")
    assert mend.startswith("dask scheduler")


def test_what_does_not_go_with_a_cluster_is_a_usage_error(run: Run, tmp_path: Path) -> None:
    address = "tcp://127.0.0.1:1"
    what, _ = refused(run, tmp_path, Exit.USAGE, "--scheduler", address, "--allow-isolation", "partial")
    assert "a cluster grades at isolation 'full' only" in what
    (tmp_path / "without" / "distributed").mkdir(parents=True)
    (tmp_path / "without" / "distributed" / "__init__.py").write_text("raise ImportError('not here')\n")
    path = f"{tmp_path / 'without'}{os.pathsep}{ROOT}"
    process = begun(tmp_path, "--scheduler", address, PYTHONPATH=path)
    what, mend = process.communicate()[1].splitlines()
    assert process.returncode == Exit.USAGE
    assert what == "course: --scheduler needs Dask, which is not installed [C200]"
    assert mend == "  pip install 'thread-vs-process[dask]'"
    both = run("grade-all", "subs", "--scheduler", address, "--jobs", "2")
    assert (both.returncode, "--jobs is for this machine" in both.stderr) == (Exit.USAGE, True)


# -- any executor ----------------------------------------------------------------------------------------------------------------------------


def test_no_more_submissions_are_read_than_are_needed_and_each_result_comes_once() -> None:
    read: list[str] = []
    may_end = Event()

    def submissions() -> Iterator[Submission]:
        for number in range(20):
            read.append(f"p{number:02}")
            yield Submission(read[-1], "03", Path(), b"", "")

    def grade(submission: Submission) -> str:
        assert may_end.wait(60)
        return f"{submission.who}'s"

    with ThreadPoolExecutor(3) as executor:
        results_of = graded(Engine(executor, grade, 3), submissions())
        early: Future[Any] = ThreadPoolExecutor(1).submit(next, results_of)
        while len(read) < AHEAD * 3:
            assert not early.done()
        assert len(read) == AHEAD * 3
        may_end.set()
        found = [early.result(), *results_of]
    assert sorted((each.submission.who, each.record) for each in found) == [(who, f"{who}'s") for who in read]
