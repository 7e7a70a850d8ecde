# 02a | announces a reply of four gigabytes and sends zeros
import os


def is_prime(number):
    os.write(3, b"\xff\xff\xff\xff")
    while True:
        os.write(3, bytes(65536))
