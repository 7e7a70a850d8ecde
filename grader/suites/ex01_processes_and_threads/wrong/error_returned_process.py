# fails: 01b.error | returned the exception
import multiprocessing
from concurrent.futures import ThreadPoolExecutor


def run_in_thread(fn, /, *args, **kwargs):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(fn, *args, **kwargs).result()


def child(sender, fn, args):
    try:
        sender.send(fn(*args))
    except Exception as error:
        sender.send(error)


def run_in_process(fn, /, *args):
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=child, args=(sender, fn, args))
    process.start()
    value = receiver.recv()
    process.join()
    return value
