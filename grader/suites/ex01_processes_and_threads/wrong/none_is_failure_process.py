# fails: 01b.any_value | None is a result too
import multiprocessing
from concurrent.futures import ThreadPoolExecutor


def run_in_thread(fn, /, *args, **kwargs):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(fn, *args, **kwargs).result()


def child(sender, fn, args):
    try:
        sender.send((fn(*args), None))
    except Exception as error:
        sender.send((None, error))


def run_in_process(fn, /, *args):
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=child, args=(sender, fn, args))
    process.start()
    value, error = receiver.recv()
    process.join()
    if value is None:
        raise error or RuntimeError("the process failed")
    return value
