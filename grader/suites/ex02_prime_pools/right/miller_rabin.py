# right: Miller-Rabin with the 12 bases that suffice below 3.1e23, then trial division
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


BASES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
EXACT_BELOW = 318_665_857_834_031_151_167_461


def is_prime(n):
    if n < 2:
        return False
    for p in BASES:
        if n % p == 0:
            return n == p
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in BASES:
        x = pow(base, odd, n)
        if x in (1, n - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return n < EXACT_BELOW or all(n % i for i in range(41, isqrt(n) + 1, 2))


def check_primes(numbers, *, max_workers=4, predicate=is_prime):
    numbers = list(numbers)
    with ProcessPoolExecutor(max_workers) as pool:
        return list(zip(numbers, pool.map(predicate, numbers)))


def main():
    for number, prime in check_primes(PRIMES):
        print(f"{number} is prime: {prime}")


if __name__ == "__main__":
    main()
