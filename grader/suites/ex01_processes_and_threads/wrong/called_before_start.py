# fails: 01b.process | fn ran before any process was started
import multiprocessing
from concurrent.futures import ThreadPoolExecutor


def run_in_thread(fn, /, *args, **kwargs):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(fn, *args, **kwargs).result()


def run_in_process(fn, /, *args):
    box = []
    process = multiprocessing.Process(target=box.append(fn(*args)))
    process.start()
    process.join()
    return box[0]
