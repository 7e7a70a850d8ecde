# fails: 01a.error | returned None as if all were well
import threading
from concurrent.futures import ProcessPoolExecutor


def run_in_thread(fn, /, *args, **kwargs):
    value = None

    def work():
        nonlocal value
        value = fn(*args, **kwargs)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return value


def run_in_process(fn, /, *args):
    with ProcessPoolExecutor(1) as pool:
        return pool.submit(fn, *args).result()
