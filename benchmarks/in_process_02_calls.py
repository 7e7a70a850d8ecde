"""For in_process_02.py: what its pools call, in a module that a spawned worker can import."""

import os


def answer(number):
    return number % 3 == 0


def pid(number):
    return os.getpid()


def fail(number):
    raise KeyError("boom", number)
