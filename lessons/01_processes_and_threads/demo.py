"""Four guests sign one book: first as threads, then as processes."""

import multiprocessing
import os
import queue
import sys
import threading
import time

GUESTS = ["Ana", "Ben", "Cleo", "Dan"]
book = []


def sign(guest, answers):
    book.append(guest)
    answers.put((guest, os.getpid(), len(book)))


def all_sign(new_worker, answers):
    book.clear()
    workers = [new_worker(target=sign, args=(g, answers)) for g in GUESTS]
    for worker in workers:
        worker.start()
    seen = [answers.get() for worker in workers]
    ends = [worker.join() for worker in workers]

    for guest, pid, _ in sorted(seen):
        print(f"  {guest:4} signed in pid {pid}")
    print(f"  processes that signed: {len({pid for _, pid, _ in seen})}")
    print(f"  names in the fullest book: {max(names for *_, names in seen)}")
    print(f"  names in main's book: {len(book)}")
    print(f"  what join() returned: {ends}")


def spill():
    raise ValueError("ink on the page")


def cost(new_worker, times):
    start = time.perf_counter()
    for _ in range(times):
        worker = new_worker(target=int)
        worker.start()
        worker.join()
    return f"{(time.perf_counter() - start) * 1000:.0f} ms"


def main():
    print(f"main is pid {os.getpid()}")
    print("four threads")
    all_sign(threading.Thread, queue.Queue())
    print("four processes")
    all_sign(multiprocessing.Process, multiprocessing.Queue())

    print("a thread that raises")
    thread = threading.Thread(target=spill)
    thread.start()
    print(f"  join() returned {thread.join()}, and main goes on")

    print("start and join, one after another")
    print(f"  100 threads: {cost(threading.Thread, 100)}")
    print(f"  1 process: {cost(multiprocessing.Process, 1)}")
    print(f"a thread's turn: {sys.getswitchinterval() * 1000:.0f} ms")


if __name__ == "__main__":
    main()
