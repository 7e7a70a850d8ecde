# fails: 03a.timeout | asked 5 times
import urllib.request, http.client, urllib.parse
from concurrent.futures import *
def load_url(url, timeout):
    with urllib.request.urlopen(url, timeout=timeout) as r: return r.read()
def load_all(urls, *, timeout=5.0, max_workers=5, fetch=load_url):
    urls = list(dict.fromkeys(urls)); res = {}
    with ThreadPoolExecutor(max_workers) as ex:
        fs = {ex.submit(fetch, u, timeout): u for u in urls}
        for f in as_completed(fs):
            try: res[fs[f]] = f.result()
            except Exception as e: res[fs[f]] = e
    return res
def first_ok(urls, *, fetch, max_workers=5):
    urls = list(urls)
    if not urls: raise ValueError
    ex = ThreadPoolExecutor(max_workers); errs = []
    try:
        fs = {ex.submit(fetch, u): u for u in urls}
        for f in as_completed(fs):
            if f.exception() is None: return fs[f], f.result()
            errs.append(f.exception())
        raise ExceptionGroup("x", errs)
    finally: ex.shutdown(wait=False, cancel_futures=True)

def load_url(url, timeout):
    for _ in range(5):
        try:
            with urllib.request.urlopen(url, timeout=timeout) as r: return r.read()
        except Exception as e: err = e
    raise err
