"""Workers that keep their own results; an exit stack; a thread without an object, which frees a lock at its end."""

import threading
import contextlib
import _thread


class Line:
    """capacity items wait; whoever has nothing to do takes the oldest."""

    def __init__(self, capacity):
        self.lock = threading.Lock()
        self.room = threading.Condition(self.lock)
        self.news = threading.Condition(self.lock)
        self.items, self.capacity, self.open = [], capacity, True

    def push(self, item):
        with self.lock:
            while len(self.items) >= self.capacity and self.open:
                self.room.wait()
            self.items.insert(0, item)
            self.news.notify()

    def pop(self):
        with self.lock:
            while not self.items and self.open:
                self.news.wait()
            if not self.items:
                return None
            self.room.notify()
            return [self.items.pop()]

    def shut(self, drop=False):
        with self.lock:
            self.open = False
            if drop:
                self.items.clear()
            self.room.notify_all()
            self.news.notify_all()


class Worker(threading.Thread):
    def __init__(self, line, work):
        super().__init__()
        self.line, self.work = line, work
        self.results, self.error = [], None

    def run(self):
        while box := self.line.pop():
            try:
                self.results.append((box[0], self.work(box[0])))
            except Exception as error:
                self.error = error
                self.line.shut(drop=True)


def pump(source, work, *, workers, capacity):
    if workers < 1 or capacity < 1:
        raise ValueError("no")
    line = Line(capacity)
    crew = [Worker(line, work) for _ in range(workers)]
    for worker in crew:
        worker.start()
    try:
        for item in source:
            if not line.open:
                break
            line.push(item)
    finally:
        line.shut()
        for worker in crew:
            worker.join()
    for worker in crew:
        if worker.error:
            raise worker.error
    return [pair for worker in crew for pair in worker.results]


def limited(n):
    if n < 1:
        raise ValueError(n)

    def decorate(function):
        inside = threading.Semaphore(n)

        def call(*args, **kwargs):
            with contextlib.ExitStack() as stack:
                stack.enter_context(inside)
                return function(*args, **kwargs)

        call.__name__ = function.__name__
        call.__doc__ = function.__doc__
        return call

    return decorate


class Ticker:
    def __init__(self, interval, fn):
        self.interval, self.fn = interval, fn
        self.lock = threading.Lock()
        self.run = None

    def start(self):
        with self.lock:
            if self.run is None or self.run.told:
                self.run = Run(self.interval, self.fn)
                _thread.start_new_thread(self.run.loop, ())

    def stop(self):
        with self.lock:
            run = self.run
            if run is None:
                return
            run.tell()
        if run.ident != _thread.get_ident():
            with run.gone:
                pass


class Run:
    def __init__(self, interval, fn):
        self.interval, self.fn = interval, fn
        self.gate, self.gone = _thread.allocate_lock(), _thread.allocate_lock()
        self.gate.acquire()
        self.gone.acquire()
        self.told, self.ident = False, None

    def tell(self):
        if not self.told:
            self.told = True
            self.gate.release()

    def loop(self):
        self.ident = _thread.get_ident()
        try:
            while not self.gate.acquire(timeout=self.interval):
                self.fn()
        finally:
            self.gone.release()
