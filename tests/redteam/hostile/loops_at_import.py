# 02a | never finishes its import
while True:
    pass


def is_prime(number):
    return number % 2 == 1
