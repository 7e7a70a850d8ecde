"""A buffer between two semaphores; tickets in a line; a timer that repeats."""

import functools
import threading
import collections
import contextlib


def pump(source, work, *, workers, capacity):
    if not (workers > 0 and capacity > 0):
        raise ValueError
    free, filled, buffer = threading.Semaphore(capacity), threading.Semaphore(0), collections.deque()
    stop = object()
    out, bad = [], []

    def send(item):
        free.acquire()
        buffer.append(item)
        filled.release()

    def consume():
        while True:
            filled.acquire()
            item = buffer.popleft()
            free.release()
            if item is stop:
                break
            if not bad:
                try:
                    value = work(item)
                except Exception as error:
                    bad.append(error)
                else:
                    out.append((item, value))

    crew = []
    try:
        for _ in range(workers):
            crew.append(threading.Thread(target=consume))
            crew[-1].start()
        iterator = iter(source)
        while not bad:
            try:
                item = next(iterator)
            except StopIteration:
                break
            send(item)
    finally:
        for _ in crew:
            send(stop)
        for each in crew:
            each.join()
    for error in bad:
        raise error
    return out


def limited(n):
    if n < 1:
        raise ValueError(n)

    def decorate(function):
        queue_of_tickets, condition = collections.deque(), threading.Condition()

        @contextlib.contextmanager
        def place():
            ticket = object()
            with condition:
                queue_of_tickets.append(ticket)
                condition.wait_for(lambda: ticket in list(queue_of_tickets)[:n])
            try:
                yield
            finally:
                with condition:
                    queue_of_tickets.remove(ticket)
                    condition.notify_all()

        @functools.wraps(function)
        def call(*args, **kwargs):
            with place():
                return function(*args, **kwargs)

        return call

    return decorate


class Repeat(threading.Timer):
    def run(self):
        while not self.finished.wait(self.interval):
            self.function()


class Ticker:
    def __init__(self, interval, fn):
        self.interval, self.fn, self.lock, self.timer = interval, fn, threading.Lock(), None

    def start(self):
        with self.lock:
            if self.timer is not None and not self.timer.finished.is_set():
                return
            self.timer = Repeat(self.interval, self.fn)
            self.timer.start()

    def stop(self):
        with self.lock:
            timer = self.timer
            if timer is not None:
                timer.cancel()
        if timer is not None and threading.current_thread() is not timer:
            timer.join()
