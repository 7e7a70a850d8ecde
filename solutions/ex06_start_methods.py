"""Solution 06: start methods and the pickle border."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.context import BaseContext
from typing import Any

WORKERS = 2


def pickle_problem(obj: object) -> str | None:
    """Say what keeps `obj` from crossing to another process, or None."""
    try:
        # Both ways: some objects leave, and cannot be put together on the other side.
        pickle.loads(pickle.dumps(obj))
    except Exception as error:
        # Any Exception: a lock is a TypeError, a local function is an AttributeError up to 3.13, and
        # an object's own methods may raise what they like. KeyboardInterrupt is none, and gets through.
        return f"{type(error).__name__}: {error}"
    return None


class JobFailed(Exception):
    """A job did not work out. Raised in a worker, caught in the parent."""

    def __init__(self, job_id: int | str, reason: str) -> None:
        # An exception is pickled as its class and `self.args`, and made again by `JobFailed(*args)`.
        # So `args` has to hold what __init__ asks for, and nothing else.
        super().__init__(job_id, reason)
        self.job_id = job_id
        self.reason = reason

    def __str__(self) -> str:
        # The text belongs here: handed to super().__init__, it would become the only argument.
        return f"job {self.job_id}: {self.reason}"


# One of each in every worker; in the parent they stay None. Two calls at once do not disturb each
# other, for each has workers of its own.
_fn: Any = None
_config: Any = None


def _begin(fn: Callable[[Any, Any], Any], config: Any) -> None:
    """The initializer: runs once in each worker, before its first item."""
    global _fn, _config
    _fn, _config = fn, config


def _call(item: Any) -> Any:
    """What is submitted for each item. At the top level, for it travels as a name."""
    return _fn(item, _config)


def map_with_config(
    fn: Callable[[Any, Any], Any],
    items: Iterable[Any],
    config: Any,
    *,
    mp_context: BaseContext,
) -> list[Any]:
    """Return `[fn(item, config) for item in items]`, from other processes."""
    # `initargs` go to each worker when it starts: copied by fork, pickled by spawn and forkserver.
    # If that fails the pool is broken, and taking a result raises BrokenProcessPool.
    with ProcessPoolExecutor(WORKERS, mp_context=mp_context, initializer=_begin, initargs=(fn, config)) as executor:
        return list(executor.map(_call, items))
