# fails: 12b.tests | Methods of a class are not run
import copy


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


class TestCache:
    def test_none(self, make_cache):
        calls = []
        cache = make_cache(calls.append)
        assert cache.get("a") is None
        assert cache.get("a") is None
        assert calls == ["a"]
