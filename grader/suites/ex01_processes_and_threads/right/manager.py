# right: a manager's list, which a third process keeps for both sides
import multiprocessing
import threading


def fill(box, fn, args, kwargs):
    try:
        box.append(fn(*args, **kwargs))
        box.append(True)
    except Exception as error:
        box.append(error)


def empty(box):
    answer = list(box)
    if len(answer) == 1:
        raise answer[0]
    return answer[0]


def run_in_thread(fn, /, *args, **kwargs):
    box = []
    thread = threading.Thread(target=fill, args=(box, fn, args, kwargs))
    thread.start()
    thread.join()
    return empty(box)


def run_in_process(fn, /, *args):
    with multiprocessing.Manager() as manager:
        box = manager.list()
        process = multiprocessing.Process(target=fill, args=(box, fn, args, {}))
        process.start()
        process.join()
        return empty(box)
