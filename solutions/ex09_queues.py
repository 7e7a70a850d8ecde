"""Solution 09: a bounded queue, a semaphore, and an event that is waited for."""

import functools
import queue
import threading
from collections.abc import Callable, Iterable
from typing import Any


def pump(source: Iterable[Any], work: Callable[[Any], Any], *, workers: int, capacity: int) -> list[tuple[Any, Any]]:
    """Call `work` with each item of `source`, in `workers` threads: (item, result) of each, in any order."""
    if workers < 1 or capacity < 1:  # a Queue of maxsize 0 has no bound at all
        raise ValueError("workers and capacity must be at least 1")
    waiting: queue.Queue[Any] = queue.Queue(capacity)
    end = object()  # nobody outside can have this very object among the items
    done: list[tuple[Any, Any]] = []
    errors: list[Exception] = []

    def worker() -> None:
        # It takes until the end, also after an error: else the one who puts would wait for ever.
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
                break
            waiting.put(item)  # waits while the queue is full: that holds the source back
    finally:
        # However the loop was left: one end for each worker, and none of them is left behind.
        for _ in threads:
            waiting.put(end)
        for thread in threads:
            thread.join()
    if errors:
        raise errors[0]
    return done


def limited(n: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator: at most `n` calls of the function at once; who comes later waits for a place."""
    if n < 1:  # Semaphore(0) would be taken, and let nobody in
        raise ValueError("n must be at least 1")

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        # Here it is made once for each function. A line further in, each call would have its own.
        places = threading.Semaphore(n)

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            with places:
                return function(*args, **kwargs)

        return call

    return decorate


class Ticker:
    """Calls `fn()` every `interval` seconds, in a thread of its own, from `start` to `stop`."""

    def __init__(self, interval: float, fn: Callable[[], Any]) -> None:
        self._interval = interval
        self._fn = fn
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._over.set()  # not running
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin: the first call of `fn` comes after one `interval`, each other one an `interval` later."""
        with self._lock:
            if self._over.is_set():
                # An event of its own for each run: clearing the old one could wake a thread that should end.
                self._over = threading.Event()
                self._thread = threading.Thread(target=self._run, args=(self._over,))
                self._thread.start()

    def _run(self, over: threading.Event) -> None:
        while not over.wait(self._interval):  # False: the interval has passed
            self._fn()

    def stop(self) -> None:
        """End: no call of `fn` begins any more, and when it returns none is under way."""
        with self._lock:
            self._over.set()
            thread = self._thread
        # Outside the lock: `fn` may be calling stop just now, and would wait for the lock.
        if thread is not None and thread is not threading.current_thread():
            thread.join()
