# fails: 12b.twice, 12b.apart, 12b.stale | Nothing makes that happen unless the test does
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
    threads = [threading.Thread(target=cache.get, args=("a",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls == ["a"]
