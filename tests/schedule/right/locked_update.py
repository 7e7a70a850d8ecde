# a lock around each increment
import threading


class Counter:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def increment(self):
        with self.lock:
            self.value += 1


def scenario(together):
    counter = Counter()
    together(counter.increment, counter.increment)
    return counter.value == 2
