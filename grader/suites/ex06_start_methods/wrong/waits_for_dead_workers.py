# fails: 06c.lost | Nobody told the parent
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
        self.job_id = job_id
        self.reason = reason

    def __str__(self):
        return f"job {self.job_id}: {self.reason}"


def _work(fn, config, todo, done):
    for number, item in iter(todo.get, None):
        try:
            done.put((number, fn(item, config), None))
        except Exception as error:
            done.put((number, None, error))


def map_with_config(fn, items, config, *, mp_context):
    todo, done = mp_context.Queue(), mp_context.Queue()
    workers = [mp_context.Process(target=_work, args=(fn, config, todo, done)) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    count = 0
    for count, item in enumerate(items, 1):
        todo.put((count - 1, item))
    for _ in workers:
        todo.put(None)
    results, failed = [None] * count, None
    for _ in range(count):
        number, results[number], error = done.get()
        failed = failed or error
    for worker in workers:
        worker.join()
    if failed:
        raise failed
    return results
