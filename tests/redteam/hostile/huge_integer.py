# 02a | returns a number of a million digits
def is_prime(number):
    return 10**1_000_000
