# right: TODO: another correct way, and what is different in it
from concurrent.futures import ThreadPoolExecutor


def run_SLUG(fn, items):
    items = list(items)
    with ThreadPoolExecutor(max_workers=len(items)) as pool:
        list(pool.map(fn, items))
