"""What a thread takes from a queue is gone, though it does nothing with it."""

import queue
import threading


def scenario(together):
    items, turns = queue.Queue(2), threading.Semaphore(0)

    def put():
        for _ in range(3):
            items.put(None)
            turns.release()
        items.put("end")
        turns.release()

    def take():
        while items.get() is None:
            pass

    def count():
        left = 4
        while left:
            if turns.acquire(blocking=False):
                left -= 1

    together(put, take, count)
    return items.empty() and not turns.acquire(blocking=False)
