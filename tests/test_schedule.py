"""The scheduler against small programs: each wrong one is found out, each right one holds in every order, the same on every run."""

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.schedule import schedule
from grader.schedule.explore import Exploration, Program, Source, ending
from grader.schedule.history import Sharing
from grader.schedule.scenario import steps, together
from grader.schedule.world import world
from tests.conftest import ROOT

HERE = Path(__file__).parent / "schedule"
RIGHT, WRONG = sorted((HERE / "right").glob("*.py")), sorted((HERE / "wrong").glob("*.py"))
WITHIN = 100
"""Executions in which each fault must be found."""
BUDGET = 3_000


def program(text: bytes, path: str = "program.py") -> Program:
    return Program([Source("program", path, text)], lambda modules: modules["program"].scenario(together))


def of(path: Path) -> Program:
    return program(path.read_bytes(), str(path))


def first_failure(exploration: Exploration, budget: int) -> Any:
    """The first outcome that is not (returned, True)."""
    while exploration.executions < budget and exploration.go(1):
        for outcome in exploration.outcomes:
            if (outcome.kind, outcome.value) != ("returned", True):
                return outcome
    return None


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_what_is_wrong_is_found_soon_and_can_be_seen_again(path: Path) -> None:
    subject = of(path)
    with world():
        failure = first_failure(Exploration(subject), WITHIN)
        assert failure
        assert failure.kind == path.read_text().partition(":")[0].strip("# ")
        replays = [schedule.Replay(schedule.read(failure.schedule)) for _ in range(3)]
        again = [subject.run(replay, Sharing(), record=True) for replay in replays]
    assert all(replay.followed(execution) for replay, execution in zip(replays, again, strict=True))
    assert [ending(execution) for execution in again] == [(failure.kind, failure.value)] * 3
    assert again[0].recording.events == again[1].recording.events == again[2].recording.events


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
def test_what_is_right_holds_in_every_order_of_two_preemptions(path: Path) -> None:
    exploration = Exploration(of(path))
    with world():
        assert first_failure(exploration, BUDGET) is None
    assert exploration.outcomes
    assert exploration.exhausted == 2


WAITING = b"""
import time

def wait(seconds):
    time.sleep(seconds)

def look(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass
"""


def test_who_waits_longer_takes_no_more_steps_and_who_looks_does() -> None:
    def more(modules: dict[str, Any]) -> list[int]:
        def count(wait: Any, seconds: int) -> int:
            before = steps()
            wait(seconds)
            return steps() - before

        return [count(wait, 8) - count(wait, 1) for wait in (modules["program"].wait, modules["program"].look)]

    subject = Program([Source("program", "program.py", WAITING)], more)
    with world():
        waited, looked = subject.run(schedule.Replay([]), Sharing()).result
    assert waited == 0
    assert looked >= 7
    assert steps() == 0  # nothing runs under control


REPEATED = """
import sys, pathlib
sys.path.insert(0, {root!r})
from tests.test_schedule import *
for path in WRONG + RIGHT:
    with world():
        exploration = Exploration(of(path), 1)
        failure = first_failure(exploration, 60)
    print(path.stem, exploration.executions, [(each.kind, each.schedule, each.count) for each in exploration.outcomes])
"""


def test_two_processes_do_the_very_same() -> None:
    runs = [
        subprocess.run([sys.executable, "-c", REPEATED.format(root=str(ROOT))], capture_output=True, text=True, check=True) for _ in "ab"
    ]
    assert runs[0].stdout == runs[1].stdout
    assert len(runs[0].stdout.splitlines()) == len(RIGHT) + len(WRONG)
    assert not runs[0].stderr


# -- the reduction loses nothing -----------------------------------------------------------------------------------------------------------

STATEMENTS = (
    "state.x += 1",
    "state.x = state.y + 1",
    "state.y = state.x",
    "state.items.append({thread})",
    "state.items[:] = [state.x]",
    "state.table['x'] = state.table.get('x', 0) + {thread}",
    "state.seen.add(len(state.items))",
    "state.event.set()",
    "if state.event.is_set(): state.y += 10",
    "if state.x: state.x -= 2",
    "with state.lock: state.x *= 2; state.y += state.x",
    "if state.lock.acquire(False): state.y += 3; state.lock.release()",
    "state.queue.put({thread})",
    "state.items.append(state.queue.qsize())",
    "for each in state.items: state.y += each",
    "spin(state)",
    "back_off(state.lock, state.other, state)",
    "back_off(state.other, state.lock, state)",
    "wait_a_little(state)",
)
MODULE = """
import queue, threading, time

class State:
    def __init__(self):
        self.x = self.y = 0
        self.items, self.table, self.seen = [], {{}}, set()
        self.lock, self.event, self.queue = threading.Lock(), threading.Event(), queue.Queue()
        self.other = threading.Lock()

def spin(state):
    while not state.lock.acquire(False):
        pass
    state.x += 3
    state.lock.release()

def back_off(first, second, state):
    while True:
        with first:
            if second.acquire(False):
                state.y += 2
                second.release()
                return

def wait_a_little(state):
    if not state.event.wait(0.5):
        state.x -= 1
    time.sleep(0.2)
    state.items.append(time.monotonic() > 1000.6)

def scenario(together):
    state = State()
{functions}
    together({names})
    return [state.x, state.y, list(state.items), sorted(state.table.items()), sorted(state.seen), state.queue.qsize()]
"""


@settings(max_examples=100, derandomize=True)
@given(st.lists(st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=2), min_size=2, max_size=3), st.integers(0, 1))
def test_the_reduced_search_reaches_all_that_the_whole_one_does(threads: list[list[str]], bound: int) -> None:
    bodies = [
        f"    def t{number}():\n" + "".join(f"        {line.format(thread=number)}\n" for line in body)
        for number, body in enumerate(threads)
    ]
    text = MODULE.format(functions="".join(bodies), names=", ".join(f"t{number}" for number in range(len(threads)))).encode()
    with world():
        reduced, whole = Exploration(program(text), bound), Exploration(program(text), bound, reduced=False)
        assert not reduced.go(100_000)
        assert not whole.go(100_000)
    assert {repr((each.kind, each.value)) for each in reduced.outcomes} == {repr((each.kind, each.value)) for each in whole.outcomes}


HOOKED = b"""
import threading

class Own(threading.Thread):
    def run(self):
        raise LookupError(self.name)

def scenario(together):
    seen = []
    threading.excepthook = lambda args: seen.append((args.exc_type.__name__, args.thread.name))
    together(Own(name="own").run, lambda: None)
    own = Own(name="alone")
    own.start()
    own.join()
    return seen
"""
UNHOOKED = HOOKED.replace(b"threading.excepthook = lambda", b"hook = lambda")


def test_an_excepthook_of_the_program_is_told_and_forgotten() -> None:
    before = threading.excepthook
    with world():
        told = ending(program(HOOKED).run(schedule.Replay([]), Sharing()))
        untold = ending(program(UNHOOKED).run(schedule.Replay([]), Sharing()))
    assert told == ("returned", [("LookupError", "T1"), ("LookupError", "alone")])
    assert untold == ("error", [["T1", "LookupError", "own"], ["alone", "LookupError", "alone"]])
    assert threading.excepthook is before
