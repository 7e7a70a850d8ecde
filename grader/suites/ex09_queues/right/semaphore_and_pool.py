"""A pool that a semaphore holds back; a condition that counts; a chain of timers."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import wraps


def pump(source, work, *, workers, capacity):
    if workers < 1 or capacity < 1:
        raise ValueError("at least 1")
    places = threading.Semaphore(workers + capacity)
    futures = []
    failed = threading.Event()

    def one(item):
        try:
            return item, work(item)
        except Exception:
            failed.set()
            raise
        finally:
            places.release()

    with ThreadPoolExecutor(workers) as pool:
        for item in source:
            if failed.is_set():
                break
            places.acquire()
            futures.append(pool.submit(one, item))
    return [future.result() for future in futures]


def limited(n):
    if n < 1:
        raise ValueError("at least 1")

    def decorate(function):
        changed = threading.Condition()
        inside = 0

        @wraps(function)
        def call(*args, **kwargs):
            nonlocal inside
            with changed:
                while inside == n:
                    changed.wait()
                inside += 1
            try:
                return function(*args, **kwargs)
            finally:
                with changed:
                    inside -= 1
                    changed.notify()

        return call

    return decorate


class Ticker:
    def __init__(self, interval, fn):
        self._interval, self._fn = interval, fn
        self._lock = threading.Lock()
        self._timer = None
        self._running = False

    def start(self):
        with self._lock:
            if not self._running:
                self._running = True
                self._arm()

    def _arm(self):
        self._timer = threading.Timer(self._interval, self._tick)
        self._timer.start()

    def _tick(self):
        self._fn()
        with self._lock:
            if self._running:
                self._arm()

    def stop(self):
        with self._lock:
            self._running = False
            timer = self._timer
            if timer is not None:
                timer.cancel()
        if timer is not None and timer is not threading.current_thread():
            timer.join()
