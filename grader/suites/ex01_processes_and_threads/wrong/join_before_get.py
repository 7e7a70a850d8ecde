# fails: 01b.large | waits for the other
import multiprocessing
from concurrent.futures import ThreadPoolExecutor


def run_in_thread(fn, /, *args, **kwargs):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(fn, *args, **kwargs).result()


def child(answers, fn, args):
    try:
        answers.put((fn(*args), None))
    except Exception as error:
        answers.put((None, error))


def run_in_process(fn, /, *args):
    answers = multiprocessing.Queue()
    process = multiprocessing.Process(target=child, args=(answers, fn, args))
    process.start()
    process.join()
    value, error = answers.get()
    if error is not None:
        raise error
    return value
