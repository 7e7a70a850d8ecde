"""A queue that is shut down, where there is such a thing; a bounded semaphore; a condition with a predicate."""

import functools
import queue
import threading

if hasattr(queue.Queue, "shutdown"):
    Queue, ShutDown = queue.Queue, queue.ShutDown
else:

    class ShutDown(Exception):
        pass

    class Queue(queue.Queue):
        """What 3.13 has, as far as it is needed here."""

        over = None

        def shutdown(self, immediate=False):
            with self.mutex:
                self.over = "now" if immediate else "when empty"
                if immediate:
                    self.queue.clear()
                self.not_empty.notify_all()
                self.not_full.notify_all()

        def put(self, item):
            with self.not_full:
                while not self.over and self._qsize() >= self.maxsize:
                    self.not_full.wait()
                if self.over:
                    raise ShutDown
                self._put(item)
                self.not_empty.notify()

        def get(self):
            with self.not_empty:
                while not self._qsize():
                    if self.over:
                        raise ShutDown
                    self.not_empty.wait()
                item = self._get()
                self.not_full.notify()
                return item


def pump(source, work, *, workers, capacity):
    if min(workers, capacity) < 1:
        raise ValueError(f"{workers=}, {capacity=}")
    waiting = Queue(capacity)
    done, failed = [], []

    def worker():
        try:
            while True:
                item = waiting.get()
                done.append((item, work(item)))
        except ShutDown:
            pass
        except Exception as error:
            failed.append(error)
            waiting.shutdown(immediate=True)

    threads = [threading.Thread(target=worker) for _ in range(workers)]
    for thread in threads:
        thread.start()
    try:
        for item in source:
            waiting.put(item)
    except ShutDown:
        pass
    finally:
        waiting.shutdown()
        for thread in threads:
            thread.join()
    if failed:
        raise failed[0]
    return done


def limited(n):
    if n < 1:
        raise ValueError(n)

    def decorate(function):
        places = threading.BoundedSemaphore(n)

        @functools.wraps(function)
        def call(*args, **kwargs):
            places.acquire()
            try:
                return function(*args, **kwargs)
            finally:
                places.release()

        return call

    return decorate


class Ticker:
    def __init__(self, interval, fn):
        self.interval = interval
        self.fn = fn
        self.changed = threading.Condition()
        self.run_now = None
        self.thread = None

    def start(self):
        with self.changed:
            if self.run_now is None:
                self.run_now = object()
                self.thread = threading.Thread(target=self._loop, args=(self.run_now,))
                self.thread.start()

    def _loop(self, mine):
        while True:
            with self.changed:
                if self.changed.wait_for(lambda: self.run_now is not mine, self.interval):
                    return
            self.fn()

    def stop(self):
        with self.changed:
            self.run_now = None
            self.changed.notify_all()
            thread = self.thread
        if thread and thread is not threading.current_thread():
            thread.join()
