"""Four forms to compute, four forms to wait for: one clerk, four threads, four processes."""

import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

FORMS = range(4)


def compute(form):
    """Add up a column: nothing but bytecode."""
    return sum(n * n % 7 for n in range(form, 700_000))


def wait(form):
    """Ask another office, and wait for the answer."""
    time.sleep(0.15)
    return form


def one_after_another(work):
    return [work(form) for form in FORMS]


def in_threads(work):
    with ThreadPoolExecutor(4) as clerks:
        return list(clerks.map(work, FORMS))


def in_processes(work):
    with ProcessPoolExecutor(4) as offices:
        return list(offices.map(work, FORMS))


def seconds(way, work):
    begin = time.perf_counter()
    way(work)
    return time.perf_counter() - begin


def main():
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    print(f"the GIL is {'on' if gil else 'off'}")
    for work in compute, wait:
        print(f"four forms: {work.__name__}")
        for way in one_after_another, in_threads, in_processes:
            print(f"  {way.__name__:<18} {seconds(way, work):.2f} s")


if __name__ == "__main__":
    main()
