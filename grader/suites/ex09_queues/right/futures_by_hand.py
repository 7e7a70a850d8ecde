"""Futures that the workers fill."""

import functools
import queue
import threading
from concurrent.futures import Future


def pump(source, work, *, workers, capacity):
    if workers < 1 or capacity < 1:
        raise ValueError("no")
    todo, futures = queue.Queue(capacity), []

    def worker():
        while (job := todo.get()) is not None:
            future, item = job
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result((item, work(item)))
                except BaseException as error:
                    future.set_exception(error)

    threads = [threading.Thread(target=worker, daemon=True) for _ in range(workers)]
    for thread in threads:
        thread.start()
    try:
        for item in source:
            if any(future.done() and future.exception() for future in futures):
                break
            futures.append(Future())
            todo.put((futures[-1], item))
    finally:
        for _ in threads:
            todo.put(None)
        for thread in threads:
            thread.join()
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
