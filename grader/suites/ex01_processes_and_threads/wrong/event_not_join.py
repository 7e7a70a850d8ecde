# fails: 01a.ended | had not ended when your call did
import threading
from concurrent.futures import ProcessPoolExecutor


def run_in_thread(fn, /, *args, **kwargs):
    box = []
    done = threading.Event()

    def work():
        try:
            box.append((fn(*args, **kwargs), None))
        except Exception as error:
            box.append((None, error))
        finally:
            done.set()

    threading.Thread(target=work, daemon=True).start()
    done.wait()
    value, error = box[0]
    if error is not None:
        raise error
    return value


def run_in_process(fn, /, *args):
    with ProcessPoolExecutor(1) as pool:
        return pool.submit(fn, *args).result()
