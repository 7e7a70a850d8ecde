# fails: 02b.overlap | one process for each number
import multiprocessing
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


def send(predicate, number, end):
    try:
        end.send((predicate(number), None))
    except Exception as error:
        end.send((None, error))


def check_primes(numbers, *, max_workers=4, predicate=is_prime):
    calls = []
    for number in numbers:
        here, there = multiprocessing.Pipe()
        process = multiprocessing.Process(target=send, args=(predicate, number, there))
        process.start()
        calls.append((number, here, process))
    pairs, errors = [], []
    for number, here, process in calls:
        answer, error = here.recv()
        process.join()
        pairs.append((number, answer))
        errors += [error] * (error is not None)
    if errors:
        raise errors[0]
    return pairs


def main():
    with ProcessPoolExecutor(max_workers=2) as pool:
        for number, prime in zip(PRIMES, pool.map(is_prime, PRIMES)):
            print(f"{number} is prime: {prime}")


if __name__ == "__main__":
    main()
