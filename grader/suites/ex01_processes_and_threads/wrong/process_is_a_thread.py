# fails: 01b.process | fn ran in a thread of your own process
from concurrent.futures import ThreadPoolExecutor


def run_in_thread(fn, /, *args, **kwargs):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(fn, *args, **kwargs).result()


def run_in_process(fn, /, *args):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(fn, *args).result()
