"""Probes for exercise 04, and the clock that the learner's waits run by.

How time moves. The checks speak of hundreds of seconds and last milliseconds: `install_clock` puts whatever waits or tells the time in the
standard library behind one `Clock`, before the learner's file is loaded. The clock stands still while any thread runs. When every
thread of the process waits, and nothing that one of them waits for has come, it jumps to the nearest moment at which a wait ends:

    the learner's collect     wait(futures, timeout=200) ............................ ends at 200
    who ends a future         spend(160) ................. set_result
    the clock                 0 --------- jumps to ------- 160 ------ jumps to ------ 200

So what happens first is decided by the moments, never by the speed of the machine. Looking takes time as well: to read a clock, to ask a
future how it is, or to try a lock without waiting costs `LOOK` seconds. A loop that only looks comes to an end too.

How time ends. `HORIZON` seconds after a task was called the clock stands for good, and whoever waits then waits truly: the trusted
side sees the process at rest. The word "stuck" tells it that all this was in sight of the clock. What the clock cannot see (a wait of
another kind, a signal's timer) keeps it from moving or from saying the word, and then there is no verdict.
"""

import _thread
import datetime
import math
import queue
import select
import selectors
import signal
import threading
import time
from _thread import LockType, allocate_lock, get_ident
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future
from typing import Any, NamedTuple

from witness import meet

LOOK = 0.05
HORIZON = 4000.0
PAUSES = 0.0002, 0.003
"""Real seconds between two looks of a waiting thread while another one runs: at first, and at most."""

real_join = threading.Thread.join
real_select, real_selector = select.select, selectors.DefaultSelector.select


class Wait(NamedTuple):
    """What one thread waits for: `ready()` or the moment `until`; `wake` is released when that moment has come."""

    ready: Callable[[], bool]
    until: float
    wake: LockType


class Clock:
    """The time of this process, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0
        self.horizon = HORIZON
        self.asked: list[float] = []
        """How long each wait with a time-out was to last, if it found nothing ready."""
        self._waiting: dict[int, Wait] = {}
        self._moving = allocate_lock()

    def after(self, seconds: float | None) -> float:
        """The moment so many seconds from now."""
        return math.inf if seconds is None else self.now + seconds

    def spend(self, seconds: float = LOOK) -> float:
        """Let so much time go by; the time then."""
        self._wait(never, self.now + seconds, wait_for_ever)
        return self.now

    def wait(self, ready: Callable[[], bool], until: float, truly: Callable[[], object]) -> bool:
        """Wait until `ready()` (True) or until that moment (False). `truly` waits without the clock, for after the end of time.

        `ready` only looks: other threads call it too.
        """
        if self.now < until < math.inf and not ready():
            self.asked.append(until - self.now)
        return self._wait(ready, until, truly)

    def _wait(self, ready: Callable[[], bool], until: float, truly: Callable[[], object]) -> bool:
        wake = allocate_lock()
        wake.acquire()
        pause, longest = PAUSES
        self._waiting[get_ident()] = Wait(ready, until, wake)
        try:
            while not ready():
                if self.now >= until:
                    return False
                if self.now >= self.horizon:
                    if not signal.getitimer(signal.ITIMER_REAL)[0]:
                        meet("stuck")
                    truly()
                elif not self._move():
                    wake.acquire(True, pause)
                    pause = min(2 * pause, longest)
            return True
        finally:
            self._waiting.pop(get_ident(), None)

    def _move(self) -> bool:
        """Jump to the nearest moment at which a wait ends, if every thread waits and none could go on now; whether it did."""
        with self._moving:
            waits = dict(self._waiting)
            if not all(thread.ident in waits for thread in threading.enumerate()):
                return False
            if any(wait.until <= self.now or wait.ready() for wait in waits.values()):
                return False
            if dict(self._waiting) != waits:
                return False  # while we looked, one went on, or came to wait for a nearer moment
            self.now = min(self.horizon, *(wait.until for wait in waits.values()))
            for wait in waits.values():
                if wait.until <= self.now and wait.wake.locked():
                    wait.wake.release()
            return True


clock = Clock()


def never() -> bool:
    """For a wait that only time ends."""
    return False


def wait_for_ever() -> None:
    """As it says; a signal's handler may still raise."""
    lock = allocate_lock()
    lock.acquire()
    lock.acquire()


