"""One event for all runs, cleared by whoever has stopped it."""

import functools
import threading
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from itertools import islice


def pump(source, work, *, workers, capacity):
    if workers < 1 or capacity < 1:
        raise ValueError("at least 1")
    items, done = iter(source), []
    with ThreadPoolExecutor(workers) as pool:
        pending = {pool.submit(pair, work, item) for item in islice(items, workers + capacity)}
        while pending:
            ended, pending = wait(pending, return_when=FIRST_COMPLETED)
            done += [future.result() for future in ended]
            pending |= {pool.submit(pair, work, item) for item in islice(items, len(ended))}
    return done


def pair(work, item):
    return item, work(item)


def limited(n):
    if n < 1:
        raise ValueError("at least 1")

    def decorate(function):
        places = threading.Semaphore(n)

        @functools.wraps(function)
        def call(*args, **kwargs):
            with places:
                return function(*args, **kwargs)

        return call

    return decorate


class Ticker:
    def __init__(self, interval, fn):
        self.interval, self.fn = interval, fn
        self.lock, self.over = threading.Lock(), threading.Event()
        self.thread = None

    def start(self):
        with self.lock:
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self.run)
                self.thread.start()

    def run(self):
        while not self.over.wait(self.interval):
            self.fn()

    def stop(self):
        with self.lock:
            thread = self.thread
            if thread is None:
                return
        self.over.set()
        if thread is not threading.current_thread():
            thread.join()
            self.over.clear()
