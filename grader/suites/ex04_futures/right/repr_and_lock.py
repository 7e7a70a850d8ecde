# right: reads the repr; waits for a bare lock
from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True)
class Settled:
    status: str
    value: object = None
    error: BaseException | None = None


@dataclass(frozen=True)
class Cancelled:
    stopped: int
    too_late: int


def describe(future):
    words = repr(future).partition("state=")[2].rstrip(">").split()
    if words[0] == "finished":
        return "done" if words[1] == "returned" else "failed"
    return words[0]


def settle(future):
    if not future.done():
        return Settled("running" if future.running() else "pending")
    if future.cancelled():
        return Settled("cancelled")
    error = future.exception()
    if error is not None:
        return Settled("failed", error=error)
    return Settled("done", value=future.result())


def collect(futures, timeout=None):
    door = Lock()
    remaining = {id(f) for f in futures if not f.done()}
    if remaining:
        door.acquire()

        def gone(future):
            remaining.discard(id(future))
            if not remaining and door.locked():
                door.release()

        for future in futures:
            future.add_done_callback(gone)
        door.acquire(timeout=-1 if timeout is None else timeout)
    return [settle(future) for future in futures]


def cancel_all(futures):
    stopped = too_late = 0
    for future in set(futures):
        if not future.cancelled():
            if future.cancel():
                stopped += 1
            else:
                too_late += 1
    return Cancelled(stopped, too_late)
