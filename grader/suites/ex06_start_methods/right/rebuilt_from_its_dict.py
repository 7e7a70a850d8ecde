import pickle
import sys
from concurrent.futures import ProcessPoolExecutor

WORKERS = 2


def pickle_problem(obj, _trip=lambda obj: pickle.loads(pickle.dumps(obj))):
    problem = None
    try:
        _trip(obj)
    except Exception:
        kind, error = sys.exc_info()[:2]
        problem = kind.__name__ + ": " + str(error)
    finally:
        pass
    return problem


def _rebuild(cls, state):
    error = cls.__new__(cls)
    error.__dict__.update(state)
    return error


class JobFailed(Exception):
    def __init__(self, job_id, reason):
        self.job_id = job_id
        self.reason = reason
        super().__init__(f"job {job_id}: {reason}")

    def __reduce_ex__(self, protocol):
        return _rebuild, (type(self), dict(self.__dict__))

    def __str__(self):
        return f"job {self.job_id}: {self.reason}"


_fn = _config = None


def _begin(fn, config):
    global _fn, _config
    _fn, _config = fn, config


def _call(item):
    return _fn(item, _config)


def map_with_config(fn, items, config, *, mp_context):
    with ProcessPoolExecutor(max_workers=WORKERS, mp_context=mp_context, initializer=_begin, initargs=(fn, config)) as executor:
        return list(executor.map(_call, items))
