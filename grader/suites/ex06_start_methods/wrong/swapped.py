# fails: 06b.pool | args has to be in the order of the parameters
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
        super().__init__(reason, job_id)

    @property
    def job_id(self):
        return self.args[1]

    @property
    def reason(self):
        return self.args[0]

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
