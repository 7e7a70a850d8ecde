# a task with a pool of its own
from concurrent.futures import ThreadPoolExecutor


def inner(number):
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(pow, number, 2).result()


def scenario(together):
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(inner, 3).result() == 9
