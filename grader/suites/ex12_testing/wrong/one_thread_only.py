# fails: 12b.twice, 12b.apart, 12b.stale | the second asks while the first load is at work
import copy
import threading

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


def test_loads_once(make_cache):
    calls = []

    def load(key):
        calls.append(key)
        return key.upper()

    cache = make_cache(load)
    assert [cache.get("a"), cache.get("a"), cache.get("b")] == ["A", "A", "B"]
    assert calls == ["a", "b"]
    cache.drop("a")
    assert cache.get("a") == "A"
    assert calls == ["a", "b", "a"]
