# fails: 09c.ticks | before the first interval
import functools
import threading
import time
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
        self.over = self.thread = None

    def start(self):
        with self.lock:
            if self.over is None or self.over.is_set():
                self.over = threading.Event()
                self.thread = threading.Thread(target=self.run, args=(self.over,))
                self.thread.start()
                time.sleep(self.interval)

    def run(self, over):
        while not over.wait(self.interval):
            self.fn()

    def stop(self):
        with self.lock:
            thread = self.thread
            if thread is None:
                return
            self.over.set()
        if thread is not threading.current_thread():
            thread.join()
