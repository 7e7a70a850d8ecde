# takes it or leaves it
import queue
import threading


def consume(waiting, done):
    while True:
        try:
            item = waiting.get_nowait()
        except queue.Empty:
            return
        done.append(item)


def scenario(together):
    waiting, done = queue.Queue(), []
    for item in range(2):
        waiting.put(item)
    together(lambda: consume(waiting, done), lambda: consume(waiting, done))
    return sorted(done) == [0, 1]
