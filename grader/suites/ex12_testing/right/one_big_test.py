import copy
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

LONG = 10


def outcomes(programs, state):
    found = set()

    def go_on(order):
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


def test_cache(make_cache):
    calls = Counter()
    twice, keys = threading.Barrier(2), threading.Barrier(2)
    at_work, dropped = threading.Event(), threading.Event()

    def load(key):
        calls[key] += 1
        if key == "twice":
            with suppress(threading.BrokenBarrierError):
                twice.wait(1)
        elif key in ("left", "right"):
            keys.wait(LONG)
        elif key == "bad" and calls[key] == 1:
            raise ValueError("once")
        elif key == "none":
            return None
        elif key == "dropped" and calls[key] == 1:
            at_work.set()
            dropped.wait(LONG)
        return f"{key} {calls[key]}"

    cache = make_cache(load)
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(cache.get, ["twice", "twice"])) == ["twice 1", "twice 1"]
        assert list(pool.map(cache.get, ["left", "right"])) == ["left 1", "right 1"]
        for wanted in ("ValueError", "bad 2"):
            asked = pool.submit(cache.get, "bad")
            error = asked.exception(LONG)
            assert (type(error).__name__ if error else asked.result()) == wanted
        assert [cache.get("none"), cache.get("none"), calls["none"]] == [None, None, 1]
        before = pool.submit(cache.get, "dropped")
        assert at_work.wait(LONG)
        cache.drop("dropped")
        dropped.set()
        assert before.result(LONG) == "dropped 1"
    assert cache.get("dropped") == "dropped 2"
