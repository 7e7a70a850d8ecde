"""A post office: the same letters through four engines, and a clerk who keeps the whole office waiting."""

import asyncio
import concurrent.futures
import os
import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor

LETTERS = ["ada", "bo", "cy", "dee"]


class SameThread(Executor):
    """An engine of our own, without care for errors: submit does the work."""

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def stamp(letter):
    return f"{letter}*", os.getpid(), threading.get_ident()


def through(engine):
    """Nothing in here says which engine it is."""
    with engine:
        stamped, pids, threads = zip(*engine.map(stamp, LETTERS))
    process = "my process" if set(pids) == {os.getpid()} else "other processes"
    thread = "my thread" if set(threads) == {threading.get_ident()} and process == "my process" else "other threads"
    return " ".join(stamped), f"{process}, {thread}"


def engines():
    yield SameThread()
    yield ThreadPoolExecutor(2)
    yield ProcessPoolExecutor(2)
    if hasattr(concurrent.futures, "InterpreterPoolExecutor"):  # 3.14
        yield concurrent.futures.InterpreterPoolExecutor(2)


async def office(load):
    """Load for 0.3 s; how often does the bell ring meanwhile?"""
    bells = 0

    async def bell():
        nonlocal bells
        while True:
            await asyncio.sleep(0.05)
            bells += 1

    ringing = asyncio.create_task(bell())
    await load()
    ringing.cancel()
    return bells


async def blocking():
    time.sleep(0.3)


async def in_a_thread():
    await asyncio.to_thread(time.sleep, 0.3)


if __name__ == "__main__":
    seen = [(type(engine).__name__, *through(engine)) for engine in engines()]
    for name, _, where in seen[:3]:
        print(f"{name}: {where}")
    print("the same stamps from every engine:", {stamps for _, stamps, _ in seen})
    print("bells beside a blocking load:", asyncio.run(office(blocking)))
    print("more than one beside a load in a thread:", asyncio.run(office(in_a_thread)) > 1)
