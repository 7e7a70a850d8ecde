# 02a | a table of the small primes instead of a test (a residual cheat)
TABLE = {n for n in range(2, 10_000) if all(n % d for d in range(2, int(n**0.5) + 1))}


def is_prime(number):
    return number in TABLE
