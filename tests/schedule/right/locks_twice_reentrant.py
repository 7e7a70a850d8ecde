# takes a reentrant lock that it holds
import threading


def scenario(together):
    lock = threading.RLock()
    with lock:
        with lock:
            return True
