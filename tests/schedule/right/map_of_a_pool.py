# maps over a pool
from concurrent.futures import ThreadPoolExecutor


def scenario(together):
    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(lambda number: number + 1, range(3))) == [1, 2, 3]
