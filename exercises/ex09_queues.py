"""Exercise 09: a kitchen whose pass is short, a door that lets a few in, a clock that stops.

Use the standard library only. Grade your work with `course grade 09`.
"""

from collections.abc import Callable, Iterable
from typing import Any


def pump(source: Iterable[Any], work: Callable[[Any], Any], *, workers: int, capacity: int) -> list[tuple[Any, Any]]:
    """Call `work` with each item of `source`, in `workers` threads: (item, result) of each, in any order.

    >>> sorted(pump([3, 1, 2], str, workers=2, capacity=1))
    [(1, '1'), (2, '2'), (3, '3')]

    - `workers` calls of `work` can be under way at once, and never more.
    - Items are pulled from `source` by one thread at a time. While every worker is
      busy, pulling goes on until `capacity` items wait. At no moment have more than
      `capacity + workers + 1` items been pulled whose `work` has not ended yet.
    - An item may be anything: `None`, an empty list, the same as another. So may a
      result: `None`, or an exception that `work` returns.
    - If a `work` raises an `Exception`, `pump` raises it too. If several do, it raises
      one of them. Once the error is noticed, no more is pulled, and the items that
      wait may be dropped. What `source` raises is raised by `pump` as well.
    - When `pump` returns or raises, every thread that it started has ended.
    - If `workers` or `capacity` is less than 1, it raises `ValueError`, and nothing is
      pulled.
    """
    raise NotImplementedError("09a: pump")


def limited(n: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator: at most `n` calls of the function at once; who comes later waits for a place.

    >>> @limited(2)
    ... def fetch(name, times=1):
    ...     return name * times
    >>> fetch("tea", times=2)
    'teatea'

    - `n` calls can be under way at once. A call beyond them waits until one has ended,
      then goes on.
    - Arguments, results and errors are those of the function. Its `__name__` and
      `__doc__` are kept.
    - Whatever the function raises, `KeyboardInterrupt` too, its place is free again.
    - Each decorated function has `n` places of its own, also if one decorator is used
      for two of them. A method can be decorated: all objects share its places.
    - If `n` is less than 1, `limited(n)` raises `ValueError`.
    """
    raise NotImplementedError("09b: limited")


class Ticker:
    """Calls `fn()` every `interval` seconds, in a thread of its own, from `start` to `stop`.

    `interval` is more than 0. `fn` raises nothing. Two calls of it never overlap.

    Any thread may call `start` and `stop`, at any moment, also at once with another.
    Two tickers know nothing of each other.
    """

    def __init__(self, interval: float, fn: Callable[[], Any]) -> None:
        raise NotImplementedError("09c: Ticker")

    def start(self) -> None:
        """Begin: the first call of `fn` comes after one `interval`, each other one an `interval` later.

        - `start` does not wait for a call.
        - On a ticker that is running it does nothing.
        - After `stop`, it starts the ticker anew.
        - Between two calls of `fn` nothing wakes up to look whether it is time.
        """
        raise NotImplementedError("09c: Ticker.start")

    def stop(self) -> None:
        """End: no call of `fn` begins any more, and when it returns none is under way.

        - It waits for a call that is under way, and not for the rest of the `interval`.
        - On a ticker that was not started, or is stopped already, it does nothing else:
          if a call is still under way, this `stop` waits for it too.
        - `fn` itself may call it. It cannot wait for its own call then, and returns at
          once; no other call follows. Whoever wants to start the ticker again calls
          `stop` first, from another thread.
        """
        raise NotImplementedError("09c: Ticker.stop")
