"""For speed.py: what one would write by hand to test exercise 02 with pytest alone, in one process, as many checks, calls and pools as ours.

Not a test of anything here; its name keeps pytest from collecting it with the tests.
"""

import multiprocessing
import multiprocessing.context
import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from pytest_check import check

sys.path.insert(0, os.environ.get("GRADED", str(Path(__file__).resolve().parent.parent / "solutions")))  # set by throughput.py
sys.path.insert(0, str(Path(__file__).resolve().parent))
import ex02_prime_pools as learner
from in_process_02_calls import answer, fail, pid

METHODS = ["fork", "spawn", "forkserver"]
SOLUTION = learner.__file__
SCRIPT = """
import multiprocessing.context as context, runpy, sys
context._default_context._default_context = context._concrete_contexts[sys.argv[1]]
runpy.run_path(sys.argv[2], run_name="__main__")
"""


@pytest.fixture(params=METHODS)
def method(request, monkeypatch):
    context = multiprocessing.context
    monkeypatch.setattr(context._default_context, "_default_context", context._concrete_contexts[request.param])
    monkeypatch.setattr(context._default_context, "_actual_context", None)
    return request.param


def test_small():
    for number in (0, 1, -1, -2, -3, -7, -9, *(-random.getrandbits(40) for _ in range(3))):
        with check:
            assert not learner.is_prime(number)


def test_primes():
    for number in (2, 3, 5, 7, 11, 13, 97, 7919, 104729, 2147483647, 9973, 99999989, 999999999989, 999999999989):
        with check:
            assert learner.is_prime(number) is True


def test_composites():
    composites = [9, 25, 49, 121, 9973**2, 999983**2, 4, 6, 8, 10, 12, 14, 15, 91, 99991 * 999983, 999979 * 999983]
    for number in (*composites, 341, 561, 1105, 1729, 2047, 3215031751, 2**61, 3825123056546413051, 2**53 + 1):
        with check:
            assert not learner.is_prime(number)


def test_pairs(method):
    numbers = [10, 33, 21, 33, 45, 50, 33]
    assert learner.check_primes(numbers, max_workers=1, predicate=answer) == [(number, answer(number)) for number in numbers]
    assert learner.check_primes([], max_workers=1, predicate=answer) == []
    assert learner.check_primes([7, 9, 7], max_workers=1) == [(7, True), (9, False), (7, True)]


def test_iterable(method):
    assert len(learner.check_primes((number for number in (1, 2, 3, 4, 1)), max_workers=1, predicate=answer)) == 5


def test_processes(method):
    assert os.getpid() not in {found for _, found in learner.check_primes(range(6), max_workers=2, predicate=pid)}


def test_overlap(method):
    assert len({found for _, found in learner.check_primes(range(64), max_workers=4, predicate=pid)}) <= 4


def test_order(method):
    numbers = random.sample(range(100), 20)
    assert [number for number, _ in learner.check_primes(numbers, max_workers=2, predicate=answer)] == numbers


def test_error(method):
    with pytest.raises(KeyError):
        learner.check_primes([1, 2, 3, 4], max_workers=2, predicate=fail)


def test_runs(method):
    done = subprocess.run([sys.executable, "-c", SCRIPT, method, SOLUTION], capture_output=True, text=True, check=True)
    assert done.stdout.count("is prime:") == len(learner.PRIMES)


def test_quiet(method):
    assert threading.active_count() >= 1
    done = subprocess.run([sys.executable, "-c", "import ex02_prime_pools"], capture_output=True, cwd=Path(SOLUTION).parent, check=True)
    assert not done.stdout
