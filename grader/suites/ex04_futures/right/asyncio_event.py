# right: an event loop waits for an asyncio.Event
import asyncio
from dataclasses import dataclass


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
    if future.running():
        return "running"
    if not future.done():
        return "pending"
    if future.cancelled():
        return "cancelled"
    return "done" if future.exception() is None else "failed"


def settle(future):
    if not future.done():
        return Settled("running" if future.running() else "pending")
    if future.cancelled():
        return Settled("cancelled")
    error = future.exception()
    if error is not None:
        return Settled("failed", error=error)
    return Settled("done", value=future.result())


async def all_done(futures, timeout):
    loop, news = asyncio.get_running_loop(), asyncio.Event()

    def wake(_):
        if not loop.is_closed():
            loop.call_soon_threadsafe(news.set)

    async def watch():
        while not all(future.done() for future in futures):
            await news.wait()
            news.clear()

    for future in futures:
        future.add_done_callback(wake)
    try:
        await asyncio.wait_for(watch(), timeout)
    except TimeoutError:
        pass


def collect(futures, timeout=None):
    if timeout is None or timeout > 0:
        asyncio.run(all_done(futures, timeout))
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
