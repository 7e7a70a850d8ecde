"""Solution 01: call a function in a thread, then in a process."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any


def run_in_thread(fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Call `fn(*args, **kwargs)` in a new thread and hand back its result."""
    # `target` is given a callable and calls it over there. What it returns
    # is dropped, so the thread leaves its outcome in a list that both
    # threads can see. Threads of one process share every object.
    box: list[tuple[bool, Any]] = []

    def work() -> None:
        box.append(_outcome(fn, args, kwargs))

    thread = threading.Thread(target=work)
    thread.start()
    # After join() the thread has ended: the box is full, and nothing that
    # the thread owned is left behind.
    thread.join()
    return _unwrap(box.pop())


def run_in_process(fn: Callable[..., Any], /, *args: Any) -> Any:
    """Call `fn(*args)` in another process and hand back its result."""
    # A list would not do here. The child would fill its own copy of it.
    receiver, sender = multiprocessing.Pipe(duplex=False)
    with receiver, sender:
        process = multiprocessing.Process(target=_send, args=(sender, fn, args))
        process.start()
        # Receive first, then join. A pipe holds some 64 KiB; the child that
        # sends more waits until someone reads, and so it cannot end before.
        outcome = receiver.recv()
        process.join()
    return _unwrap(outcome)


def _send(sender: Connection, fn: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """What the child does. At the top level: spawn has to find it by name."""
    sender.send(_outcome(fn, args, {}))


def _outcome(
    fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[bool, Any]:
    """Call `fn`; say whether it raised, and what it raised or returned."""
    # The flag keeps the two endings apart. Neither None nor the type of the
    # value could: a function may return None, and it may return an exception.
    try:
        return False, fn(*args, **kwargs)
    except BaseException as error:  # SystemExit too: the caller should see it
        return True, error


def _unwrap(outcome: tuple[bool, Any]) -> Any:
    """Return the value or raise the exception, on the caller's side."""
    raised, value = outcome
    if raised:
        raise value
    return value
