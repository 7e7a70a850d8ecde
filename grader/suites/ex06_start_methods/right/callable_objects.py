import pickle
from concurrent.futures import ProcessPoolExecutor

WORKERS = 2


def pickle_problem(obj):
    def attempt(step, thing):
        try:
            return step(thing), None
        except Exception as error:
            return None, f"It does not travel, for {step.__name__} raised {error!r}."

    data, problem = attempt(pickle.dumps, obj)
    if problem is None:
        _, problem = attempt(pickle.loads, data)
    return problem


class JobFailed(Exception):
    def __init__(self, *args, **named):
        job_id, reason = self._bind(*args, **named)
        super().__init__(job_id, reason)
        vars(self).update(job_id=job_id, reason=reason)

    @staticmethod
    def _bind(job_id, reason):
        return job_id, reason

    def __str__(self):
        return f"job {self.job_id}: {self.reason}"


class Caller:
    """Pickles as itself without the config, which each worker has already."""

    configs = {}

    def __init__(self, fn):
        self.fn = fn

    def __call__(self, item):
        return self.fn(item, Caller.configs["now"])


def _keep(config):
    Caller.configs["now"] = config


def map_with_config(fn, items, config, *, mp_context):
    executor = ProcessPoolExecutor(WORKERS, mp_context, _keep, (config,))
    try:
        calls = [executor.submit(Caller(fn), item) for item in items]
        return [call.result() for call in calls]
    finally:
        executor.shutdown(cancel_futures=True)
