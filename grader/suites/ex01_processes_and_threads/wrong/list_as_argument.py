# fails: 01b.value | the child filled its own copy
import multiprocessing
from concurrent.futures import ThreadPoolExecutor


def run_in_thread(fn, /, *args, **kwargs):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(fn, *args, **kwargs).result()


def work(box, fn, args):
    try:
        box.append((fn(*args), None))
    except Exception as error:
        box.append((None, error))


def run_in_process(fn, /, *args):
    box = []
    process = multiprocessing.Process(target=work, args=(box, fn, args))
    process.start()
    process.join()
    value, error = box[0]
    if error is not None:
        raise error
    return value
