"""`explore` in a suite: the learner's threads in every order, in a real worker, judged on the trusted side."""

from pathlib import Path

import pytest

from tests.test_verdicts import verdicts

SUITE = """
from grader.suite.explored import explore

@check("01a.counts", points=1, says="no update is lost")
def test_counts(learner):
    found = explore(learner, probes.two_increments, 3, task="Counter", right=lambda value: value == 6)
    line = found.failure and found.failure.value
    expect(found.failure is None, f"{found.failure and found.failure.kind} {line} lines {[each.number for each in found.lines(learner)]}")
    if found.failure:
        expect(False, " / ".join(f"{step.thread} {step.line} {step.verb or step.what} {step.name} {step.value}" for step in found.steps))
    else:
        assert found.exhausted == 2
"""
PROBES = """
from grader.schedule.scenario import together

def two_increments(learner, by):
    counter = learner.Counter()
    together(lambda: counter.add(by), lambda: counter.add(by))
    return counter.value
"""


def verdict(tmp_path: Path, learner: str) -> tuple[str, str]:
    return verdicts(tmp_path, SUITE, PROBES, learner)["01a.counts"]


COUNTER = """
import threading

class Counter:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def add(self, n):
{add}
"""


def test_a_lock_passes(tmp_path: Path) -> None:
    assert verdict(tmp_path, COUNTER.format(add="        with self.lock:\n            self.value += n")) == ("passed", "")


def test_a_lost_update_is_shown_in_the_learners_lines(tmp_path: Path) -> None:
    outcome, said = verdict(tmp_path, COUNTER.format(add="        self.value += n"))
    assert outcome == "failed"
    assert said.startswith("returned 3 lines [10]")
    assert "T1 10 read value 0 / T2 10 read value 0 / T2 10 write value 3 / T1 10 write value 3" in said


def test_a_deadlock_is_one_without_waiting(tmp_path: Path) -> None:
    outcome, said = verdict(tmp_path, COUNTER.format(add="        self.lock.acquire()\n        self.value += n"))
    assert outcome == "failed"
    assert "deadlock" in said
    assert "lines [10]" in said


def test_what_the_scheduler_cannot_see_is_no_verdict(tmp_path: Path) -> None:
    outcome, said = verdict(tmp_path, "import socket\n" + COUNTER.format(add="        one, other = socket.socketpair(); one.recv(1)"))
    assert outcome == "inconclusive"
    assert "it waits in a call at line 11 for something that the scheduler cannot see" in said


def test_what_is_left_to_chance_is_no_verdict(tmp_path: Path) -> None:
    outcome, said = verdict(tmp_path, COUNTER.format(add="        import os; self.value += os.urandom(4)[0] + 1000"))
    assert outcome == "inconclusive"
    assert "left to chance" in said


def test_a_stub_is_unwritten_and_a_missing_task_is_missed(tmp_path: Path) -> None:
    assert verdict(tmp_path, COUNTER.format(add="        raise NotImplementedError")) == ("failed", "Counter is still to be written.")
    assert verdict(tmp_path, "x = 1\n") == ("failed", "There is no Counter in your file; the grader finds each task by its name.")


def test_ten_thousand_threads_are_no_verdict(tmp_path: Path) -> None:
    many = "        for _ in range(10_000):\n            threading.Thread(target=self.lock.acquire).start()"
    outcome, said = verdict(tmp_path, COUNTER.format(add=many))
    assert outcome == "inconclusive"
    assert "more threads than the scheduler follows" in said


# -- the rendezvous ------------------------------------------------------------------------------------------------------------------------

MEETING = """
from grader.suite.explored import explore

@check("01a.meets", points=1, says="four at once")
def test_meets(learner):
    peaks = []
    explore(learner, probes.four_calls, task="run_all", right=lambda got: peaks.append(got) or True, executions=60, bound=0, random=0)
    expect(set(map(str, peaks)) == {"[4, [0, 1, 2, 3, 4, 5, 6, 7]]"}, f"{sorted(set(map(str, peaks)))}")
"""
MEETING_PROBES = """
from grader.schedule.scenario import Rendezvous

def four_calls(learner):
    meet = Rendezvous(5)
    results = learner.run_all(meet, list(range(8)))
    return [meet.peak, results]
"""
MEETS = {
    "pool of four": ("passed", "with ThreadPoolExecutor(4) as pool:\n        return list(pool.map(fn, items))"),
    "pool of three": ("[3, ", "with ThreadPoolExecutor(3) as pool:\n        return list(pool.map(fn, items))"),
    "a thread for each": ("[5, ", "with ThreadPoolExecutor(len(items)) as pool:\n        return list(pool.map(fn, items))"),
    "waits for each result": (
        "[1, ",
        "with ThreadPoolExecutor(4) as pool:\n        return [pool.submit(fn, item).result() for item in items]",
    ),
    "a loop": ("[1, ", "return [fn(item) for item in items]"),
    "starts and joins each": ("[1, ", "return [one(fn, item) for item in items]"),
    "four threads and a queue": ("passed", "return four(fn, items)"),
}
RUN_ALL = """
import queue, threading
from concurrent.futures import ThreadPoolExecutor

def one(fn, item):
    found = []
    thread = threading.Thread(target=lambda: found.append(fn(item)))
    thread.start()
    thread.join()
    return found[0]

def four(fn, items):
    todo, found = queue.Queue(), [None] * len(items)
    for item in [*enumerate(items), *[None] * 4]:
        todo.put(item)
    def work():
        for place, item in iter(todo.get, None):
            found[place] = fn(item)
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return found

def run_all(fn, items):
    {body}
"""


