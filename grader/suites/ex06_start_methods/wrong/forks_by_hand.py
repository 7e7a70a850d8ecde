# fails: 06c.context | They were started by another way
import os
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


def map_with_config(fn, items, config, *, mp_context):
    items = list(items)
    children = []
    for start in range(WORKERS):
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            found = []
            for item in items[start::WORKERS]:
                try:
                    found.append((fn(item, config), None))
                except Exception as error:
                    found.append((None, error))
            with open(write, "wb") as file:
                pickle.dump(found, file)
            os._exit(0)
        os.close(write)
        children.append((pid, read))
    results = [None] * len(items)
    for start, (pid, read) in enumerate(children):
        with open(read, "rb") as file:
            results[start::WORKERS] = pickle.load(file)
        os.waitpid(pid, 0)
    for _, error in results:
        if error:
            raise error
    return [value for value, _ in results]
