# 02a | an exception whose str, type name and arguments are traps
class Trap(Exception):
    def __str__(self):
        raise SystemExit(0)

    @property
    def args(self):
        raise KeyboardInterrupt

    __repr__ = __str__


Trap.__name__ = Trap.__qualname__ = "\x1b[2J" * 1000


def is_prime(number):
    raise Trap("x")
