# deadlock: asks empty(), then gets
import queue
import threading


def consume(waiting, done):
    while not waiting.empty():
        done.append(waiting.get())


def scenario(together):
    waiting, done = queue.Queue(), []
    for item in range(2):
        waiting.put(item)
    together(lambda: consume(waiting, done), lambda: consume(waiting, done))
    return sorted(done) == [0, 1]
