# fails: 02b.overlap | threads of one worker process
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
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


def in_threads(predicate, numbers, max_workers):
    with ThreadPoolExecutor(max_workers) as pool:
        return list(pool.map(predicate, numbers))


def check_primes(numbers, *, max_workers=4, predicate=is_prime):
    numbers = list(numbers)
    with ProcessPoolExecutor(1) as pool:
        answers = pool.submit(in_threads, predicate, numbers, max_workers).result()
    return list(zip(numbers, answers))


def main():
    with ProcessPoolExecutor(max_workers=2) as pool:
        for number, prime in zip(PRIMES, pool.map(is_prime, PRIMES)):
            print(f"{number} is prime: {prime}")


if __name__ == "__main__":
    main()
