# right: fills a Future itself; the child is waited for on its sentinel
import multiprocessing
import threading
from concurrent.futures import Future
from multiprocessing.connection import wait


def settle(future, fn, args, kwargs):
    try:
        future.set_result(fn(*args, **kwargs))
    except Exception as error:
        future.set_exception(error)


def run_in_thread(fn, /, *args, **kwargs):
    future = Future()
    thread = threading.Thread(target=settle, args=(future, fn, args, kwargs))
    thread.start()
    try:
        return future.result()
    finally:
        thread.join()


def child(sender, fn, args):
    future = Future()
    settle(future, fn, args, {})
    if future.exception() is None:
        sender.send((True, future.result()))
    else:
        sender.send((False, future.exception()))


def run_in_process(fn, /, *args):
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=child, args=(sender, fn, args))
    process.start()
    answers = []
    while not answers:
        for ready in wait([receiver, process.sentinel]):
            if ready is receiver:
                answers.append(receiver.recv())
    process.join()
    process.close()
    good, value = answers[0]
    if good:
        return value
    raise value
