# 02a | opens a debugger and reads from standard input
def is_prime(number):
    breakpoint()
    return input() == "yes"
