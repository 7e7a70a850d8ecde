# fails: 02a.composites | A float above 2**53 loses the last digit
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, repeat
from math import isqrt
from operator import truediv

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
    if n % 2 == 0 or n in (3, 5):
        return n in (2, 3, 5)
    # Beyond 5, a prime leaves one of eight remainders by 30.
    divisors = chain([3, 5], *(range(first, isqrt(n) + 1, 30) for first in (7, 11, 13, 17, 19, 23, 29, 31)))
    return not any(map(float.is_integer, map(truediv, repeat(float(n)), divisors)))


def check_primes(numbers, *, max_workers=4, predicate=is_prime):
    numbers = list(numbers)
    with ProcessPoolExecutor(max_workers) as pool:
        return list(zip(numbers, pool.map(predicate, numbers)))


def main():
    for number, prime in check_primes(PRIMES):
        print(f"{number} is prime: {prime}")


if __name__ == "__main__":
    main()
