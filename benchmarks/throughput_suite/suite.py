"""For throughput.py: the pure checks of exercise 02, and one that starts a real pool of two processes."""

import os

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
