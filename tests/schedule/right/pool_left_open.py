# a pool that nobody shuts down
from concurrent.futures import ThreadPoolExecutor


def scenario(together):
    pool = ThreadPoolExecutor(max_workers=2)
    return pool.submit(pow, 2, 3).result() == 8
