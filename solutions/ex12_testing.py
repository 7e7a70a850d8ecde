"""Solution 12: every order of some steps, and tests that find a bug each time."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

State = dict[str, Any]
Outcome = tuple[tuple[str, Any], ...]
Program = Callable[[State], Iterator[None]]


class Cache(Protocol):
    """What a cache promises: see the exercise."""

    def get(self, key: str) -> Any:
        """The value of `key`."""

    def drop(self, key: str) -> None:
        """Forget `key`."""


Load = Callable[[str], Any]
MakeCache = Callable[[Load], Cache]

LONG = 10
"""Seconds. Nothing here takes so long unless the cache is broken."""


def outcomes(programs: Sequence[Program], state: State) -> set[Outcome]:
    """Every outcome that `programs` can have, over all orders of their steps."""
    found: set[Outcome] = set()

    def go_on(order: list[int]) -> None:
        # A generator cannot be copied in the middle. So each order begins anew,
        # and takes the steps again that lead to where it parts from the others.
        fresh = copy.deepcopy(state)
        running = {number: program(fresh) for number, program in enumerate(programs)}
        for number in order:
            try:
                next(running[number])
            except StopIteration:
                del running[number]
        if not running:
            found.add(tuple(sorted(fresh.items())))
        for number in running:
            go_on([*order, number])

    go_on([])
    return found


def test_loads_once(make_cache: MakeCache) -> None:
    """Two ask for a key at once, and one of them loads."""
    calls = []
    both = threading.Barrier(2)

    def load(key: str) -> str:
        calls.append(key)
        # A second load would come here. That none comes is what has to be: then
        # this wait ends by its time-out.
        try:
            both.wait(timeout=1)
        except threading.BrokenBarrierError:
            pass
        return key.upper()

    cache = make_cache(load)
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(cache.get, "a") for _ in range(2)]
        assert [each.result(timeout=LONG) for each in asked] == ["A", "A"]
    assert calls == ["a"]


def test_loads_keys_apart(make_cache: MakeCache) -> None:
    """Two keys are loaded at once: each load waits for the other."""
    both = threading.Barrier(2)

    def load(key: str) -> str:
        both.wait(timeout=LONG)
        return key.upper()

    cache = make_cache(load)
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(cache.get, key) for key in "ab"]
        assert [each.result(timeout=LONG) for each in asked] == ["A", "B"]


def test_loads_again_after_an_error(make_cache: MakeCache) -> None:
    """What load raises comes through; who asks next gets a value, and does not wait for ever."""
    calls = []

    def load(key: str) -> str:
        calls.append(key)
        if len(calls) == 1:
            raise LookupError(key)
        return key.upper()

    cache = make_cache(load)
    try:
        cache.get("a")
    except LookupError:
        pass
    else:
        raise AssertionError("what load raised has not come through")
    got: list[Any] = []
    # A daemon: if it waits for ever, this program can still end.
    thread = threading.Thread(target=lambda: got.append(cache.get("a")), daemon=True)
    thread.start()
    thread.join(timeout=LONG)
    assert got == ["A"]


def test_keeps_none(make_cache: MakeCache) -> None:
    """None is a value."""
    calls = []
    cache = make_cache(calls.append)
    assert cache.get("a") is None
    assert cache.get("a") is None
    assert calls == ["a"]


def test_drops_what_is_being_loaded(make_cache: MakeCache) -> None:
    """A key is dropped while it is loaded: who asked before gets that value, who asks later a new one."""
    calls = []
    at_work, dropped = threading.Event(), threading.Event()

    def load(key: str) -> int:
        calls.append(key)
        if len(calls) == 1:
            at_work.set()
            assert dropped.wait(timeout=LONG)
        return len(calls)

    cache = make_cache(load)
    with ThreadPoolExecutor(1) as pool:
        before = pool.submit(cache.get, "a")
        assert at_work.wait(timeout=LONG)
        cache.drop("a")
        dropped.set()
        assert before.result(timeout=LONG) == 1
    assert cache.get("a") == 2
