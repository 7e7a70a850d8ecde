# 02a | fills the pipe of the stacks and blocks in it
import os


def is_prime(number):
    while True:
        os.write(4, b"x" * 65536)
