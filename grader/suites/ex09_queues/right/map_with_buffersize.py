"""`Executor.map(buffersize=)` from 3.14 on, which holds the source back; futures by hand before. Tokens in a queue; a ticker in a pool of one."""

import queue
import sys
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from itertools import islice


def lazily(pool, function, items, size):
    """What map(function, items, buffersize=size) does."""
    items = iter(items)
    under_way = deque(pool.submit(function, item) for item in islice(items, size))
    try:
        while under_way:
            result = under_way.popleft().result()
            for item in islice(items, 1):
                under_way.append(pool.submit(function, item))
            yield result
    finally:
        for future in under_way:
            future.cancel()


def pump(source, work, *, workers, capacity):
    if workers < 1 or capacity < 1:
        raise ValueError("workers and capacity")

    def pair(item):
        return item, work(item)

    with ThreadPoolExecutor(workers) as pool:
        if sys.version_info >= (3, 14):
            return list(pool.map(pair, source, buffersize=workers + capacity))
        return list(lazily(pool, pair, source, workers + capacity))


def limited(n):
    if n < 1:
        raise ValueError("places")

    def decorate(function):
        tokens = queue.Queue()
        for _ in range(n):
            tokens.put("token")

        @wraps(function)
        def call(*args, **kwargs):
            token = tokens.get()
            try:
                return function(*args, **kwargs)
            finally:
                tokens.put(token)

        return call

    return decorate


class Ticker:
    def __init__(self, interval, fn):
        self.interval, self.fn = interval, fn
        self.lock = threading.RLock()
        self.over = None
        self.future = None
        self.who = None

    def start(self):
        with self.lock:
            if self.over is None or self.over.is_set():
                self.over = threading.Event()
                pool = ThreadPoolExecutor(1)
                self.future = pool.submit(self.loop, self.over)
                pool.shutdown(wait=False)

    def loop(self, over):
        self.who = threading.get_ident()
        while not over.wait(self.interval):
            self.fn()

    def stop(self):
        with self.lock:
            if self.over is None:
                return
            self.over.set()
            future = self.future
        if self.who != threading.get_ident():
            future.result()
