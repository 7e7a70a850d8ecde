# 02b | A process for each number at once, whatever max_workers is: what a hidden clock is added to.
import multiprocessing


def _work(predicate, number, pipe):
    pipe.send(predicate(number))


def check_primes(numbers, *, max_workers=4, predicate=None):
    running = []
    for number in numbers:
        ours, theirs = multiprocessing.Pipe()
        multiprocessing.Process(target=_work, args=(predicate, number, theirs)).start()
        theirs.close()
        running.append((number, ours))
    return [(number, pipe.recv()) for number, pipe in running]
