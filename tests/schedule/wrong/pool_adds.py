# returned: tasks of a pool add without a lock
import threading
from concurrent.futures import ThreadPoolExecutor


class Total:
    def __init__(self):
        self.total = 0
        self.lock = threading.Lock()

    def add(self, number):
        self.total += number

    def run(self):
        with ThreadPoolExecutor(max_workers=2) as pool:
            for call in [pool.submit(self.add, 1) for _ in range(2)]:
                call.result()
        return self.total


def scenario(together):
    return Total().run() == 2
