# 02b | starts too many processes, the surplus in a sleep whose length in memory says eleven days by the time it is read (like: surplus)
import ctypes
import multiprocessing
import threading
import time

libc = ctypes.CDLL(None)


def _nap():
    length = (ctypes.c_long * 2)(1, 0)

    def lie():
        time.sleep(0.1)
        length[0] = 1_000_000
        threading.Event().wait()

    threading.Thread(target=lie, daemon=True).start()
    libc.clock_nanosleep(1, 0, length, None)


def _work(predicate, number, pipe, surplus):
    if surplus:
        _nap()
    pipe.send(predicate(number))


def check_primes(numbers, *, max_workers=4, predicate=None):
    running = []
    for place, number in enumerate(numbers):
        ours, theirs = multiprocessing.Pipe()
        multiprocessing.Process(target=_work, args=(predicate, number, theirs, place >= max_workers)).start()
        theirs.close()
        running.append((number, ours))
    return [(number, pipe.recv()) for number, pipe in running]
