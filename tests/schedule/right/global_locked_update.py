# a global counter and a lock made at import
from threading import Lock

lock = Lock()
count = 0


def increment():
    global count
    with lock:
        count += 1


def scenario(together):
    together(increment, increment)
    return count == 2
