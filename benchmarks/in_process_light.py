"""For throughput.py: light checks, as one would write them by hand, in one process."""

from in_process_02 import check, learner
from light import COMPOSITES, PRIMES, SMALL


def test_small():
    for number in SMALL:
        with check:
            assert not learner.is_prime(number)


def test_primes():
    for number in PRIMES:
        with check:
            assert learner.is_prime(number) is True


def test_composites():
    for number in COMPOSITES:
        with check:
            assert learner.is_prime(number) is False
