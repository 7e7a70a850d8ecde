# fails: 01a.ended | had not ended when your call did
import queue
import threading
from concurrent.futures import ProcessPoolExecutor


def run_in_thread(fn, /, *args, **kwargs):
    answers = queue.Queue()

    def work():
        try:
            answers.put((fn(*args, **kwargs), None))
        except Exception as error:
            answers.put((None, error))

    threading.Thread(target=work).start()
    value, error = answers.get()
    if error is not None:
        raise error
    return value


def run_in_process(fn, /, *args):
    with ProcessPoolExecutor(1) as pool:
        return pool.submit(fn, *args).result()
