"""Four doors count a million visitors: with a call, with +=, with a lock."""

import dis
import sys
import threading

DOORS = 4
VISITORS = 250_000  # at each door

inside = 0
lock = threading.Lock()


def plus_one(seen):
    return seen + 1


def loop_a():
    global inside
    for _ in range(VISITORS):
        inside = plus_one(inside)


def loop_b():
    global inside
    for _ in range(VISITORS):
        inside += 1


def loop_c():
    global inside
    for _ in range(VISITORS):
        with lock:
            inside = plus_one(inside)


def missing_after(loop):
    """Run the loop at all doors at once. How many visitors were not counted?"""
    global inside
    inside = 0
    opening = threading.Barrier(DOORS)

    def door():
        opening.wait()
        loop()

    doors = [threading.Thread(target=door) for _ in range(DOORS)]
    for thread in doors:
        thread.start()
    for thread in doors:
        thread.join()
    return DOORS * VISITORS - inside


def in_words(missing):
    if "--numbers" in sys.argv:
        return f"{missing:,} of {DOORS * VISITORS:,}"
    if missing == 0:
        return "none"
    return "more than 1 in 10" if missing > DOORS * VISITORS / 10 else "some"


def calls_on_the_way(loop):
    """Is there a call between the read of `inside` and its write?"""
    steps = list(dis.get_instructions(loop))
    read, write = (n for n, step in enumerate(steps) if step.argval == "inside")
    return "yes" if any(step.opname == "CALL" for step in steps[read:write]) else "no"


def main():
    sys.setswitchinterval(0.0001)  # turns of 0.1 ms; 5 ms is the default
    for loop in loop_a, loop_b, loop_c:
        print(loop.__name__)
        print(f"  visitors missing: {in_words(missing_after(loop))}")
        print(f"  a call between read and write: {calls_on_the_way(loop)}")
    print("Nothing in Python promises that += is one step: loop_b needs a lock too.")


if __name__ == "__main__":
    main()
