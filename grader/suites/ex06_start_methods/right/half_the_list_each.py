import pickle
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

WORKERS = 2


def pickle_problem(obj):
    try:
        pickle.loads(pickle.dumps(obj))
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


@dataclass
class JobFailed(Exception):
    job_id: int | str
    reason: str

    def __post_init__(self):
        super().__init__(self.job_id, self.reason)

    def __str__(self):
        return f"job {self.job_id}: {self.reason}"


def _some(fn, items, config):
    return [fn(item, config) for item in items]


def map_with_config(fn, items, config, *, mp_context):
    items = list(items)
    results = [None] * len(items)
    with ProcessPoolExecutor(WORKERS, mp_context=mp_context) as executor:
        parts = [executor.submit(_some, fn, items[start::WORKERS], config) for start in range(min(WORKERS, len(items)))]
        for start, part in enumerate(parts):
            results[start::WORKERS] = part.result()
    return results
