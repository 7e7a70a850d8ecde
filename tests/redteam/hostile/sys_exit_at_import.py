# 02a | raises SystemExit(0) at import
import sys

sys.exit(0)


def is_prime(number):
    return number % 2 == 1
