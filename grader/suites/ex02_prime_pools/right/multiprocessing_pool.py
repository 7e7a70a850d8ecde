# right: multiprocessing.Pool.map and its own chunks; main prints one string
import multiprocessing
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
    with multiprocessing.Pool(max_workers) as pool:
        return list(zip(numbers, pool.map(predicate, numbers)))


def main():
    print("\n".join(f"{n} is prime: {answer}" for n, answer in check_primes(PRIMES)))


if __name__ == "__main__":
    main()
