"""Waits that give up and ask again, which is wasteful and right; locks that are tried; a ticker that says when it has ended."""

import functools
import queue
import threading
import time


def pump(source, work, *, workers, capacity):
    if workers < 1 or capacity < 1:
        raise ValueError("no")
    line = queue.Queue(capacity)
    closed, results, errors = threading.Event(), [], []

    def worker():
        while not errors:
            try:
                item = line.get(timeout=0.25)
            except queue.Empty:
                if closed.is_set() and line.empty():
                    return
                continue
            try:
                results.append((item, work(item)))
            except Exception as error:
                errors.append(error)

    threads = [threading.Thread(target=worker) for _ in range(workers)]
    [thread.start() for thread in threads]
    try:
        for item in source:
            while not errors:
                try:
                    line.put(item, timeout=0.25)
                    break
                except queue.Full:
                    pass
            if errors:
                break
    finally:
        closed.set()
        [thread.join() for thread in threads]
    if errors:
        raise errors[0]
    return results


def limited(n):
    if n < 1:
        raise ValueError(n)

    def decorate(function):
        locks = [threading.Lock() for _ in range(n)]

        @functools.wraps(function)
        def call(*args, **kwargs):
            while True:
                for lock in locks:
                    if lock.acquire(blocking=False):
                        try:
                            return function(*args, **kwargs)
                        finally:
                            lock.release()
                time.sleep(0.01)

        return call

    return decorate


class Ticker:
    def __init__(self, interval, fn):
        self.interval, self.fn = interval, fn
        self.lock = threading.Lock()
        self.bell, self.ended = queue.Queue(), threading.Event()
        self.ended.set()
        self.running = False

    def start(self):
        with self.lock:
            if self.running:
                return
            self.running = True
            self.bell, self.ended = queue.Queue(), threading.Event()
            threading.Thread(target=self.loop, args=(self.bell, self.ended), daemon=True).start()

    def loop(self, bell, ended):
        self.me = threading.get_ident()
        try:
            while True:
                try:
                    bell.get(timeout=self.interval)
                    return
                except queue.Empty:
                    self.fn()
        finally:
            ended.set()

    def stop(self):
        with self.lock:
            if self.running:
                self.running = False
                self.bell.put(None)
            ended = self.ended
        if not ended.is_set() and getattr(self, "me", None) != threading.get_ident():
            ended.wait()
