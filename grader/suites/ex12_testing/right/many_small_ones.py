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


def ask(cache, *keys):
    """Each key in a thread of its own; what they got, in order."""
    got = [None] * len(keys)

    def run(place, key):
        try:
            got[place] = cache.get(key)
        except Exception as error:
            got[place] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(keys)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def test_value(make_cache):
    assert make_cache(str.upper).get("a") == "A"


def test_loaded_once_one_after_another(make_cache):
    calls = []
    cache = make_cache(lambda key: calls.append(key) or 5)
    assert [cache.get("a"), cache.get("a")] == [5, 5]
    assert calls == ["a"]


def test_loaded_once_at_once(make_cache):
    calls, second = [], threading.Event()

    def load(key):
        calls.append(key)
        if len(calls) == 2:
            second.set()
        second.wait(0.5)
        return key

    assert ask(make_cache(load), "a", "a", "a") == ["a"] * 3
    assert calls == ["a"]


def test_other_keys_go_on(make_cache):
    slow_is_here, fast_is_here = threading.Event(), threading.Event()
    waited = []

    def load(key):
        mine, other = (slow_is_here, fast_is_here) if key == "slow" else (fast_is_here, slow_is_here)
        mine.set()
        waited.append(other.wait(LONG))
        return key

    ask(make_cache(load), "slow", "fast")
    assert waited == [True, True]


def test_none(make_cache):
    calls = []
    cache = make_cache(calls.append)
    assert ask(cache, "a", "a", "a") == [None] * 3
    assert len(calls) == 1


def test_error_comes_through(make_cache):
    def load(key):
        raise KeyError(key)

    assert type(ask(make_cache(load), "a")[0]) is KeyError


def test_error_is_not_kept(make_cache):
    answers = [KeyError("a"), "fine"]

    def load(key):
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    cache = make_cache(load)
    assert type(ask(cache, "a")[0]) is KeyError
    assert ask(cache, "a") == ["fine"]


def test_drop(make_cache):
    calls = []
    cache = make_cache(lambda key: calls.append(key) or len(calls))
    cache.drop("a")
    assert cache.get("a") == 1
    cache.drop("a")
    assert cache.get("a") == 2


def test_drop_inside_the_load(make_cache):
    calls = []

    def load(key):
        calls.append(key)
        if len(calls) == 1:
            cache.drop(key)
        return len(calls)

    cache = make_cache(load)
    assert cache.get("a") == 1
    assert cache.get("a") == 2
    assert cache.get("a") == 2
