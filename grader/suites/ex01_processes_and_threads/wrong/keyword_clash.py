# fails: 01a.arguments | is taken by your own parameter
import threading
from concurrent.futures import ProcessPoolExecutor


class Caller(threading.Thread):
    def __init__(self, fn, *args, **kwargs):
        super().__init__()
        self.call = fn, args, kwargs
        self.value = self.error = None

    def run(self):
        fn, args, kwargs = self.call
        try:
            self.value = fn(*args, **kwargs)
        except Exception as error:
            self.error = error


def run_in_thread(fn, /, *args, **kwargs):
    caller = Caller(fn, *args, **kwargs)
    caller.start()
    caller.join()
    if caller.error is not None:
        raise caller.error
    return caller.value


def run_in_process(fn, /, *args):
    with ProcessPoolExecutor(1) as pool:
        return pool.submit(fn, *args).result()
