"""The standard library over controlled locks, virtual time and controlled threads, for as long as a `with world():` lasts.

In `threading`, `queue` and `concurrent.futures.thread` all is Python code over `_allocate_lock`; so few names have to be replaced. Beside them
the counters that name threads and pools begin anew for each execution, and threads hash by number: a pool keeps its threads in a set,
and would else join them in the order of their addresses.
"""

import _thread
import concurrent.futures._base as futures
import concurrent.futures.thread as pools
import itertools
import os
import queue
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import points, primitives
from .controlled import Controlled, start_thread
from .execution import Execution

_EXCEPTHOOK = threading.excepthook
"""Where a program has put another, that is told of the exceptions that end its threads, as in Python."""


@contextmanager
def world() -> Iterator[None]:
    """Put the controlled world in place, and take all of it away again."""
    cores = _one_core()
    saved = [(owner, name, getattr(owner, name)) for owner, name, _ in _replacements() if hasattr(owner, name)]
    try:
        for owner, name, value in _replacements():
            setattr(owner, name, value)
        yield
    finally:
        for owner, name, _ in _replacements():
            if not any((owner, name) == kept[:2] for kept in saved):
                delattr(owner, name)
        for owner, name, value in saved:
            setattr(owner, name, value)
        if cores:
            os.sched_setaffinity(0, cores)


def _one_core() -> set[int]:
    """Keep to the core that we are on: one thread runs at a time, and handing over to another core takes ten times as long. The cores before."""
    try:
        before = os.sched_getaffinity(0)
        here = int(Path("/proc/thread-self/stat").read_text(errors="replace").rpartition(")")[2].split()[36])  # "processor" of proc(5)
        os.sched_setaffinity(0, {here})
    except (OSError, AttributeError):  # not on this system, or not allowed: slower, and the same
        return set()
    return before


def begin_execution() -> None:
    """Count threads and pools from one again."""
    threading._counter = itertools.count(1).__next__  # type: ignore[attr-defined]
    pools.ThreadPoolExecutor._counter = itertools.count().__next__  # type: ignore[attr-defined]
    _Thread.serials = itertools.count(1)
    threading.excepthook = _EXCEPTHOOK
    random.seed(0)  # chance is not what is tried out here


def end_execution() -> None:
    """Forget the threads of the last execution, where the library still lists them."""
    for thread in list(pools._threads_queues):
        if hasattr(thread, "_controlled"):
            pools._threads_queues.pop(thread, None)  # type: ignore[attr-defined]
    for number, thread in list(threading._active.items()):  # type: ignore[attr-defined]
        if hasattr(thread, "_controlled"):
            threading._active.pop(number, None)  # type: ignore[attr-defined]


def _replacements() -> list[tuple[Any, str, Any]]:
    lock, clock = primitives.Lock, primitives.clock
    return [
        (threading, "Lock", lock),
        (threading, "_allocate_lock", lock),
        (threading, "_CRLock", None),
        (threading, "_time", clock),
        (_thread, "allocate_lock", lock),
        (_thread, "start_new_thread", _start_new_thread),
        (queue, "SimpleQueue", queue._PySimpleQueue),  # type: ignore[attr-defined]
        (queue, "time", clock),
        (time, "sleep", primitives.sleep),
        (time, "monotonic", clock),
        (time, "perf_counter", clock),
        (time, "time", clock),
        *((time, f"{name}_ns", _nanoseconds) for name in ("monotonic", "perf_counter", "time")),
        *((threading.Thread, name, vars(_Thread)[name]) for name in ("start", "join", "is_alive", "__hash__")),
        (threading, "_counter", None),
        (threading, "excepthook", _EXCEPTHOOK),
        (pools.ThreadPoolExecutor, "_counter", None),
        (futures, "LOGGER", _Quiet(futures.LOGGER)),
    ]


def _nanoseconds() -> int:
    return int(primitives.clock() * 1_000_000_000)


class _Quiet:
    """A logger that says nothing of threads that are ended because an execution is over."""

    def __init__(self, logger: Any) -> None:
        self._logger = logger

    def __getattr__(self, name: str) -> Any:
        run, me = points.who()
        return (lambda *args, **kwargs: None) if run and me and run.ended else getattr(self._logger, name)


def _start_new_thread(function: Any, args: tuple[Any, ...], kwargs: Any = None) -> int:
    run, me = points.who()
    if not (run and me):
        return start_thread(function, args, kwargs or {})
    return launch(run, threading.Thread(target=function, args=args, kwargs=kwargs, daemon=True)).ident


def launch(run: Execution, thread: threading.Thread) -> Controlled:
    """Let a thread begin under control: the library is told that it has started, and finds it where it looks for those that live."""

    def bootstrap() -> Any:
        try:
            thread.run()
        except Exception:
            if threading.excepthook is _EXCEPTHOOK:
                raise  # the execution notes it
            thread._invoke_excepthook(thread)  # type: ignore[attr-defined]
        finally:
            threading._active.pop(thread.ident, None)  # type: ignore[attr-defined]

    pooled = getattr(thread, "_target", None) is pools._worker
    controlled = run.begin(thread.name, bootstrap, daemon=thread.daemon, pooled=pooled)
    thread._controlled = controlled  # type: ignore[attr-defined]
    thread._ident = controlled.ident  # type: ignore[attr-defined]
    threading._active[controlled.ident] = thread  # type: ignore[attr-defined]
    return controlled


class _Thread:
    """Methods that take the place of `threading.Thread`'s: those threads do not start by themselves."""

    serials = itertools.count(1)
    real_start, real_join, real_is_alive = threading.Thread.start, threading.Thread.join, threading.Thread.is_alive

    def start(self: Any) -> None:
        """As `Thread.start`."""
        run, me = points.who()
        if not (run and me):
            _Thread.real_start(self)
            return
        if not self._initialized:
            raise RuntimeError("thread.__init__() not called")
        if self._started.is_set():
            raise RuntimeError("threads can only be started once")
        self._started.set()
        launch(run, self)

    def join(self: Any, timeout: float | None = None) -> None:
        """As `Thread.join`."""
        run, me = points.who()
        if not (run and me) or not hasattr(self, "_controlled"):
            if run and me and not self._started.is_set():
                raise RuntimeError("cannot join thread before it is started")
            _Thread.real_join(self, timeout)
            return
        if self._controlled is me:
            raise RuntimeError("cannot join current thread")
        ended = primitives.Ended(self._controlled)
        if ended.ready() or run.wait(me, ended, None if timeout is None else max(timeout, 0)):
            run.history.joined(me.number, self._controlled.number)

    def is_alive(self: Any) -> bool:
        """As `Thread.is_alive`."""
        run, me = points.who()
        if not (run and me) or not hasattr(self, "_controlled"):
            return _Thread.real_is_alive(self)
        run.touch(me, id(self._controlled), write=False, keep=self._controlled)
        return not self._controlled.done

    def __hash__(self: Any) -> int:
        serial = self.__dict__.get("_serial")
        if serial is None:
            serial = self.__dict__["_serial"] = next(_Thread.serials) if points.who()[1] else id(self)
        return int(serial)
