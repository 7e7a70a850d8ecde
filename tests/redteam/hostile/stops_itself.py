# 02a | stops its own process with SIGSTOP
import os
import signal


def is_prime(number):
    os.kill(os.getpid(), signal.SIGSTOP)
