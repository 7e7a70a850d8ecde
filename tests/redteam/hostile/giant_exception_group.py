# 02a | raises a group of 100,000 exceptions, a thousand deep
def is_prime(number):
    group = ExceptionGroup("all", [ValueError(i) for i in range(100_000)])
    for depth in range(1000):
        group = ExceptionGroup(str(depth), [group])
    raise group
