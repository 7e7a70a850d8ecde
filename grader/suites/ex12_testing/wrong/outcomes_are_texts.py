# fails: 12a.all | pairs of a name and a value
import copy
import threading
from concurrent.futures import ThreadPoolExecutor

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
            found.add(str(sorted(fresh.items())))
        for number in running:
            go_on([*order, number])

    go_on([])
    return found


def test_loads_once(make_cache):
    calls = []
    both = threading.Barrier(2)

    def load(key):
        calls.append(key)
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


def test_loads_keys_apart(make_cache):
    both = threading.Barrier(2)

    def load(key):
        both.wait(timeout=LONG)
        return key.upper()

    cache = make_cache(load)
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(cache.get, key) for key in "ab"]
        assert [each.result(timeout=LONG) for each in asked] == ["A", "B"]


def test_loads_again_after_an_error(make_cache):
    calls = []

    def load(key):
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
    got = []
    thread = threading.Thread(target=lambda: got.append(cache.get("a")), daemon=True)
    thread.start()
    thread.join(timeout=LONG)
    assert got == ["A"]


def test_keeps_none(make_cache):
    calls = []
    cache = make_cache(calls.append)
    assert cache.get("a") is None
    assert cache.get("a") is None
    assert calls == ["a"]


def test_drops_what_is_being_loaded(make_cache):
    calls = []
    at_work, dropped = threading.Event(), threading.Event()

    def load(key):
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
