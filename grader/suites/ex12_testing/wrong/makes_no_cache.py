# fails: 12b.tests | made no cache
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


def test_cache(make_cache):
    assert callable(make_cache)
