# deadlock: a barrier that is one short
import threading


def scenario(together):
    barrier = threading.Barrier(2)
    together(barrier.wait, barrier.wait, barrier.wait)
    return True
