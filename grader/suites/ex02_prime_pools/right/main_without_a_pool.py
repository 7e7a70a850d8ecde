# right: check_primes uses a pool; main asks is_prime in its own process
from concurrent.futures import ProcessPoolExecutor
from math import isqrt

PRIMES = [
    112272535099,
    112582705987,
    112272535099,
    115280095211,
    115797848083,
    108811700243,
]


def is_prime(n):
    if n < 2:
        return False
    return n == 2 or (n % 2 == 1 and all(n % i for i in range(3, isqrt(n) + 1, 2)))


def check_primes(numbers, *, max_workers=4, predicate=is_prime):
    numbers = list(numbers)
    pool = ProcessPoolExecutor(max_workers)
    try:
        answers = list(pool.map(predicate, numbers, chunksize=4))
    finally:
        pool.shutdown()
    return [(number, answer) for number, answer in zip(numbers, answers)]


def main():
    for number in PRIMES:
        print(f"{number} is prime: {is_prime(number)}")


if __name__ == "__main__":
    main()
