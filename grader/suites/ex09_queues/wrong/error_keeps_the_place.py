# fails: 09a.error | `pump` did not return
import functools
import threading
from concurrent.futures import ThreadPoolExecutor


def pump(source, work, *, workers, capacity):
    if workers < 1 or capacity < 1:
        raise ValueError("at least 1")
    places = threading.Semaphore(workers + capacity)
    futures = []

    def one(item):
        result = work(item)
        places.release()
        return item, result

    with ThreadPoolExecutor(workers) as pool:
        for item in source:
            places.acquire()
            futures.append(pool.submit(one, item))
    return [future.result() for future in futures]


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
