# fails: 01a.value | None is a result too
import threading
from concurrent.futures import ProcessPoolExecutor


def run_in_thread(fn, /, *args, **kwargs):
    value = error = None

    def work():
        nonlocal value, error
        try:
            value = fn(*args, **kwargs)
        except Exception as problem:
            error = problem

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if value is None:
        raise error or RuntimeError("no result")
    return value


def run_in_process(fn, /, *args):
    with ProcessPoolExecutor(1) as pool:
        return pool.submit(fn, *args).result()
