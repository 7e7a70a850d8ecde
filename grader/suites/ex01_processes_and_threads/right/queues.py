# right: a queue.Queue and a multiprocessing.Queue carry a pair
import functools
import multiprocessing
import queue
import threading


def call_and_put(answers, call):
    try:
        answers.put((call(), None))
    except Exception as error:
        answers.put((None, error))


def take(answers, worker):
    worker.start()
    value, error = answers.get()
    worker.join()
    if error is not None:
        raise error
    return value


def run_in_thread(fn, /, *args, **kwargs):
    answers = queue.Queue()
    call = functools.partial(fn, *args, **kwargs)
    return take(answers, threading.Thread(target=call_and_put, args=(answers, call)))


def run_in_process(fn, /, *args):
    answers = multiprocessing.Queue()
    call = functools.partial(fn, *args)
    return take(
        answers, multiprocessing.Process(target=call_and_put, args=(answers, call))
    )
