# right: asyncio gathers the pool's calls in order
import asyncio
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


async def gather(numbers, max_workers, predicate):
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(max_workers) as pool:
        calls = [loop.run_in_executor(pool, predicate, number) for number in numbers]
        return list(zip(numbers, await asyncio.gather(*calls)))


def check_primes(numbers, *, max_workers=4, predicate=is_prime):
    return asyncio.run(gather(list(numbers), max_workers, predicate))


def main():
    for number, prime in check_primes(PRIMES):
        print(f"{number} is prime: {prime}")


if __name__ == "__main__":
    main()
