import io
import pickle
import traceback
from concurrent.futures import ProcessPoolExecutor

WORKERS = 2


def pickle_problem(obj):
    buffer = io.BytesIO()
    try:
        pickle.Pickler(buffer, pickle.HIGHEST_PROTOCOL).dump(obj)
        buffer.seek(0)
        pickle.Unpickler(buffer).load()
    except Exception as error:
        return "".join(traceback.format_exception_only(error)).strip()


class JobFailed(Exception):
    def __init__(self, job_id, reason):
        super().__init__(f"job {job_id}: {reason}")
        self.job_id = job_id
        self.reason = reason

    def __reduce__(self):
        return type(self), (self.job_id, self.reason)


_fn = _config = None


def _begin(fn, config):
    global _fn, _config
    _fn, _config = fn, config


def _call(item):
    return _fn(item, _config)


def map_with_config(fn, items, config, *, mp_context):
    with ProcessPoolExecutor(WORKERS, mp_context, _begin, (fn, config)) as executor:
        calls = [executor.submit(_call, item) for item in items]
        return [call.result() for call in calls]