# -- what waits, and what tells the time -------------------------------------------------------------------------------------------------


class Lock:
    """In place of threading.Lock; so Condition, Event, Semaphore, Barrier, Queue, Timer, Future and Thread.start wait by the clock too."""

    def __init__(self) -> None:
        self._lock = allocate_lock()
        self.release, self.locked = self._lock.release, self._lock.locked
        self._is_owned, self._at_fork_reinit = self._lock.locked, self._lock._at_fork_reinit  # for Condition, and for os.fork

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        until = clock.after(None if timeout < 0 else timeout)
        while not self._lock.acquire(False):
            if not blocking:
                clock.spend()
                return False
            if not clock.wait(lambda: not self._lock.locked(), until, self._wait_truly):
                return False
        return True

    def _wait_truly(self) -> None:
        with self._lock:
            pass

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


def sleep(seconds: float) -> None:
    """time.sleep."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    clock.wait(never, clock.after(seconds), wait_for_ever)


def join(self: threading.Thread, timeout: float | None = None) -> None:
    """Thread.join."""
    if clock.wait(lambda: self not in threading.enumerate(), clock.after(timeout), lambda: real_join(self)):
        real_join(self)


def start_new_thread(function: Callable[..., object], args: tuple[Any, ...], kwargs: dict[str, Any] | None = None) -> int | None:
    """_thread.start_new_thread, with a thread that `threading.enumerate` knows."""
    thread = threading.Thread(target=function, args=args, kwargs=kwargs, daemon=True)
    thread.start()
    return thread.ident


def select_files(rlist: Any, wlist: Any, xlist: Any, timeout: float | None = None) -> tuple[list[Any], list[Any], list[Any]]:
    """select.select."""
    files = rlist, wlist, xlist
    clock.wait(lambda: any(real_select(*files, 0)), clock.after(timeout), lambda: real_select(*files))
    return real_select(*files, 0)


def select_registered(self: Any, timeout: float | None = None) -> list[Any]:
    """DefaultSelector.select, in which asyncio waits."""
    clock.wait(lambda: bool(real_selector(self, 0)), clock.after(timeout), lambda: real_selector(self, None))
    return real_selector(self, 0)


class Datetime(datetime.datetime):
    """datetime.datetime."""

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> "Datetime":
        return cls.fromtimestamp(time.time(), tz)

    @classmethod
    def utcnow(cls) -> "Datetime":
        return cls.now(datetime.UTC).replace(tzinfo=None)

    today = now


def install_clock() -> None:
    """Put all of these in their places."""
    for name in ("monotonic", "perf_counter", "time"):
        began = getattr(time, name)()
        setattr(time, name, lambda began=began: began + clock.spend())
        setattr(time, f"{name}_ns", lambda began=began: int((began + clock.spend()) * 1e9))
    clocks = {time.CLOCK_REALTIME: time.time}
    places: dict[Any, dict[str, Any]] = {
        time: {"sleep": sleep, "clock_gettime": lambda which: clocks.get(which, time.monotonic)()},
        threading: {"Lock": Lock, "_allocate_lock": Lock, "_time": time.monotonic},
        threading.Thread: {"join": join},
        _thread: {"start_new_thread": start_new_thread},
        queue: {"SimpleQueue": queue._PySimpleQueue, "time": time.monotonic},  # type: ignore[attr-defined]
        selectors.DefaultSelector: {"select": select_registered},
        select: {"select": select_files},
        datetime: {"datetime": Datetime},
    }
    for place, names in places.items():
        for name, value in names.items():
            setattr(place, name, value)


# -- futures made by hand --------------------------------------------------------------------------------------------------------------


class ReadTimeout(TimeoutError):
    """A task's own time-out, as a library for sockets might have it."""


