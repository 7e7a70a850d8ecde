# fails: 01a.error | returned the exception
import threading
from concurrent.futures import ProcessPoolExecutor


def run_in_thread(fn, /, *args, **kwargs):
    box = []

    def work():
        try:
            box.append(fn(*args, **kwargs))
        except Exception as error:
            box.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return box[0]


def run_in_process(fn, /, *args):
    with ProcessPoolExecutor(1) as pool:
        return pool.submit(fn, *args).result()
