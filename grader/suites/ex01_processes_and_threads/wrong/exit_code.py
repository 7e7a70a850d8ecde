# fails: 01b.value | exitcode only says how the process ended
import multiprocessing
from concurrent.futures import ThreadPoolExecutor


def run_in_thread(fn, /, *args, **kwargs):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(fn, *args, **kwargs).result()


def run_in_process(fn, /, *args):
    process = multiprocessing.Process(target=fn, args=args)
    process.start()
    process.join()
    return process.exitcode
