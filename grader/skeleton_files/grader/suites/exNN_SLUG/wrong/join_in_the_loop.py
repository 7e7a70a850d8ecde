# fails: NNa.overlap | one after another
import threading


def run_SLUG(fn, items):
    for item in items:
        thread = threading.Thread(target=fn, args=(item,))
        thread.start()
        thread.join()
