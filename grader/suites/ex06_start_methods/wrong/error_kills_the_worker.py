# fails: 06c.error, 06c.lost | The worker ended with the error and sent nothing
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
        done.put((number, fn(item, config)))


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
    results = dict(done.get() for _ in range(count))
    for worker in workers:
        worker.join()
    return [results[number] for number in range(count)]
