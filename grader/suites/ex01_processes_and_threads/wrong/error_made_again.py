# fails: 01a.error | right type with other arguments
import threading
from concurrent.futures import ProcessPoolExecutor


def run_in_thread(fn, /, *args, **kwargs):
    box = []

    def work():
        try:
            box.append((fn(*args, **kwargs), None))
        except Exception as error:
            box.append((None, error))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    value, error = box[0]
    if error is not None:
        raise type(error)(str(error))
    return value


def run_in_process(fn, /, *args):
    with ProcessPoolExecutor(1) as pool:
        return pool.submit(fn, *args).result()
