# fails: 01b.value | the child filled its own copy
import multiprocessing
from concurrent.futures import ThreadPoolExecutor


def run_in_thread(fn, /, *args, **kwargs):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(fn, *args, **kwargs).result()


result = None


def work(fn, args):
    global result
    result = fn(*args)


def run_in_process(fn, /, *args):
    process = multiprocessing.Process(target=work, args=(fn, args))
    process.start()
    process.join()
    return result
