# 02a | The wrong answer that the tricks of 02a are added to.
def is_prime(number):
    return number % 2 == 1
