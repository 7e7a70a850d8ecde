"""As many futures as may be, and `wait` for the first; the ends come after `join`; an event for each run."""

import functools
import itertools
import threading
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait


def pump(source, work, *, workers, capacity):
    if workers < 1 or capacity < 1:
        raise ValueError("not enough")
    found, items = [], iter(source)
    with ThreadPoolExecutor(max_workers=workers) as pool:
        pending = {pool.submit(_pair, work, item) for item in itertools.islice(items, workers + capacity)}
        while pending:
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            found += [future.result() for future in done]
            for item in itertools.islice(items, len(done)):
                pending.add(pool.submit(_pair, work, item))
    return found


def _pair(work, item):
    return item, work(item)


def limited(n):
    if n < 1:
        raise ValueError(n)

    def decorate(function):
        pool = ThreadPoolExecutor(n)

        @functools.wraps(function)
        def call(*args, **kwargs):
            return pool.submit(function, *args, **kwargs).result()

        return call

    return decorate


class Ticker:
    def __init__(self, interval, fn):
        self.interval = interval
        self.fn = fn
        self.lock = threading.Lock()
        self.runs = []

    def start(self):
        with self.lock:
            if self.runs and not self.runs[-1].over.is_set():
                return
            self.runs.append(Run(self.interval, self.fn))
            self.runs[-1].start()

    def stop(self):
        with self.lock:
            runs = list(self.runs)
            for run in runs:
                run.over.set()
        for run in runs:
            if run is not threading.current_thread():
                run.join()


class Run(threading.Thread):
    def __init__(self, interval, fn):
        super().__init__()
        self.interval, self.fn, self.over = interval, fn, threading.Event()

    def run(self):
        while True:
            self.over.wait(self.interval)
            if self.over.is_set():
                break
            self.fn()
