"""One end for all, which each worker puts back for the next; a thread of its own pulls; and `join` waits for the queue."""

import functools
import queue
import threading

END = object()


def pump(source, work, *, workers, capacity):
    if workers < 1 or capacity < 1:
        raise ValueError
    waiting = queue.Queue(maxsize=capacity)
    results = queue.SimpleQueue()
    errors = queue.SimpleQueue()
    over = threading.Event()

    def pull():
        try:
            for item in source:
                waiting.put(item)
                if over.is_set():
                    break
        except Exception as error:
            errors.put(error)
        finally:
            waiting.put(END)

    def serve():
        while True:
            item = waiting.get()
            if item is END:
                waiting.put(END)
                return
            try:
                if not over.is_set():
                    results.put((item, work(item)))
            except Exception as error:
                errors.put(error)
                over.set()

    threads = [threading.Thread(target=pull), *(threading.Thread(target=serve) for _ in range(workers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if not errors.empty():
        raise errors.get()
    return [results.get() for _ in range(results.qsize())]


def limited(n):
    if n < 1:
        raise ValueError

    def decorate(function):
        lock, free, turn = threading.Lock(), [n], threading.Condition()

        @functools.wraps(function)
        def call(*args, **kwargs):
            with turn:
                turn.wait_for(lambda: free[0] > 0)
                free[0] -= 1
            try:
                return function(*args, **kwargs)
            finally:
                with turn, lock:
                    free[0] += 1
                    turn.notify_all()

        return call

    return decorate


class Ticker:
    """The wait is for a lock that `stop` lets go."""

    def __init__(self, interval, fn):
        self.interval, self.fn = interval, fn
        self.guard = threading.Lock()
        self.gate = None
        self.thread = None

    def start(self):
        with self.guard:
            if self.gate is not None:
                return
            self.gate = gate = threading.Lock()
            gate.acquire()

            def run():
                while not gate.acquire(timeout=self.interval):
                    self.fn()

            self.thread = threading.Thread(target=run)
            self.thread.start()

    def stop(self):
        with self.guard:
            gate, self.gate = self.gate, None
            if gate is not None:
                gate.release()
            thread = self.thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()
