import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import shared_memory

WORKERS = 2


def pickle_problem(obj):
    try:
        pickle.loads(pickle.dumps(obj))
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


class JobFailed(Exception):
    def __init__(self, job_id, reason):
        super().__init__(job_id, reason)
        self.job_id = job_id
        self.reason = reason

    def __str__(self):
        return f"job {self.job_id}: {self.reason}"


_kept = None


def _open(name, size):
    global _kept
    memory = shared_memory.SharedMemory(name=name)
    try:
        _kept = pickle.loads(bytes(memory.buf[:size]))
    finally:
        memory.close()


def _call(item):
    return _kept[0](item, _kept[1])


def map_with_config(fn, items, config, *, mp_context):
    data = pickle.dumps((fn, config))
    memory = shared_memory.SharedMemory(create=True, size=len(data))
    try:
        memory.buf[: len(data)] = data
        with ProcessPoolExecutor(WORKERS, mp_context=mp_context, initializer=_open, initargs=(memory.name, len(data))) as pool:
            return list(pool.map(_call, items))
    finally:
        memory.close()
        memory.unlink()
