"""Exercise 13: one interface, many engines.

Write the class and the two functions below. Check your work with

    course grade 13

Use the standard library only. You may add helpers, classes and imports.
Child processes import this file again: importing it must start nothing
and print nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future
from typing import Any


class SerialExecutor(Executor):
    """An executor without workers: `submit` does the work itself.

    It is for tests and for finding a fault: the same program, one thing
    after another, in the thread that asks.

    `map` and `with` come from `Executor` and work without a line of
    yours, once `submit` and `shutdown` are right.
    """

    def submit(
        self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Future[Any]:
        """Call `fn(*args, **kwargs)` here and now; return a finished Future.

        - The call takes place in the calling thread, before submit
          returns, and once.
        - The Future is a `concurrent.futures.Future` of its own for each
          call: `done()` is True, `result()` and `exception()` answer at
          once.
        - Whatever `fn` raises is kept in the Future, the very same
          object, and does not leave submit. That goes for every
          BaseException, SystemExit and KeyboardInterrupt too: a thread
          pool keeps them as well.
        - Keyword arguments belong to `fn`, whatever their names, `fn`
          and `self` among them.
        - After shutdown, submit raises RuntimeError and calls nothing.
        """
        raise NotImplementedError("13a: SerialExecutor")

    def shutdown(
        self, wait: bool = True, *, cancel_futures: bool = False
    ) -> None:
        """Take no more work. May be called again. Nothing is under way, so there is nothing to wait for."""
        raise NotImplementedError("13a: SerialExecutor")


def process_all(
    items: Iterable[Any], fn: Callable[[Any], Any], executor: Executor
) -> list[Any]:
    """Return `[fn(item) for item in items]`, worked out by `executor`.

    `executor` may be a thread pool, a process pool, your SerialExecutor,
    or one of another library: whatever has the public methods `submit`,
    `map` and `shutdown` of `concurrent.futures.Executor`.

    - The results stand in the order of the items. No items: an empty
      list. `items` may be any iterable, read once.
    - Every call of `fn` is handed to `executor`. It gets one item and
      nothing else.
    - All items are handed in before the first result is waited for.
    - `fn`, items and results can be pickled. What you hand in has to be
      picklable, too.
    - If `fn` raises for an item, process_all raises that exception. If it
      does for several, it raises the one of the first of these items.
    - The executor belongs to the caller, who goes on using it.
    """
    raise NotImplementedError("13b: process_all")


async def load_all_async(
    urls: Iterable[str], *, limit: int, load: Callable[[str], Any]
) -> list[Any]:
    """Call the blocking function `load(url)` for each URL, without blocking the event loop.

    Return one result for each URL, in the order of `urls`. No URLs: an
    empty list. A URL that stands twice is loaded twice.

    - `load` is an ordinary function that waits. It runs in threads.
    - While they wait, the event loop is free: other coroutines go on.
    - `limit` loads are under way at the same moment, given enough URLs,
      and never more. (`limit` is 1 to 5. The threads that asyncio keeps
      for `to_thread` are five at the least.)
    - If `load` raises an Exception for a URL, that exception object is
      the result of this URL. The others are loaded all the same.
    - Threads are used again: not every URL gets a thread of its own.
    """
    raise NotImplementedError("13c: load_all_async")
