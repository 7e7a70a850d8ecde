"""Workers that get ready before there is anything to grade: each is used once, by one check, and the verdict is the same."""

import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from grader import grading
from grader.course import Course
from grader.model import Exercise, Report
from grader.sandbox import client
from grader.sandbox.client import Sandbox
from grader.sandbox.containment import children, descendants
from grader.sandbox.jail import SandboxError, Start
from grader.sandbox.levels import Level
from grader.sandbox.limits import Limits
from grader.suite.learner import Learner
from grader.suite.subject import Subject
from grader.warm import Failed, Warm
from tests.conftest import ROOT
from tests.test_isolation import BEST

SOURCE = b"import os\n\ndef leave():\n    open('left', 'w').close()\n    return sorted(os.listdir('.'))\n"


@pytest.fixture(params=list(Level))
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox(request.param) as made:
        yield made


def keepers(sandbox: Sandbox) -> int:
    return len(children(sandbox.process.pid))


def left(subject: Subject) -> list[str]:
    """What is in the worker's folder, after it has left a file there."""
    conversation = subject.converse(Limits())
    try:
        learner = Learner(conversation, SOURCE.decode())
        learner.load()
        found = learner.leave()
    finally:
        conversation.close()
    return list(found)


def test_each_that_is_ready_serves_one_check_and_the_last_serves_on(sandbox: Sandbox) -> None:
    for place in (16, 17):
        sandbox.prepare(0, place)
    subject = Subject(partial(sandbox.open, "learner", SOURCE, None), "learner", SOURCE, "seed")
    used = []
    for _ in range(4):
        assert left(subject) == ["learner.py", "left", "witness.pyc"]  # nobody finds what another has left
        used.append(subject._jail)
    subject.close()
    assert used[0] is not used[1]
    assert used[1] is used[2] is used[3]


def test_a_lane_uses_its_own(sandbox: Sandbox) -> None:
    sandbox.prepare(1, 16)
    first, second = sandbox.open("learner", SOURCE, None, 0), sandbox.open("learner", SOURCE, None, 1)
    assert (first._keeper._spare, second._keeper._spare is not None) == (None, True)
    first.close()
    second.close()


def test_those_that_nobody_wants_end(sandbox: Sandbox) -> None:
    sandbox.prepare(0, 16)
    sandbox.prepare(0, 17)
    keeper = sandbox._spares[0][0].control
    sandbox.forget()
    assert keeper.fileno() == -1
    with sandbox.open("learner", SOURCE, None, 16) as jail:  # the slot's last keeper is gone when this one answers
        jail.start(Limits()).close()
    with sandbox.open("learner", SOURCE, None, 17) as jail:
        jail.start(Limits()).close()
        assert keepers(sandbox) <= 2


def test_another_size_of_disk_gets_another_worker() -> None:
    with Sandbox() as sandbox:
        sandbox.prepare(0, 16)
        with sandbox.open("learner", SOURCE, None, 0) as jail:
            spare = jail._keeper._spare
            line = jail.start(Limits(disk=1 << 20))
            assert spare
            assert spare[1] is not line
            line.close()


def test_a_source_larger_than_a_socket_holds_arrives(sandbox: Sandbox) -> None:
    source = SOURCE + b"#" * 900_000
    subject = Subject(partial(sandbox.open, "learner", source, None), "learner", source, "seed")
    assert "left" in left(subject)
    subject.close()


def waiting(sandbox: Sandbox) -> tuple[int, int]:
    """The keeper and the worker that has got ready: the first process that is held to the filter of system calls."""
    while True:
        try:
            for pid in descendants(sandbox.process.pid):
                status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
                if status["Seccomp"].strip() == "2":
                    return int(status["PPid"]), pid
        except OSError:
            pass  # the process in between has just ended


@pytest.mark.skipif(BEST is not Level.FULL, reason="there is no filter by which to see that a worker is ready")
@pytest.mark.parametrize("harm", ["worker killed", "keeper killed", "worker stopped"])
def test_one_that_comes_to_harm_while_it_waits_is_replaced(harm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "STALL", 0.5)
    with Sandbox() as sandbox:
        sandbox.prepare(0, 16)
        keeper, worker = waiting(sandbox)
        os.kill(*{"worker killed": (worker, 9), "keeper killed": (keeper, 9), "worker stopped": (worker, signal.SIGSTOP)}[harm])
        while harm != "worker stopped" and Path(f"/proc/{worker}").exists():
            pass  # a kill takes its time
        subject = Subject(partial(sandbox.open, "learner", SOURCE, None), "learner", SOURCE, "seed")
        assert left(subject) == left(subject) == ["learner.py", "left", "witness.pyc"]
        subject.close()


@pytest.mark.skipif(BEST is not Level.FULL, reason="there is no filter by which to see that a worker is ready")
def test_a_worker_that_dies_before_it_has_read_its_files_is_a_sandbox_error() -> None:
    with Sandbox() as sandbox, sandbox.open("learner", SOURCE, None, 0) as jail:
        jail._keeper.prepare(Start())
        _, worker = waiting(sandbox)
        os.kill(worker, signal.SIGSTOP)
        killer = threading.Timer(0.2, os.kill, (worker, signal.SIGKILL))
        killer.start()
        with pytest.raises(SandboxError):
            jail._keeper.begin(Start(), {"module": "learner", "files": {}, "limits": {}})
        killer.join()


def test_our_modules_are_compiled_whole_however_python_was_started() -> None:
    say = "from grader.sandbox.client import compiled; import marshal; exec(marshal.loads(compiled('p.py', b'def f():\\n  \"d\"\\nprint(f.__doc__)')[16:]))"
    done = subprocess.run([sys.executable, "-OO", "-c", say], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "d\n"


@pytest.fixture
def exercise() -> Exercise:
    return Course.find().resolve("04")[0]


def report_of(warm: Warm, path: Path, exercise: Exercise) -> Report:
    run = warm.grade(grading.read(path, exercise))
    while True:
        select.select([run], [], [])
        for news in run.read():
            assert not isinstance(news, Failed), news
            if isinstance(news, Report):
                run.close()
                return news


def test_a_run_with_workers_that_were_ready_says_what_a_cold_one_says(exercise: Exercise) -> None:
    paths = [exercise.solution, exercise.stub, *sorted((exercise.suite / "wrong").glob("*.py"))[:4]]
    with Sandbox() as sandbox:
        grading.require(sandbox, sandbox.level)
        with Warm(exercise, sandbox, seed="5eed") as warm:
            ready = [report_of(warm, path, exercise) for path in paths]
        cold = [grading.grade_one(exercise, path, sandbox=sandbox, seed="5eed") for path in paths]
        verdicts = [
            [[(each.check.id, each.outcome, each.messages) for each in report.results] for report in group] for group in (ready, cold)
        ]
        assert verdicts[0] == verdicts[1]


def test_after_a_run_that_was_dropped_the_next_is_graded_as_ever(exercise: Exercise) -> None:
    hang = exercise.stub.read_text().replace('raise NotImplementedError("', 'while True: pass\n    raise NotImplementedError("')
    with Sandbox() as sandbox:
        grading.require(sandbox, sandbox.level)
        with Warm(exercise, sandbox, tasks=("04a",), seed="5eed") as warm:
            for _ in range(3):
                hung = warm.grade(grading.taken(hang.encode(), exercise.stub, exercise))
                select.select([hung], [], [])  # it has begun
                assert report_of(warm, exercise.solution, exercise).passed
                hung.close()
