import copy
import threading
from contextlib import contextmanager
from queue import Queue


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


class Gate:
    """Who comes to it waits until it is opened; who holds it can wait for so many to have come."""

    def __init__(self):
        self.changed = threading.Condition()
        self.here = 0
        self.open = False

    def pass_through(self):
        with self.changed:
            self.here += 1
            self.changed.notify_all()
            return self.changed.wait_for(lambda: self.open, timeout=60)

    def come(self, count):
        with self.changed:
            return self.changed.wait_for(lambda: self.here >= count, timeout=30)

    def let_go(self):
        with self.changed:
            self.open = True
            self.changed.notify_all()


@contextmanager
def asking(cache, *keys):
    got = Queue()
    threads = [threading.Thread(target=lambda key=key: got.put((key, cache.get(key)))) for key in keys]
    for thread in threads:
        thread.start()
    yield got
    for thread in threads:
        thread.join()


def test_two_loads_never_come(make_cache):
    gate = Gate()

    def load(key):
        gate.pass_through()
        return key

    with asking(make_cache(load), "a", "a") as got:
        two = gate.come(2)
        gate.let_go()
    assert not two
    assert [got.get(timeout=1) for _ in range(2)] == [("a", "a")] * 2


def test_two_keys_come(make_cache):
    gate = Gate()

    def load(key):
        gate.pass_through()
        return key

    with asking(make_cache(load), "a", "b"):
        two = gate.come(2)
        gate.let_go()
    assert two


def test_dropped(make_cache):
    gate = Gate()
    values = iter(["old", "new"])

    def load(key):
        value = next(values)
        if value == "old":
            gate.pass_through()
        return value

    cache = make_cache(load)
    with asking(cache, "a") as got:
        come = gate.come(1)
        cache.drop("a")
        now = cache.get("a")
        gate.let_go()
    assert (come, now) == (True, "new")
    assert got.get(timeout=1) == ("a", "old")
    assert cache.get("a") == "new"


def test_errors_and_none(make_cache):
    calls = []

    def load(key):
        calls.append(key)
        if len(calls) == 1:
            raise OSError(key)

    cache = make_cache(load)
    try:
        cache.get("a")
    except OSError as error:
        assert error.args == ("a",)
    else:
        assert False
    assert cache.get("a") is None
    assert cache.get("a") is None
    assert calls == ["a", "a"]
