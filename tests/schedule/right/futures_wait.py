# waits for the first, then for all
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait


def scenario(together):
    with ThreadPoolExecutor(max_workers=2) as pool:
        calls = [pool.submit(pow, number, 2) for number in (2, 3)]
        done, _ = wait(calls, return_when=FIRST_COMPLETED)
        some = len(done)
        done, late = wait(calls)
        return some in (1, 2) and len(done) == 2 and not late
