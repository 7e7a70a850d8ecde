# fails: 06b.made | is that of their tuple
import pickle
from concurrent.futures import ProcessPoolExecutor

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


_fn = _config = None


def _begin(fn, config):
    global _fn, _config
    _fn, _config = fn, config


def _call(item):
    return _fn(item, _config)


def map_with_config(fn, items, config, *, mp_context):
    with ProcessPoolExecutor(WORKERS, mp_context, _begin, (fn, config)) as executor:
        return list(executor.map(_call, items))
