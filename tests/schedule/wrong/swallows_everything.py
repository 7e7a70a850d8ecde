# deadlock: catches all that would end it
import threading


def scenario(together):
    lock = threading.Lock()
    lock.acquire()
    try:
        lock.acquire()
    except BaseException:
        pass
    return True
