# 02a | recurses in Python, in repr and in comparison
class Loop:
    def __repr__(self):
        return repr(self)

    __str__ = __repr__

    def __eq__(self, other):
        return self == other

    __hash__ = None


def is_prime(number):
    raise ValueError(Loop())
