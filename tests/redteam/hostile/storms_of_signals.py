# 02a | is signalled ten thousand times by itself while it is asked
import os
import signal

signal.signal(signal.SIGALRM, lambda *args: None)
signal.setitimer(signal.ITIMER_REAL, 0.0001, 0.0001)


def is_prime(number):
    for _ in range(10_000):
        os.kill(os.getpid(), signal.SIGALRM)
    return number % 2 == 1
