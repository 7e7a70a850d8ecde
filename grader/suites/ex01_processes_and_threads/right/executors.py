# right: a pool of one worker, used once and closed
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor


def run_in_thread(fn, /, *args, **kwargs):
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(fn, *args, **kwargs).result()


def run_in_process(fn, /, *args):
    with ProcessPoolExecutor(max_workers=1) as pool:
        return pool.submit(fn, *args).result()
