# 02a | returns an integer that Python refuses to print
def is_prime(number): return 10**5000
def check_primes(numbers, *, max_workers=4, predicate=None): return [(n, 10**5000) for n in numbers]
