# right: an event loop that lives for one call
import asyncio
from concurrent.futures import ProcessPoolExecutor


def run_in_thread(fn, /, *args, **kwargs):
    return asyncio.run(asyncio.to_thread(fn, *args, **kwargs))


async def in_pool(fn, args):
    with ProcessPoolExecutor(1) as pool:
        return await asyncio.get_running_loop().run_in_executor(pool, fn, *args)


def run_in_process(fn, /, *args):
    return asyncio.run(in_pool(fn, args))
