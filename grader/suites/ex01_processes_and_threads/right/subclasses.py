# right: a Thread subclass and a Process subclass, each with its own run()
import multiprocessing
import threading


class Caller(threading.Thread):
    def __init__(self, call):
        super().__init__()
        self.call = call
        self.value = None
        self.error = None

    def run(self):
        try:
            self.value = self.call()
        except Exception as error:
            self.error = error

    def join(self, timeout=None):
        super().join(timeout)
        if self.error is not None:
            raise self.error
        return self.value


class Child(multiprocessing.Process):
    def __init__(self, fn, args, answers):
        super().__init__()
        self.fn = fn
        self.fn_args = args
        self.answers = answers

    def run(self):
        try:
            answer = ("returned", self.fn(*self.fn_args))
        except Exception as error:
            answer = ("raised", error)
        self.answers.put(answer)


def run_in_thread(fn, /, *args, **kwargs):
    caller = Caller(lambda: fn(*args, **kwargs))
    caller.start()
    return caller.join()


def run_in_process(fn, /, *args):
    answers = multiprocessing.SimpleQueue()
    child = Child(fn, args, answers)
    child.start()
    how, value = answers.get()
    child.join()
    if how == "raised":
        raise value
    return value
