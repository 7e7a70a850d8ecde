# right: no function main: the guarded block does the work; wheel of six
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


def is_prime(n: int) -> bool:
    if n <= 3:
        return n > 1
    if n % 2 == 0 or n % 3 == 0:
        return False
    i = 5
    while i * i <= n:
        if n % i == 0 or n % (i + 2) == 0:
            return False
        i += 6
    return True


def check_primes(numbers, *, max_workers=4, predicate=is_prime):
    numbers = list(numbers)
    with ProcessPoolExecutor(max_workers) as pool:
        return list(zip(numbers, pool.map(predicate, numbers)))


if __name__ == "__main__":
    for number, prime in check_primes(PRIMES):
        print("{} is prime: {!r}".format(number, prime))
