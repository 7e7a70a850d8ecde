# fails: 09c.after | to wait for its end are two things
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
        self.lock = threading.Lock()
        self.timer = None

    def start(self):
        with self.lock:
            if self.timer is None:
                self.arm()

    def arm(self):
        self.timer = threading.Timer(self.interval, self.tick)
        self.timer.start()

    def tick(self):
        self.fn()
        with self.lock:
            if self.timer is not None:
                self.arm()

    def stop(self):
        with self.lock:
            timer, self.timer = self.timer, None
        if timer is not None:
            timer.cancel()
