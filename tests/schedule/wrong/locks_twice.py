# deadlock: takes a plain lock that it holds
import threading


def scenario(together):
    lock = threading.Lock()
    with lock:
        with lock:
            return True
