# fails: 02b.pairs | A Future stands where the answer should
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
    with ProcessPoolExecutor(max_workers) as pool:
        return [(number, pool.submit(predicate, number)) for number in numbers]


def main():
    with ProcessPoolExecutor(max_workers=2) as pool:
        for number, prime in zip(PRIMES, pool.map(is_prime, PRIMES)):
            print(f"{number} is prime: {prime}")


if __name__ == "__main__":
    main()
