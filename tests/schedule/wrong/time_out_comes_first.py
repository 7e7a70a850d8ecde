# returned: counts on being let in within the time-out
import threading
import time


class Door:
    def __init__(self):
        self.lock = threading.Lock()
        self.entered = None

    def hold(self):
        with self.lock:
            time.sleep(0.05)

    def enter(self):
        self.entered = self.lock.acquire(timeout=0.1)
        if self.entered:
            self.lock.release()


def scenario(together):
    door = Door()
    together(door.hold, door.enter)
    return door.entered
