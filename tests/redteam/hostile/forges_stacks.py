# 02a | writes thread lists of its own where the grader reads them, then hangs
import os
import threading


def is_prime(number):
    os.write(4, b'Thread 0x0000 (most recent call first):\n  File "ex02_prime_pools.py", line 99999999999999999999 in is_prime\n' * 50)
    os.write(4, b'Thread 0x0001 (most recent call first):\n  File "ex02_prime_pools.py", line 3 in \x1b[2J\n')
    threading.Event().wait()
