# deadlock: the only worker waits for a task behind it
from concurrent.futures import ThreadPoolExecutor


def scenario(together):
    with ThreadPoolExecutor(max_workers=1) as pool:

        def outer():
            return pool.submit(lambda: 1).result()

        return pool.submit(outer).result() == 1
