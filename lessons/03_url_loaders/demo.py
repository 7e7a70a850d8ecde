"""Five pages, read side by side. `--live URL ...` loads real addresses."""

import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress

from bundled_site import PAGES, Door, bundled_site

WORKERS = 5


# Retrieve a single page and report the URL and contents
def load_url(url, timeout):
    with urllib.request.urlopen(url, timeout=timeout) as conn:
        return conn.read()


def load_and_print(urls, base="", pace=iter):
    # We can use a with statement to ensure threads are cleaned up promptly
    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        # Start the load operations and mark each future with its URL
        future_to_url = {
            pool.submit(load_url, url, 60): url for url in urls
        }
        for future in pace(as_completed(future_to_url)):
            page = future_to_url[future].removeprefix(base)
            try:
                data = future.result()
            except Exception as exc:
                kind = type(exc).__name__
                print(f"  {page!r} generated an exception: {kind}")
            else:
                print(f"  {page!r} page is {len(data)} bytes")


def submit_then_result(urls):
    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        for url in urls:
            with suppress(Exception):
                pool.submit(load_url, url, 60).result()


def load_with_map(urls):
    kept = 0
    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        try:
            for data in pool.map(load_url, urls, [60] * len(urls)):
                kept += 1
        except Exception as exc:
            print(f"  kept {kept} pages, then {type(exc).__name__}")


def main():
    if sys.argv[1:2] == ["--live"]:
        return load_and_print(sys.argv[2:])
    print("as_completed")
    with bundled_site(door := Door(WORKERS, paced=True)) as base:
        load_and_print([base + page for page in PAGES], base, door.pace)
    print(f"  requests at the site at once: {door.most}")
    print("submit(...).result() in a loop")
    with bundled_site(door := Door()) as base:
        submit_then_result([base + page for page in PAGES])
    print(f"  requests at the site at once: {door.most}")
    print("map")
    with bundled_site(door := Door(WORKERS)) as base:
        load_with_map([base + page for page in PAGES])
    print(f"  requests that the site answered: {door.total}")
    print("a page that never comes")
    with bundled_site(Door(together=2)) as base:
        try:
            load_url(base + "/front", 0.2)
        except Exception as exc:
            print(f"  {type(exc).__name__}: {exc}")


if __name__ == "__main__":
    main()
