# fails: 06c.results | may have any name
import pickle
from concurrent.futures import ProcessPoolExecutor
from functools import partial

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


def map_with_config(fn, items, config, *, mp_context):
    with ProcessPoolExecutor(WORKERS, mp_context) as executor:
        return list(executor.map(partial(fn, config=config), items))
