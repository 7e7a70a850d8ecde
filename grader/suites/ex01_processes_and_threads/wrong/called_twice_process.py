# fails: 01b.process, 01b.any_value, 01b.error | fn was called 2 times
import multiprocessing
from concurrent.futures import ThreadPoolExecutor


def run_in_thread(fn, /, *args, **kwargs):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(fn, *args, **kwargs).result()


def run_in_process(fn, /, *args):
    process = multiprocessing.Process(target=fn, args=args)
    process.start()
    process.join()
    return fn(*args)
