"""What the witnesses and the loop decide, on small suites made for it: each test writes a suite, probes and a learner's file."""

import json
import random
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.suite import tree
from grader.suite.site import Site
from grader.suite.witness import Caller
from tests.conftest import ROOT, clean_environment

RUNNER = """
import json, sys
from pathlib import Path
from grader.sandbox.client import Sandbox
from grader.suite.runner import run_suite
from grader.suite.subject import Subject
folder = Path(sys.argv[1])
source, probes = (folder / "learner.py").read_bytes(), (folder / "probes.py").read_bytes()
with Sandbox() as sandbox:
    def work(suite):
        with suite.run(Subject(lambda lane: sandbox.open("learner", source, probes, lane), "learner", source, "seed")) as results:
            rows = [[r.check.id, r.outcome, [m.text for m in r.messages], [e.steps for e in r.evidence]] for r in results]
            print(json.dumps(rows))
    run_suite(folder, work)
"""

HEAD = """
from grader.suite.check import NoVerdict, check, expect, probes, tasks, generator
"""


def verdicts(
    tmp_path: Path, suite: str, probes: str = "", learner: str = "", *, proc: bool = True, before: str = ""
) -> dict[str, tuple[str, str]]:
    """{check: (outcome, what is said)} of a suite, in a process of its own that runs `before` first; without `proc`, as if there were no /proc."""
    blind = before if proc else "from grader.suite import tree\ntree.available = lambda: False\n"
    (tmp_path / "suite.py").write_text(HEAD + suite)
    (tmp_path / "probes.py").write_text(probes)
    (tmp_path / "learner.py").write_text(learner)
    done = subprocess.run(
        [sys.executable, "-c", blind + RUNNER, str(tmp_path)],
        env=clean_environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows: list[Any] = json.loads(done.stdout)
    return {
        check: (outcome, " ".join([*messages, *(line for steps in evidence for line in steps)]))
        for check, outcome, messages, evidence in rows
    }


POOLS = """
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
import asyncio, selectors, socket, threading, time
from witness import meet, _PATH

def threads(count, workers):
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(meet, range(count)))

def processes(count, workers):
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(meet, range(count)))

def one_after_another(count, workers):
    return [meet(number) for number in range(count)]

def staggered(count, workers):
    with ThreadPoolExecutor(workers) as pool:
        futures = []
        for number in range(count):
            futures.append(pool.submit(meet, number))
            time.sleep(0.1)
        return [future.result() for future in futures]

def busy_first(count, workers):
    start = time.process_time()
    while time.process_time() - start < 0.4:
        pass
    return threads(count, workers)

def patient(count, workers):
    with ThreadPoolExecutor(workers) as pool:
        return [future.result(timeout=900) for future in [pool.submit(meet, number) for number in range(count)]]

def polling(count, workers):
    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(meet, number) for number in range(count)]
        while not all(future.done() for future in futures):
            time.sleep(0.01)
        return [future.result() for future in futures]

def asking(count, workers):
    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(meet, number) for number in range(count)]
        while not all(future.done() for future in futures):
            pass
        return [future.result() for future in futures]

def crowd_of_one(count, workers):
    # One thread opens every socket: it looks like a crowd, and the kernel says that it is not.
    import json, os
    callers = []
    for number in range(count):
        caller = socket.socket(socket.AF_UNIX)
        caller.connect(_PATH)
        caller.sendall(json.dumps({"label": number, "pid": os.getpid(), "thread": number}).encode() + b"\\n")
        callers.append(caller)
    return [caller.recv(100) for caller in callers]
"""


@pytest.mark.parametrize(
    ("probe", "count", "workers", "peak"),
    [
        ("threads", 8, 4, 4),
        ("threads", 8, 3, 3),
        ("one_after_another", 4, 4, 1),
        ("staggered", 6, 4, 4),
        ("busy_first", 6, 4, 4),
        ("patient", 6, 3, 3),
        ("polling", 6, 3, 3),
        ("crowd_of_one", 4, 4, 1),
    ],
)
def test_the_peak_is_exact_both_ways(tmp_path: Path, probe: str, count: int, workers: int, peak: int) -> None:
    suite = f"""
@check("99a.peak", points=1, says="")
def test_peak(learner, referee):
    referee.hold()
    learner.run(probes.{probe}, {count}, {workers})
    expect(referee.peak == {peak}, f"peak {{referee.peak}}")
    expect(referee.workers == 0 and referee.in_main == {count}, "processes")
"""
    assert verdicts(tmp_path, suite, POOLS)["99a.peak"] == ("passed", "")


def test_who_asks_over_and_over_is_answered_before_its_cpu_seconds_are_used_up(tmp_path: Path) -> None:
    suite = """
@check("99a.peak", points=1, says="", limits={"cpu": 2})
def test_peak(learner, referee):
    referee.hold()
    learner.run(probes.asking, 9, 3)
    expect(referee.peak == 3 and not referee.sure, f"peak {referee.peak}")
"""
    assert verdicts(tmp_path, suite, POOLS)["99a.peak"] == ("passed", "")


def test_a_process_pool_is_told_by_the_kernel_under_every_start_method(tmp_path: Path) -> None:
    suite = """
@check("99a.pool", points=1, says="", processes=True)
def test_pool(learner, referee):
    referee.hold()
    referee.answers = lambda number: number * number
    got = learner.run(probes.processes, 6, 2)
    expect(got == [0, 1, 4, 9, 16, 25], f"{got}")
    expect((referee.peak, referee.workers, referee.in_main) == (2, 2, 0), f"{referee.peak} {referee.workers} {referee.in_main}")
"""
    assert verdicts(tmp_path, suite, POOLS)["99a.pool"] == ("passed", "")


def test_completions_can_be_put_in_another_order(tmp_path: Path) -> None:
    suite = """
@check("99a.order", points=1, says="")
def test_order(learner, referee):
    referee.hold(pick=lambda labels: [max(labels)])
    expect(learner.run(probes.finished) == [3, 2, 1, 0], "order")
"""
    probes = """
import threading
from witness import meet
def finished():
    order = []
    def work(number):
        meet(number)
        order.append(number)
    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return order
"""
    outcome, said = verdicts(tmp_path, suite, probes)["99a.order"]
    assert (outcome, said) == ("passed", "")


def test_each_check_gets_a_fresh_worker_and_a_clean_start(tmp_path: Path) -> None:
    suite = """
@check("99a.first", points=1, says="")
def test_first(learner):
    learner.run(probes.leave_something)

@check("99a.second", points=1, says="")
def test_second(learner):
    found = learner.run(probes.look)
    expect(found == (False, [], "__main__", 0), f"{found}")
"""
    probes = """
import os, sys, threading
def leave_something():
    sys.modules["leftover"] = sys
    open("leftover.txt", "w").close()
    threading.Thread(target=threading.Event().wait).start()
    if os.fork() == 0:
        threading.Event().wait()
def look():
    files = [name for name in os.listdir() if name not in ("learner.py", "probes.pyc", "witness.pyc")]
    main = sys.modules["__main__"]
    return "leftover" in sys.modules, files, main.__name__, len([name for name in vars(main) if not name.startswith("__")])
"""
    assert {outcome for outcome, _ in verdicts(tmp_path, suite, probes).values()} == {"passed"}


def test_neither_pytest_nor_the_trusted_side_is_ever_in_a_worker_or_in_the_processes_it_spawns(tmp_path: Path) -> None:
    suite = """
@check("99a.modules", points=1, says="", processes=True)
def test_modules(learner):
    for found in learner.run(probes.modules):
        expect(not found, f"{found}")
"""
    probes = """
import sys
from concurrent.futures import ProcessPoolExecutor
def loaded(_=None):
    own = [name for name in sys.modules if name == "grader" or name.startswith(("grader.sandbox", "grader.schedule"))]
    return [name for name in sys.modules if name not in own and name.partition(".")[0] in ("pytest", "_pytest", "pytest_check", "grader", "typer", "rich")]
def modules():
    with ProcessPoolExecutor(1) as pool:
        return [loaded(), *pool.map(loaded, [1])]
"""
    assert verdicts(tmp_path, suite, probes)["99a.modules"] == ("passed", "")


def test_a_needed_check_that_fails_leaves_the_other_waiting(tmp_path: Path) -> None:
    suite = """
@check("99a.first", points=1, says="")
def test_first(learner):
    expect(False, "no")

@check("99a.second", points=1, says="", needs=("99a.first",))
def test_second(learner):
    expect(True, "")
"""
    assert {check: outcome for check, (outcome, _) in verdicts(tmp_path, suite).items()} == {"99a.first": "failed", "99a.second": "waiting"}


LOADED_TWICE = """
@check("99a.first", points=1, says="", limits={"files": 16})
def test_first(learner):
    learner.task()

@check("99a.second", points=1, says="")
def test_second(learner):
    learner.task()

@check("99a.script", points=1, says="", script=True)
def test_script(learner):
    expect(learner.script("fork")[0] == 0, "")
"""


def test_a_file_that_cannot_be_imported_is_told_once_for_all_that_import_it(tmp_path: Path) -> None:
    found = verdicts(tmp_path, LOADED_TWICE, "", "if __name__ != '__main__':\n    raise ValueError('no')\n")
    assert [outcome for outcome, _ in found.values()] == ["not_run", "not_run", "passed"]
    assert found["99a.first"][1] == found["99a.second"][1]
    assert "Importing your file raised ValueError" in found["99a.first"][1]


def test_a_check_that_alone_cannot_import_the_file_fails_alone(tmp_path: Path) -> None:
    learner = "import os\nheld = [os.dup(0) for _ in range(20)]\ndef task(): pass\n"
    found = verdicts(tmp_path, LOADED_TWICE, "", learner)
    assert [outcome for outcome, _ in found.values()] == ["failed", "passed", "passed"]


def test_an_import_that_lasts_as_long_as_a_check_may_is_not_tried_again(tmp_path: Path) -> None:
    suite = """
@check("99a.first", points=1, says="", limits={"wall": 1})
def test_first(learner):
    learner.task()

@check("99a.second", points=1, says="")
def test_second(learner):
    learner.task()
"""
    found = verdicts(tmp_path, suite, "", "import time\nwhile True: time.sleep(0.01)\n")
    assert found["99a.first"] == found["99a.second"]
    assert found["99a.first"][0] == "not_run"
    assert "could not be imported. After 1 seconds" in found["99a.first"][1]


BURNS = """
import time
def burn():
    end = time.process_time() + 0.7
    while time.process_time() < end: pass
burn()
"""


def test_what_the_import_computes_is_not_taken_from_the_check(tmp_path: Path) -> None:
    suite = """
@check("99a.burns", points=1, says="", limits={"cpu": 1})
def test_burns(learner):
    learner.burn()
"""
    assert verdicts(tmp_path, suite, "", BURNS)["99a.burns"] == ("passed", "")


def test_an_exception_of_the_import_is_not_the_tasks(tmp_path: Path) -> None:
    suite = """
@check("99a.first", points=1, says="", limits={"files": 16})
def test_first(learner):
    expect(type(learner.attempt("task")).__name__ == "ErrorValue", "the task")
"""
    found = verdicts(tmp_path, suite, "", "import os\nheld = [os.dup(0) for _ in range(20)]\ndef task(): pass\n")
    assert found["99a.first"][0] == "failed"
    assert "importing your file" in found["99a.first"][1].lower()


def test_a_bug_in_a_suite_is_our_fault_and_costs_the_learner_nothing(tmp_path: Path) -> None:
    suite = """
@check("99a.bug", points=1, says="")
def test_bug(learner):
    {}["missing"]

@check("99a.other", points=1, says="")
def test_other(learner):
    expect(True, "")
"""
    found = verdicts(tmp_path, suite)
    assert found["99a.bug"][0] == "inconclusive"
    assert "our fault" in found["99a.bug"][1]
    assert found["99a.other"][0] == "passed"


def test_a_count_that_is_not_sure_can_be_given_no_verdict(tmp_path: Path) -> None:
    suite = """
@check("99a.unsure", points=1, says="")
def test_unsure(learner, referee):
    referee.hold()
    learner.run(probes.slow_start)
    if referee.peak != 2 and not referee.sure:
        raise NoVerdict("not sure")
    expect(referee.peak == 2, f"{referee.peak}")
"""
    probes = """
import threading, time
from witness import meet
def slow_start():
    first = threading.Thread(target=meet, args=(1,))
    first.start()
    threading.Event().wait(4)  # a clock that rings within the check, later than anybody's patience
    meet(2)
    first.join()
"""
    assert verdicts(tmp_path, suite, probes)["99a.unsure"][0] == "inconclusive"


def test_a_deadlock_among_processes_is_decided_too(tmp_path: Path) -> None:
    suite = """
@check("99a.dead", points=1, says="", processes=True)
def test_dead(learner):
    learner.join_first()
"""
    learner = """
import multiprocessing
def work(queue):
    queue.put(b"x" * (1 << 20))
def join_first():
    queue = multiprocessing.Queue()
    child = multiprocessing.Process(target=work, args=(queue,))
    child.start()
    child.join()
    return queue.get()
"""
    outcome, said = verdicts(tmp_path, suite, learner=learner)["99a.dead"]
    assert outcome == "deadlocked"
    assert "Under fork" in said
    assert "in join_first" in said


def test_what_the_learner_computes_meanwhile_is_not_a_deadlock(tmp_path: Path) -> None:
    suite = """
@check("99a.busy", points=1, says="")
def test_busy(learner):
    expect(learner.run(probes.busy) == 1, "")
"""
    probes = """
import subprocess, sys, threading, time
def busy():
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    subprocess.run([sys.executable, "-S", "-c", "import time; t = time.process_time()\\nwhile time.process_time() - t < 0.5: pass"], check=True)
    time.sleep(0.2)
    return 1
"""
    assert verdicts(tmp_path, suite, probes)["99a.busy"] == ("passed", "")


def test_without_proc_callers_are_counted_after_a_time_and_a_count_is_never_sure(tmp_path: Path) -> None:
    suite = """
@check("99a.peak", points=1, says="")
def test_peak(learner, referee):
    referee.hold()
    learner.run(probes.threads, 6, 3)
    expect(referee.peak == 3 and not referee.sure, f"{referee.peak} {referee.sure}")

@check("99a.pool", points=1, says="", processes=True)
def test_pool(learner, referee):
    referee.hold()
    learner.run(probes.processes, 4, 2)
    expect((referee.workers, referee.in_main) == (2, 0), f"{referee.workers} {referee.in_main}")
"""
    found = verdicts(tmp_path, suite, POOLS, proc=False)
    assert {outcome for outcome, _ in found.values()} == {"passed"}, found


def test_without_proc_a_deadlock_ends_without_a_verdict_at_the_backstop(tmp_path: Path) -> None:
    suite = """
@check("99a.dead", points=1, says="", limits={"wall": 2})
def test_dead(learner):
    learner.run(probes.dead)
"""
    probes = "import threading\ndef dead():\n    threading.Event().wait()\n"
    assert verdicts(tmp_path, suite, probes, proc=False)["99a.dead"][0] == "inconclusive"


def test_a_pending_alarm_is_not_taken_for_a_deadlock(tmp_path: Path) -> None:
    suite = """
@check("99a.alarm", points=1, says="")
def test_alarm(learner):
    expect(learner.run(probes.alarm) == 1, "")
"""
    probes = """
import signal
def alarm():
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    signal.pause()
    return 1
"""
    assert verdicts(tmp_path, suite, probes)["99a.alarm"] == ("passed", "")


def test_a_daemon_that_forked_twice_is_still_part_of_the_tree(tmp_path: Path) -> None:
    suite = """
@check("99a.alive", points=1, says="")
def test_alive(learner, referee):
    referee.hold()
    learner.run(probes.daemons)
    learner.settle()
    expect(referee.peak == 2 and learner.processes == 2, f"{referee.peak} {learner.processes}")

@check("99a.spins", points=1, says="", limits={"cpu": 1})
def test_spins(learner):
    learner.run(probes.spinning_daemon)
"""
    probes = """
import os, threading
from witness import meet
def daemon(work):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            work()
        os._exit(0)
    os.wait()
def wait():
    meet("daemon")
    threading.Event().wait()
def spin():
    while True:
        pass
def daemons():
    daemon(wait)
    daemon(wait)
def spinning_daemon():
    daemon(spin)
    threading.Event().wait()
"""
    found = verdicts(tmp_path, suite, probes)
    assert found["99a.alive"] == ("passed", "")
    assert found["99a.spins"][0] == "timed_out"


NO_WORKER = """
from grader.sandbox import jail
start, calls = jail.Jail.start, []
def fails_once(self, *arguments):
    calls.append(1)
    if len(calls) == 1:
        raise jail.SandboxError("the keeper does not answer")
    return start(self, *arguments)
jail.Jail.start = fails_once
"""


def test_a_check_without_a_worker_has_no_verdict_and_the_next_one_has(tmp_path: Path) -> None:
    suite = """
@check("99a.first", points=1, says="")
def test_first(learner):
    expect(learner.one() == 1, "")

@check("99a.second", points=1, says="")
def test_second(learner):
    expect(learner.one() == 1, "")
"""
    found = verdicts(tmp_path, suite, learner="def one(): return 1\n", before=NO_WORKER)
    assert found["99a.first"] == ("inconclusive", "There was no process for this check to run in: the keeper does not answer.")
    assert found["99a.second"] == ("passed", "")


RUNAWAY = """
@check("99a.spins", points=1, says="", limits={"cpu": 1})
def test_spins(learner):
    learner.spin()
"""


def test_a_runaway_that_the_kernel_stops_first_is_told_as_one(tmp_path: Path) -> None:
    # On a machine that is far too busy the kernel may be there before we have looked.
    found = verdicts(
        tmp_path,
        RUNAWAY,
        "",
        "def spin():\n    while True: pass\n",
        before="from grader.suite.watch import Watch\nWatch._hold_to_limits = lambda self, sample: None\n",
    )
    assert found["99a.spins"][0] == "timed_out"
    assert "1 CPU seconds were used up" in found["99a.spins"][1]


@pytest.mark.parametrize(("state", "unclear"), [("R", True), ("S", False)])
def test_how_a_client_waits_cannot_be_told_while_something_else_is_at_work(state: str, unclear: bool) -> None:
    client, ours = socket.socketpair()
    with client, ours, socket.create_server(("127.0.0.1", 0)) as listener:
        site = Site(listener, lambda *_: None, 0, random.Random(0))
        site.waiting.append(Caller(ours, label="/slow"))
        threads = tree.Thread(1, 1, "S", "", "poll", 0.35), tree.Thread(1, 2, state, "", "")
        assert site.rested(tree.Sample(threads, 0.0), sure=False)
    assert (site.unclear, site.endless) == (unclear, "too long")
