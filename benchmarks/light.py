"""For throughput.py: numbers that a learner's is_prime decides in no time, so that a grader's own cost is what is left."""

SMALL = (0, 1, -1, -7)
PRIMES = (2, 3, 5, 97, 7919, 1_000_003)
COMPOSITES = (4, 9, 25, 91, 561, 1_000_001)
