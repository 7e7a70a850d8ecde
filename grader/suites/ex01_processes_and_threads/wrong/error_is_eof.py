# fails: 01b.error | raised EOFError of its own
import multiprocessing
from concurrent.futures import ThreadPoolExecutor


def run_in_thread(fn, /, *args, **kwargs):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(fn, *args, **kwargs).result()


def child(sender, fn, args):
    sender.send(fn(*args))


def run_in_process(fn, /, *args):
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=child, args=(sender, fn, args))
    process.start()
    sender.close()
    value = receiver.recv()
    process.join()
    return value
