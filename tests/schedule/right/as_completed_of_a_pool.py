# takes results as they come
from concurrent.futures import ThreadPoolExecutor, as_completed


def scenario(together):
    with ThreadPoolExecutor(max_workers=2) as pool:
        calls = {pool.submit(pow, number, 2): number for number in range(2)}
        return sorted((calls[call], call.result()) for call in as_completed(calls)) == [(0, 0), (1, 1)]
