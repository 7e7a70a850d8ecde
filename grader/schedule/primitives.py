"""The one controlled primitive, and the clock.

The standard library builds everything else on `Lock`: RLock, Condition, Semaphore, Event, Barrier, Queue, Future and ThreadPoolExecutor are its
own code over this one, unchanged (`world` sees to that). A thread that is not under control finds a lock that nobody else can hold.
"""

from typing import Any

from . import points
from .controlled import Controlled, Waitable


class Lock:
    """`threading.Lock`, for threads under control."""

    private = never = False

    def __init__(self) -> None:
        self._held = False
        self.holder: Controlled | None = None
        """Who acquired it last, while it is held: a lock may be released by another thread."""
        self.made_at = points.learner_line()
        """The line of the learner's file that led to its making; 0 where there is none."""

    def ready(self) -> bool:
        """Whether it is free."""
        return not self._held

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """As `threading.Lock.acquire`."""
        if not blocking and timeout != -1:
            raise ValueError("can't specify a timeout for a non-blocking call")
        if timeout < 0 and timeout != -1:
            raise ValueError("timeout value must be a non-negative number")
        run, me = points.who()
        if run and me:
            run.check(me)
            if self._held:
                run.touch(me, id(self), write=False, keep=self)  # to find it taken changes nothing
                if not blocking or timeout == 0 or not run.wait(me, self, None if timeout == -1 else timeout):
                    return False
            run.touch(me, id(self), write=True, keep=self, lock=True)
        elif self._held and not blocking:
            return False
        self._held, self.holder = True, me
        return True

    def release(self) -> None:
        """As `threading.Lock.release`."""
        run, me = points.who()
        if run and me and not run.ended:  # else all is over, and what is still being cleaned up is of no matter
            if not self._held:
                raise RuntimeError("release unlocked lock")
            run.touch(me, id(self), write=True, keep=self, lock=True)
        self._held, self.holder = False, None

    def locked(self) -> bool:
        """As `threading.Lock.locked`."""
        run, me = points.who()
        if run and me:
            run.touch(me, id(self), write=False, keep=self)
        return self._held

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def __repr__(self) -> str:
        return f"<{'locked' if self._held else 'unlocked'} lock>"

    def _at_fork_reinit(self) -> None:
        self._held, self.holder = False, None


class Ended:
    """Waiting for a thread's end."""

    private = True
    never = False
    made_at = 0

    def __init__(self, thread: Controlled) -> None:
        self.holder: Controlled | None = thread

    def ready(self) -> bool:
        """Whether it has ended."""
        return self.holder is not None and self.holder.done


class Never:
    """Waiting for the clock alone."""

    private = False
    never = True
    made_at = 0
    holder: Controlled | None = None

    def ready(self) -> bool:
        """Never."""
        return False


def behind(thing: Any, me: Controlled) -> Waitable | None:
    """The lock that acquiring or entering `thing` waits for, where that is all it waits for."""
    if isinstance(thing, Lock):
        return thing
    kind = f"{type(thing).__module__}.{type(thing).__qualname__}"
    if kind == "threading.Condition":
        return behind(thing._lock, me)
    if kind == "threading._RLock" and isinstance(thing._block, Lock):
        return None if thing._block.holder is me else thing._block
    return None


def sleep(seconds: float) -> None:
    """As `time.sleep`, in virtual time."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    run, me = points.who()
    if run and me:
        run.wait(me, Never(), max(float(seconds), 1e-9))


def clock() -> float:
    """Seconds of virtual time."""
    run, me = points.who()
    if run and me:
        run.touch(me, "clock", write=False)
    return run.now if run else 0.0
