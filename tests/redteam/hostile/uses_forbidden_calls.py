# 02a | bpf, perf, keyrings, io_uring, userfaultfd and handles
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
for number in (321, 298, 248, 249, 250, 425, 426, 427, 323, 303, 304, 300, 175, 246, 169, 170, 164, 101, 310, 311):
    print(number, libc.syscall(number, 0, 0, 0, 0, 0, 0), ctypes.get_errno())


def is_prime(number):
    return number % 2 == 1
