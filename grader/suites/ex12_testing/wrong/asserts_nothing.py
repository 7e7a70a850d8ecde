# fails: 12b.twice, 12b.apart, 12b.error, 12b.stuck, 12b.none, 12b.stale | in every order tried
import copy
from concurrent.futures import ThreadPoolExecutor


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


def test_everything(make_cache):
    def load(key):
        if key == "bad":
            raise LookupError(key)
        return None if key == "none" else key.upper()

    cache = make_cache(load)
    with ThreadPoolExecutor(4) as pool:
        pool.map(cache.get, ["a", "a", "b", "none"])
    cache.drop("a")
    cache.get("a")
