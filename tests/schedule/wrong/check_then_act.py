# returned: computes twice
import threading


class Cache:
    def __init__(self):
        self.found = {}
        self.calls = 0
        self.lock = threading.Lock()

    def compute(self, key):
        self.calls += 1
        return key * 2

    def get(self, key):
        if key not in self.found:
            self.found[key] = self.compute(key)
        return self.found[key]


def scenario(together):
    cache = Cache()
    together(lambda: cache.get(3), lambda: cache.get(3))
    return cache.calls == 1
