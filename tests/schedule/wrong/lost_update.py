# returned: two increments, one of them lost
import threading


class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        self.value += 1


def scenario(together):
    counter = Counter()
    together(counter.increment, counter.increment)
    return counter.value == 2
