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

    def __str__(self):
        return f"job {self.job_id}: {self.reason}"

    def __reduce__(self):
        return _again, (type(self), self.job_id, self.reason)


def _again(kind, job_id, reason):
    return kind(job_id=job_id, reason=reason)


class _Worker:
    """What one worker keeps."""

    fn = config = None

    @classmethod
    def begin(cls, parcel):
        cls.fn, cls.config = pickle.loads(parcel)

    @classmethod
    def call(cls, item):
        return cls.fn.__call__(item, cls.config)


def map_with_config(fn, items, config, *, mp_context):
    if problem := pickle_problem(fn):
        raise ValueError(problem)
    parcel = pickle.dumps((fn, config))
    with ProcessPoolExecutor(max_workers=WORKERS, mp_context=mp_context, initializer=_Worker.begin, initargs=[parcel]) as executor:
        return [*executor.map(_Worker.call, items, chunksize=4)]
