# 02a | sends half a reply, then waits for ever
import os
import threading


def is_prime(number):
    os.write(3, b"\x00\x00\x00\x20{")
    threading.Event().wait()
