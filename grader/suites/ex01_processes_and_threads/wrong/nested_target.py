# fails: 01b.value | a function inside a function
import multiprocessing
from concurrent.futures import ThreadPoolExecutor


def run_in_thread(fn, /, *args, **kwargs):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(fn, *args, **kwargs).result()


def run_in_process(fn, /, *args):
    receiver, sender = multiprocessing.Pipe(duplex=False)

    def work():
        try:
            sender.send((fn(*args), None))
        except Exception as error:
            sender.send((None, error))

    process = multiprocessing.Process(target=work)
    process.start()
    value, error = receiver.recv()
    process.join()
    if error is not None:
        raise error
    return value
