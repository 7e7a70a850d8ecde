# puts a lock of its own in the place of threading's
import threading

Real = threading.Lock


class Counted:
    made = 0

    def __init__(self):
        Counted.made += 1
        self.lock = Real()

    def acquire(self, *args, **kwargs):
        return self.lock.acquire(*args, **kwargs)

    def release(self):
        self.lock.release()

    def locked(self):  # from 3.14 on, threading.Condition asks for it
        return self.lock.locked()

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *_):
        self.release()


def scenario(together):
    threading.Lock, before = Counted, threading.Lock
    try:
        lock, total = threading.Lock(), [0]

        def add():
            with lock:
                total[0] += 1

        together(add, add)
    finally:
        threading.Lock = before
    return total == [2]
