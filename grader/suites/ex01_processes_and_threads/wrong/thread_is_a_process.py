# fails: 01a.thread | fn ran in another process
from concurrent.futures import ProcessPoolExecutor


def run_in_thread(fn, /, *args, **kwargs):
    with ProcessPoolExecutor(1) as pool:
        return pool.submit(fn, *args, **kwargs).result()


def run_in_process(fn, /, *args):
    with ProcessPoolExecutor(1) as pool:
        return pool.submit(fn, *args).result()
