# a lock taken again at each depth
import threading

lock = threading.RLock()


def down(depth):
    with lock:
        return 1 + down(depth - 1) if depth else 0


def scenario(together):
    found = []
    together(lambda: found.append(down(3)), lambda: found.append(down(2)))
    return sorted(found) == [2, 3]
