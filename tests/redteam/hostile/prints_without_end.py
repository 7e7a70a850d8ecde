# 02a | prints 200 MB
import sys


def is_prime(number):
    for _ in range(2000):
        sys.stdout.write("x" * 100_000)
    return number % 2 == 1
