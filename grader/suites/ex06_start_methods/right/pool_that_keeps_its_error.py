import pickle
from multiprocessing.reduction import ForkingPickler

WORKERS = 2


def pickle_problem(obj):
    try:
        ForkingPickler.loads(ForkingPickler.dumps(obj))
    except Exception as error:
        return repr(error)


class JobFailed(Exception):
    def __init__(self, job_id, reason):
        self.job_id = job_id
        self.reason = reason
        self.args = job_id, reason

    def __str__(self):
        return "job {}: {}".format(*self.args)


# A worker of multiprocessing.Pool that dies at its start is replaced for ever. So nothing that may raise happens there:
# the config comes as bytes, and the first item that asks for it meets the error.
_parcel = _contents = None


def _begin(parcel):
    global _parcel
    _parcel = parcel


def _call(item):
    global _contents
    if _contents is None:
        _contents = pickle.loads(_parcel)
    fn, config = _contents
    return fn(item, config)


def map_with_config(fn, items, config, *, mp_context):
    with mp_context.Pool(WORKERS, _begin, (pickle.dumps((fn, config)),)) as pool:
        return pool.map(_call, items, chunksize=1)
