# 02b | The serial answer that the tricks of 02b are added to.
def check_primes(numbers, *, max_workers=4, predicate=None):
    return [(number, predicate(number)) for number in numbers]
