# right: asyncio.to_thread and a semaphore, on a pool as large as asked
import asyncio
import urllib.request
from concurrent.futures import ThreadPoolExecutor


def load_url(url: str, timeout: float) -> bytes:
    with urllib.request.urlopen(url, timeout=timeout) as page:
        return page.read()


def load_all(urls, *, timeout=5.0, max_workers=5, fetch=load_url):
    unique = list(dict.fromkeys(urls))

    async def one(url, gate):
        async with gate:
            try:
                return url, await asyncio.to_thread(fetch, url, timeout)
            except Exception as error:
                return url, error

    async def everything():
        # to_thread's own pool has about as many threads as the machine has cores, plus 4.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(max_workers))
        gate = asyncio.Semaphore(max_workers)
        return dict(await asyncio.gather(*(one(url, gate) for url in unique)))

    return asyncio.run(everything())


def first_ok(urls, *, fetch, max_workers=5):
    unique = list(urls)
    if not unique:
        raise ValueError("empty")
    pool = ThreadPoolExecutor(max_workers)

    async def race():
        loop = asyncio.get_running_loop()

        async def one(url):
            return url, await loop.run_in_executor(pool, fetch, url)

        tasks = [asyncio.ensure_future(one(url)) for url in unique]
        errors = []
        for task in asyncio.as_completed(tasks):
            try:
                return await task
            except Exception as error:
                errors.append(error)
        raise ExceptionGroup("nothing loaded", errors)

    try:
        return asyncio.run(race())
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
