# right: multiprocessing's two pools, closed and joined by hand
import multiprocessing
from multiprocessing.pool import ThreadPool


def once(pool, fn, args, kwargs):
    try:
        return pool.apply(fn, args, kwargs)
    finally:
        pool.close()
        pool.join()


def run_in_thread(fn, /, *args, **kwargs):
    return once(ThreadPool(3), fn, args, kwargs)


def run_in_process(fn, /, *args):
    return once(multiprocessing.Pool(2), fn, args, {})