@pytest.mark.parametrize(("said", "body"), MEETS.values(), ids=MEETS)
def test_the_most_calls_at_once_are_counted_exactly_without_waiting(tmp_path: Path, said: str, body: str) -> None:
    outcome, text = verdicts(tmp_path, MEETING, MEETING_PROBES, RUN_ALL.format(body=body))["01a.meets"]
    assert outcome == "passed" if said == "passed" else text.startswith(f"['{said}")


TIMED = """
from grader.suite.explored import explore

@check("01a.exact", points=1, says="time is exact without random orders")
def test_exact(learner):
    found = explore(learner, probes.look_after_a_while, task="Counter", right=lambda value: value == 1, executions=1, bound=0, random=0)
    expect(found.failure is None, "early")

@check("01a.random", points=1, says="in a random order a time-out may come early")
def test_random(learner):
    found = explore(learner, probes.look_after_a_while, task="Counter", right=lambda value: value == 1, executions=1, bound=0)
    expect(found.failure is None, "early")
"""
LOOKING = """
import time
from grader.schedule.scenario import together

def look_after_a_while(learner):
    counter, seen = learner.Counter(), []

    def look():
        time.sleep(1.5)  # of virtual time, which passes at once
        seen.append(counter.value)

    together(lambda: counter.add(1), look)
    return seen[0]
"""


def test_without_random_orders_time_is_exact(tmp_path: Path) -> None:
    found = verdicts(tmp_path, TIMED, LOOKING, COUNTER.format(add="        import time; time.sleep(1); self.value += n"))
    assert found["01a.exact"] == ("passed", "")
    assert found["01a.random"][0] == "failed"


PATIENT = """
from grader.suite.explored import explore

@check("01a.patient", points=1, says="a time-out that the others make needless does not end early")
def test_patient(learner):
    found = explore(learner, probes.wait_for_the_other, task="Counter", right=lambda got: got == [True, 1], patient=True)
    expect(found.failure is None and found.exhausted == 2, f"{found.failure}")

@check("01a.sooner", points=1, says="any time-out may end early")
def test_sooner(learner):
    found = explore(learner, probes.wait_for_the_other, task="Counter", right=lambda got: got == [True, 1])
    expect(found.failure is None, f"{found.failure and found.failure.value}")
"""
WAITING_FOR = """
import threading
from grader.schedule.scenario import together

def wait_for_the_other(learner):
    counter, added, seen = learner.Counter(), threading.Event(), []

    def add():
        counter.add(1)
        added.set()

    together(add, lambda: seen.append(added.wait(1)))
    return [*seen, counter.value]
"""


def test_a_patient_search_lets_time_outs_last_but_not_sleeps(tmp_path: Path) -> None:
    slowly = COUNTER.format(add="        import time; time.sleep(1); self.value += n")
    found = verdicts(tmp_path, PATIENT, WAITING_FOR, slowly)
    assert found["01a.patient"] == ("passed", "")
    assert found["01a.sooner"][0] == "failed"
    assert found["01a.sooner"][1].startswith("[False, 1]")


WAITING = """
from grader.suite.explored import explore, stands_still

@check("01a.waits", points=1, says="it ends")
def test_waits(learner):
    found = explore(learner, probes.add_one, task="Counter", right=lambda value: value == 1)
    expect(found.failure is None, lambda: stands_still(learner, found))
"""
ADDING = """
def add_one(learner):
    learner.Counter().add(1)
    return 1
"""


def test_a_thread_that_is_joined_is_said_to_be_waited_for_until_it_ends(tmp_path: Path) -> None:
    joins = "        self.lock.acquire()\n        other = threading.Thread(target=self.lock.acquire, name='other')\n        other.start(); other.join()"
    outcome, said = verdicts(tmp_path, WAITING, ADDING, COUNTER.format(add=joins))["01a.waits"]
    assert outcome == "failed"
    assert "main waits for other to end" in said


OPPOSITE = """
import threading

class Counter:
    value = 1

    def add(self, n):
        one, other = threading.{kind}(), threading.{kind}()

        def there():
            with one:
                with other:
                    pass

        def back():
            with other:
                with one:
                    pass

        threads = [threading.Thread(target=function, name=function.__name__) for function in (there, back)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
"""


@pytest.mark.parametrize("kind", ["Lock", "RLock", "Condition"])
def test_a_circle_is_told_as_one_whatever_the_kind_of_lock(tmp_path: Path, kind: str) -> None:
    outcome, said = verdicts(tmp_path, WAITING, ADDING, OPPOSITE.format(kind=kind))["01a.waits"]
    assert outcome == "failed", said
    assert "there waits for the lock that back holds" in said
    assert "back waits for the lock that there holds" in said


def test_a_loop_that_nothing_ends_is_told_after_one_execution(tmp_path: Path) -> None:
    polls = "        stop = threading.Event()\n        while not stop.is_set():\n            self.value += 1"
    suite = WAITING + '    assert found.executions == 1, f"{found.executions} executions"\n'
    outcome, said = verdicts(tmp_path, suite, ADDING, COUNTER.format(add=polls))["01a.waits"]
    assert outcome == "failed", said
    assert said.startswith("It goes round for ever in a loop that nothing will end.")
