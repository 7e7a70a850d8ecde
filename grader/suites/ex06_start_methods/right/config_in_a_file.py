import functools
import os
import pickle
import tempfile
from concurrent.futures import ProcessPoolExecutor

WORKERS = 2


def pickle_problem(obj):
    try:
        pickle.loads(pickle.dumps(obj))
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


class JobFailed(Exception):
    def __new__(cls, job_id, reason):
        error = super().__new__(cls, job_id, reason)
        error.args = job_id, reason
        return error

    def __init__(self, job_id, reason):
        self.job_id, self.reason = job_id, reason

    def __str__(self):
        return f"job {self.job_id}: {self.reason}"


_kept = {}


def _call(path, item):
    if path not in _kept:
        with open(path, "rb") as file:
            _kept[path] = pickle.load(file)
    fn, config = _kept[path]
    return fn(item, config)


def map_with_config(fn, items, config, *, mp_context):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "config")
        with open(path, "wb") as file:
            pickle.dump((fn, config), file)
        with ProcessPoolExecutor(WORKERS, mp_context) as executor:
            return list(executor.map(functools.partial(_call, path), items))
