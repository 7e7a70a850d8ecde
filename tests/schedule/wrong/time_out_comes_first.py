# returned: counts on being let in within the time-out
import threading
import time


class Door:
    def __init__(self):
        self.lock = threading.Lock()
        self.entered = []

    def hold(self):
        with self.lock:
            time.sleep(0.05)

    def enter(self):
        self.entered.append(self.lock.acquire(timeout=0.1))


def scenario(together):
    door = Door()
    together(door.hold, door.enter)
    return door.entered == [True]
