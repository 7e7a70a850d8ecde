"""A deque and a condition, by hand; a decorator that is a class; a ticker that keeps time and waits in a queue."""

import functools
import queue
import threading
import time
import types
from collections import deque


class Channel:
    def __init__(self, capacity):
        self.items = deque()
        self.capacity = capacity
        self.closed = False
        self.changed = threading.Condition()

    def send(self, item):
        """False: nobody takes any more."""
        with self.changed:
            self.changed.wait_for(lambda: self.closed or len(self.items) < self.capacity)
            if not self.closed:
                self.items.append(item)
                self.changed.notify_all()
            return not self.closed

    def close(self):
        with self.changed:
            self.closed = True
            self.changed.notify_all()

    def __iter__(self):
        return self

    def __next__(self):
        with self.changed:
            self.changed.wait_for(lambda: self.closed or self.items)
            if not self.items:
                raise StopIteration
            item = self.items.popleft()
            self.changed.notify_all()
            return item


def pump(source, work, *, workers, capacity):
    if workers <= 0 or capacity <= 0:
        raise ValueError("more than that")
    channel = Channel(capacity)
    results, trouble = deque(), deque()

    def serve():
        for item in channel:
            try:
                results.append((item, work(item)))
            except Exception as error:
                trouble.append(error)
                channel.close()
                return

    staff = [threading.Thread(target=serve, daemon=True) for _ in range(workers)]
    for each in staff:
        each.start()
    try:
        for item in source:
            if not channel.send(item):
                break
    finally:
        channel.close()
        for each in staff:
            each.join()
    if trouble:
        raise trouble.popleft()
    return list(results)


class limited:
    def __init__(self, n):
        if n < 1:
            raise ValueError(f"limited({n})")
        self.n = n

    def __call__(self, function):
        return Limited(function, self.n)


class Limited:
    def __init__(self, function, n):
        functools.update_wrapper(self, function)
        self.function = function
        self.places = threading.Semaphore(n)

    def __get__(self, owner, kind=None):
        return self if owner is None else types.MethodType(self, owner)

    def __call__(self, *args, **kwargs):
        with self.places:
            return self.function(*args, **kwargs)


class Ticker:
    def __init__(self, interval, fn):
        self.interval, self.fn = interval, fn
        self.guard = threading.Lock()
        self.bell = None
        self.thread = None

    def start(self):
        with self.guard:
            if self.bell is None:
                self.bell = queue.SimpleQueue()
                self.thread = threading.Thread(target=self.run, args=(self.bell,), daemon=True)
                self.thread.start()

    def run(self, bell):
        due = time.monotonic()
        while True:
            due += self.interval
            try:
                bell.get(timeout=max(0.0, due - time.monotonic()))
                return
            except queue.Empty:
                self.fn()

    def stop(self):
        with self.guard:
            if self.bell is not None:
                self.bell.put("over")
                self.bell = None
            thread = self.thread
        if thread not in (None, threading.current_thread()):
            thread.join()
