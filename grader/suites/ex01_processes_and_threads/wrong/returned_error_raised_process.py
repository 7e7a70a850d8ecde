# fails: 01b.any_value | fn returned it and did not raise it
import multiprocessing
from concurrent.futures import ThreadPoolExecutor


def run_in_thread(fn, /, *args, **kwargs):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(fn, *args, **kwargs).result()


def child(answers, fn, args):
    try:
        answers.put(fn(*args))
    except Exception as error:
        answers.put(error)


def run_in_process(fn, /, *args):
    answers = multiprocessing.Queue()
    process = multiprocessing.Process(target=child, args=(answers, fn, args))
    process.start()
    value = answers.get()
    process.join()
    if isinstance(value, Exception):
        raise value
    return value
