import pickle

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

    @property
    def job_id(self):
        return self.args[0]

    @property
    def reason(self):
        return self.args[1]

    def __str__(self):
        return f"job {self.job_id}: {self.reason}"


_parcel = None


def _begin(parcel):
    global _parcel
    _parcel = parcel


def _call(item):
    global _parcel
    if isinstance(_parcel, bytes):
        _parcel = pickle.loads(_parcel)
    fn, config = _parcel
    return fn(item, config)


def map_with_config(fn, items, config, *, mp_context):
    pool = mp_context.Pool(WORKERS, _begin, [pickle.dumps((fn, config))])
    try:
        results = list(pool.imap(_call, items, chunksize=8))
    except BaseException:
        pool.terminate()
        raise
    else:
        pool.close()
    finally:
        pool.join()
    return results
