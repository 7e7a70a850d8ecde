"""Ida and Jon each put a loaf into the window: every order of their steps, and 1,000 real runs."""

import itertools
import threading
from collections import Counter


def put_one(window):
    seen = window["loaves"]
    yield
    seen = seen + 1
    yield
    window["loaves"] = seen


def put_one_locked(window):
    if window["locked"]:
        raise Waiting
    window["locked"] = True
    seen = window["loaves"]
    yield
    seen = seen + 1
    yield
    window["loaves"] = seen
    window["locked"] = False


class Waiting(Exception):
    """This step cannot be taken now: the lock is not free."""


def steps_of(program):
    return 1 + sum(1 for _ in program({"loaves": 0, "locked": False}))


def loaves_after(program, order):
    """Two threads run the program in this order. How many loaves are counted?"""
    window = {"loaves": 0, "locked": False}
    baker = {"I": program(window), "J": program(window)}
    try:
        for name in order:
            next(baker[name], None)
    except Waiting:
        return "not possible"
    return window["loaves"]


def real_run():
    window = {"loaves": 0}

    def put():
        window["loaves"] += 1

    bakers = [threading.Thread(target=put) for _ in range(2)]
    for thread in bakers:
        thread.start()
    for thread in bakers:
        thread.join()
    return window["loaves"]


def main():
    for program in put_one, put_one_locked:
        steps = steps_of(program)
        orders = set(itertools.permutations("I" * steps + "J" * steps))
        print(f"{program.__name__}: 2 x {steps} steps have {len(orders)} orders")
        for loaves, times in sorted(Counter(loaves_after(program, order) for order in orders).items(), key=str):
            print(f"  {loaves}: {times}")
    print("1,000 real runs, +=")
    print(f"  a loaf was lost in {sum(real_run() < 2 for _ in range(1_000))}")


if __name__ == "__main__":
    main()
