# fails: 06c.processes, 06c.error | one process for each item
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


def _work(conn, fn, item, config):
    conn.send(fn(item, config))
    conn.close()


def map_with_config(fn, items, config, *, mp_context):
    running = []
    for item in items:
        here, there = mp_context.Pipe()
        process = mp_context.Process(target=_work, args=(there, fn, item, config))
        process.start()
        there.close()
        running.append((process, here))
    results = [here.recv() for _, here in running]
    for process, _ in running:
        process.join()
    return results
