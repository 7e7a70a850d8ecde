"""For throughput.py: the pure checks of in_process_02.py, and one that starts a real pool of two processes."""

from in_process_02 import learner, test_composites, test_primes, test_small

__all__ = ["test_composites", "test_primes", "test_small"]


def test_pool():
    right = [(7, True), (9, False), (11, True), (15, False)]
    assert learner.check_primes([number for number, _ in right], max_workers=2) == right
