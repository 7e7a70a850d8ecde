# 02b | starts too many processes, the surplus in a pause that an alarm ends (like: surplus)
import multiprocessing
import signal


def _nap():
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.4)
    signal.pause()


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
