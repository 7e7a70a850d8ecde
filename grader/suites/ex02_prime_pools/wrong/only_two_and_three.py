# fails: 02a.composites, 02c.runs | larger divisors are never tried
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
    if n in (2, 3):
        return True
    return n > 1 and n % 2 != 0 and n % 3 != 0


def check_primes(numbers, *, max_workers=4, predicate=is_prime):
    numbers = list(numbers)
    with ProcessPoolExecutor(max_workers) as pool:
        return list(zip(numbers, pool.map(predicate, numbers)))


def main():
    for number, prime in check_primes(PRIMES):
        print(f"{number} is prime: {prime}")


if __name__ == "__main__":
    main()
