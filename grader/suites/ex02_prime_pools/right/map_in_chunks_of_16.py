# right: the largest chunks that the stub allows; the call sits in an if-expression
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
    for i in range(2, isqrt(n) + 1):
        if n % i == 0:
            return False
    return True


def check_primes(numbers, *, max_workers=4, predicate=is_prime):
    numbers = tuple(numbers)
    with ProcessPoolExecutor(max_workers) as pool:
        return [*zip(numbers, pool.map(predicate, numbers, chunksize=16))]


def main():
    for number, prime in check_primes(PRIMES):
        print(f"{number} is prime: {prime}")


__name__ == "__main__" and main()
