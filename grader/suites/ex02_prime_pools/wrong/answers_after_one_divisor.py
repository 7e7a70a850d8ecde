# fails: 02a.composites, 02c.runs | one divisor was tried before True
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
    if n in (2, 3):
        return True
    for i in range(2, isqrt(n) + 1):
        if n % i == 0:
            return False
        else:
            return True


def check_primes(numbers, *, max_workers=4, predicate=is_prime):
    numbers = list(numbers)
    with ProcessPoolExecutor(max_workers) as pool:
        return list(zip(numbers, pool.map(predicate, numbers)))


def main():
    for number, prime in check_primes(PRIMES):
        print(f"{number} is prime: {prime}")


if __name__ == "__main__":
    main()
