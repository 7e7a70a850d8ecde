"""Solution 13: one interface, many engines."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future
from typing import Any


class SerialExecutor(Executor):
    """An executor without workers: `submit` does the work itself."""

    def __init__(self) -> None:
        self._open = True

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call `fn(*args, **kwargs)` here and now; return a finished Future."""
        if not self._open:
            raise RuntimeError("cannot submit after shutdown")
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            # Also SystemExit and KeyboardInterrupt, as a pool keeps them: the same program behaves the same on every engine.
            future.set_exception(error)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more work."""
        self._open = False


def process_all(items: Iterable[Any], fn: Callable[[Any], Any], executor: Executor) -> list[Any]:
    """Return `[fn(item) for item in items]`, worked out by `executor`."""
    # map hands in everything at once and yields in order. fn goes in as it is: a lambda round it would not reach a process.
    # No `with`: who makes an executor closes it.
    return list(executor.map(fn, items))


async def load_all_async(urls: Iterable[str], *, limit: int, load: Callable[[str], Any]) -> list[Any]:
    """Call the blocking function `load(url)` for each URL, without blocking the event loop."""
    places = asyncio.Semaphore(limit)

    async def one(url: str) -> Any:
        async with places:
            return await asyncio.to_thread(load, url)

    # return_exceptions: an error becomes the result of its URL, and cancels no other.
    return await asyncio.gather(*(one(url) for url in urls), return_exceptions=True)