_ERRORS = (ValueError, TimeoutError, ReadTimeout, CancelledError, SystemExit, KeyboardInterrupt, StopIteration)
ERRORS = {kind.__name__: kind for kind in _ERRORS}


class Watched(Future[Any]):
    """A future that takes a moment to be asked."""

    def running(self) -> bool:
        clock.spend()
        return super().running()

    def done(self) -> bool:
        clock.spend()
        return super().done()

    def cancelled(self) -> bool:
        clock.spend()
        return super().cancelled()


def thing(payload: Any) -> Any:
    """What a task returns or raises: the payload itself, or the exception that (class, text) stands for."""
    return ERRORS[payload[0]](payload[1]) if type(payload) is tuple else payload


def make(future: Future[Any], state: str, result: Any = None, seconds: float = 0) -> Future[Any]:
    """`future` in that state; "done" or "failed" with this result, and only after so many seconds."""
    if "cancelled" in state:
        future.cancel()
    if state not in ("pending", "only cancelled"):
        future.set_running_or_notify_cancel()
    if state in ("done", "failed"):
        finish = future.set_result if state == "done" else future.set_exception
        if seconds:
            threading.Thread(target=lambda: (clock.spend(seconds), finish(result)), daemon=True).start()
        else:
            finish(result)
    return future


# -- probes --------------------------------------------------------------------------------------------------------------------------------


def describe(task: Callable[..., Any], state: str, payload: Any) -> tuple[Any, list[float]]:
    """What the learner's describe says of a future in that state, and the waits that it began."""
    clock.horizon = clock.now + HORIZON
    future = make(Watched(), state, thing(payload))
    before = len(clock.asked)
    return task(future), clock.asked[before:]


def collect(task: Callable[..., Any], specs: list[Any], places: list[int], timeout: float | None) -> dict[str, Any]:
    """What the learner's collect says of a list with future number n of `specs` (state, payload, seconds) at each place n."""
    clock.horizon = clock.now + HORIZON
    things = [thing(payload) for _, payload, _ in specs]
    futures = [make(Watched(), state, result, seconds) for (state, _, seconds), result in zip(specs, things, strict=True)]
    asked, began = len(clock.asked), clock.now
    answers = task([futures[place] for place in places], timeout)
    return {
        "type": type(answers).__name__,
        "rows": [row(answer, things) for answer in answers] if type(answers) is list else [],
        "seconds": clock.now - began,
        "asked": clock.asked[asked:],
        "cancelled": [future.cancelled() for future in futures],
    }


def row(answer: Any, things: list[Any]) -> tuple[Any, ...]:
    """(status, value, error) of a Settled; of anything else, (name of its type,). Value and error: which of `things` it is."""

    def which(value: Any) -> Any:
        known = (number for number, each in enumerate(things) if each is value)
        return None if value is None else next(known, type(value).__name__)

    if not all(hasattr(answer, name) for name in ("status", "value", "error")):
        return (type(answer).__name__,)
    return answer.status, which(answer.value), which(answer.error)


def cancel_all(task: Callable[..., Any], states: list[str], places: list[int], once: bool) -> dict[str, Any]:
    """What the learner's cancel_all counts, and which futures are cancelled then. `once`: it gets a generator. Without the clock."""
    futures = [make(Future(), state, thing(("ValueError", "raised")) if state == "failed" else state) for state in states]
    listed: Iterable[Future[Any]] = [futures[place] for place in places]
    counts = task(iter(listed) if once else listed)
    return {
        "type": type(counts).__name__,
        "counts": (getattr(counts, "stopped", None), getattr(counts, "too_late", None)),
        "cancelled": [future.cancelled() for future in futures],
    }
