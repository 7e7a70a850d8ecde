"""For throughput.py: the pure checks of exercise 02, and one that starts a real pool of two processes; or light checks alone."""

import os

from light import COMPOSITES, PRIMES, SMALL

from grader.suite.check import check, expect
from grader.suite.learner import Learner
from grader.suites.ex02_prime_pools.suite import test_composites, test_primes, test_small

__all__ = ["test_composites", "test_primes", "test_small"]

if os.environ["THROUGHPUT"] == "pool":

    @check("02b.pool", points=1, says="two processes answer", limits={"cpu": 8})
    def test_pool(learner: Learner) -> None:
        right = [(7, True), (9, False), (11, True), (15, False)]
        got = learner.check_primes([number for number, _ in right], max_workers=2)
        expect(got == right, f"it returned {got!r}")


if os.environ["THROUGHPUT"] == "light":

    def _answers(learner: Learner, numbers: tuple[int, ...], right: bool) -> None:
        for number in numbers:
            got = learner.is_prime(number)
            expect(got is right, f"is_prime({number}) returned {got!r}")

    @check("02a.small", points=1, says="numbers below 2 are not prime")
    def test_small(learner: Learner) -> None:
        _answers(learner, SMALL, right=False)

    @check("02a.primes", points=1, says="primes are True")
    def test_primes(learner: Learner) -> None:
        _answers(learner, PRIMES, right=True)

    @check("02a.composites", points=1, says="composite numbers are False")
    def test_composites(learner: Learner) -> None:
        _answers(learner, COMPOSITES, right=False)
