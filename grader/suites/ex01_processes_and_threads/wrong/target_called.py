# fails: 01a.thread | fn ran in the thread that called you
import threading
from concurrent.futures import ProcessPoolExecutor


def run_in_thread(fn, /, *args, **kwargs):
    box = []
    thread = threading.Thread(target=box.append(fn(*args, **kwargs)))
    thread.start()
    thread.join()
    return box[0]


def run_in_process(fn, /, *args):
    with ProcessPoolExecutor(1) as pool:
        return pool.submit(fn, *args).result()
