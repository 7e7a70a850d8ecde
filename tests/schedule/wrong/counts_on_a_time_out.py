# returned: takes a time-out for enough
import threading


def scenario(together):
    ready, seen = threading.Event(), []
    together(ready.set, lambda: seen.append(ready.wait(timeout=5)))
    return seen == [True]
