# fails: 09a.error | raised nothing
import functools
import queue
import threading


def pump(source, work, *, workers, capacity):
    if workers < 1 or capacity < 1:
        raise ValueError("at least 1")
    waiting, end = queue.Queue(capacity), object()
    done, errors = [], []

    def worker():
        while (item := waiting.get()) is not end:
            if errors:
                continue
            try:
                done.append((item, work(item)))
            except Exception as error:
                errors.append(error)

    threads = [threading.Thread(target=worker) for _ in range(workers)]
    for thread in threads:
        thread.start()
    try:
        for item in source:
            if errors:
                raise errors[0]
            waiting.put(item)
    finally:
        for _ in threads:
            waiting.put(end)
        for thread in threads:
            thread.join()
    return done


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
