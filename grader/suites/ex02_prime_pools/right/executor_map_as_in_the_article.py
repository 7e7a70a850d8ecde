# right: the article's functions, with a list made first
import concurrent.futures
import math

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
    if n == 2:
        return True
    if n % 2 == 0:
        return False

    sqrt_n = int(math.floor(math.sqrt(n)))
    for i in range(3, sqrt_n + 1, 2):
        if n % i == 0:
            return False
    return True


def check_primes(numbers, *, max_workers=4, predicate=is_prime):
    wanted = [*numbers]
    pairs = []
    with concurrent.futures.ProcessPoolExecutor(max_workers=max_workers) as executor:
        for number, prime in zip(wanted, executor.map(predicate, wanted)):
            pairs.append((number, prime))
    return pairs


def main():
    for number, prime in check_primes(PRIMES):
        print('%d is prime: %s' % (number, prime))


if __name__ == "__main__":
    main()
