# fails: 02b.error | waits for an answer that nobody will send
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


def worker(predicate, todo, done):
    for place, number in iter(todo.get, None):
        done.put((place, predicate(number)))


def check_primes(numbers, *, max_workers=4, predicate=is_prime):
    numbers = list(numbers)
    todo, done = multiprocessing.Queue(), multiprocessing.Queue()
    for item in enumerate(numbers):
        todo.put(item)
    workers = [
        multiprocessing.Process(target=worker, args=(predicate, todo, done))
        for _ in range(max_workers)
    ]
    for process in workers:
        todo.put(None)
        process.start()
    answers = dict(done.get() for _ in numbers)
    for process in workers:
        process.join()
    return [(number, answers[place]) for place, number in enumerate(numbers)]


def main():
    with ProcessPoolExecutor(max_workers=2) as pool:
        for number, prime in zip(PRIMES, pool.map(is_prime, PRIMES)):
            print(f"{number} is prime: {prime}")


if __name__ == "__main__":
    main()
