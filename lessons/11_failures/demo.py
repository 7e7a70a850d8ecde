"""A laundry: a time-out that comes late, a machine that is stopped, and a nail in a pocket."""

import multiprocessing
import os
import time
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, ThreadPoolExecutor


def wash(seconds):
    time.sleep(seconds)
    return "clean"


def wash_a_nail(_):
    os._exit(1)  # the machine is gone, and says nothing


def since(start):
    return f"after {time.perf_counter() - start:.1f} s"


def a_limit_of_a_tenth():
    start = time.perf_counter()
    try:
        with ThreadPoolExecutor(1) as laundry:
            load = laundry.submit(wash, 0.6)
            try:
                load.result(timeout=0.1)
            except TimeoutError:
                print("waiting ended", since(start), "- the machine runs:", load.running())
                raise
    except TimeoutError:
        print("the block ended", since(start), "- the machine runs:", load.running())


def a_machine_that_is_stopped():
    machine = multiprocessing.Process(target=wash, args=(60,))
    machine.start()
    machine.join(0.1)
    print("the wait is over, the machine runs:", machine.is_alive())
    machine.kill()
    machine.join()
    print("killed, the machine runs:", machine.is_alive(), "- exit code", machine.exitcode)


def a_nail():
    with ProcessPoolExecutor(2) as laundry:
        shirt = laundry.submit(wash, 60)
        sock = laundry.submit(wash, 0)
        nail = laundry.submit(wash_a_nail, 0)
        print("sock:", sock.result())
        print("nail:", type(nail.exception()).__name__)
        print("shirt:", type(shirt.exception()).__name__)
        try:
            laundry.submit(wash, 0)
        except BrokenExecutor as error:
            print("one more sock:", type(error).__name__)


if __name__ == "__main__":
    a_limit_of_a_tenth()
    a_machine_that_is_stopped()
    a_nail()
