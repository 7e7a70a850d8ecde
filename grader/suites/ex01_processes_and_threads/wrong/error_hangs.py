# fails: 01b.error | nothing was sent, so you wait for ever
import multiprocessing
from concurrent.futures import ThreadPoolExecutor


def run_in_thread(fn, /, *args, **kwargs):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(fn, *args, **kwargs).result()


def child(answers, fn, args):
    answers.put(fn(*args))


def run_in_process(fn, /, *args):
    answers = multiprocessing.Queue()
    process = multiprocessing.Process(target=child, args=(answers, fn, args))
    process.start()
    value = answers.get()
    process.join()
    return value
