"""As many at once as may be pulled, chunk by chunk; a partial that decorates; generations counted under a condition."""

import functools
import itertools
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor


def pump(source, work, *, workers, capacity):
    if workers < 1 or capacity < 1:
        raise ValueError("no")
    iterator, found = iter(source), []
    with ThreadPoolExecutor(workers) as pool:
        while chunk := list(itertools.islice(iterator, workers + capacity)):
            found.extend(zip(chunk, pool.map(work, chunk)))
    return found


def limited(n):
    if n < 1:
        raise ValueError(n)
    return functools.partial(Limited, n)


class Limited:
    def __init__(self, n, function):
        self.tokens = queue.LifoQueue()
        for token in range(n):
            self.tokens.put(token)
        self.function = function
        self.__name__, self.__doc__ = function.__name__, function.__doc__

    def __get__(self, owner, kind=None):
        return self if owner is None else functools.partial(self, owner)

    def __call__(self, /, *args, **kwargs):
        token = self.tokens.get()
        try:
            return self.function(*args, **kwargs)
        finally:
            self.tokens.put(token)


class Ticker:
    def __init__(self, interval, fn):
        self.interval, self.fn = interval, fn
        self.condition = threading.Condition()
        self.generation, self.thread = 0, None

    def start(self):
        with self.condition:
            if self.generation % 2 == 0:
                self.generation += 1
                self.thread = threading.Thread(target=self.loop, args=(self.generation,))
                self.thread.start()

    def loop(self, generation):
        while True:
            due = time.monotonic() + self.interval
            with self.condition:
                while self.generation == generation:
                    left = due - time.monotonic()
                    if left <= 0:
                        break
                    self.condition.wait(left)
                else:
                    return
            self.fn()

    def stop(self):
        with self.condition:
            self.generation += self.generation % 2
            self.condition.notify_all()
            thread = self.thread
        if thread is not None and thread.ident != threading.get_ident():
            thread.join()
