# fails: 06a.leaving, 06a.arriving | Only the attempt can tell
import pickle
import threading
import types
from concurrent.futures import ProcessPoolExecutor

WORKERS = 2


LOCK = type(threading.Lock())


def pickle_problem(obj):
    if isinstance(obj, (types.GeneratorType, LOCK)):
        return f"TypeError: cannot pickle '{type(obj).__name__}' object"
    if getattr(obj, "__name__", "") == "<lambda>":
        return "PicklingError: Can't pickle a lambda"
    return None


class JobFailed(Exception):
    def __init__(self, job_id, reason):
        super().__init__(job_id, reason)
        self.job_id = job_id
        self.reason = reason

    def __str__(self):
        return f"job {self.job_id}: {self.reason}"


_fn = _config = None


def _begin(fn, config):
    global _fn, _config
    _fn, _config = fn, config


def _call(item):
    return _fn(item, _config)


def map_with_config(fn, items, config, *, mp_context):
    with ProcessPoolExecutor(WORKERS, mp_context, _begin, (fn, config)) as executor:
        return list(executor.map(_call, items))
