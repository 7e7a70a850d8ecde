# fails: 01a.ended | waits in a pool for more work
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

pool = ThreadPoolExecutor(1)


def run_in_thread(fn, /, *args, **kwargs):
    return pool.submit(fn, *args, **kwargs).result()


def run_in_process(fn, /, *args):
    with ProcessPoolExecutor(1) as pool:
        return pool.submit(fn, *args).result()
