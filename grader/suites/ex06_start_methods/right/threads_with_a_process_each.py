import pickle
import threading

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


def _work(conn, fn, config):
    conn.send("ready")
    for item in iter(conn.recv, "over"):
        try:
            conn.send((True, fn(item[0], config)))
        except Exception as error:
            conn.send((False, error))


def _drive(mp_context, fn, config, numbered, lock, results, errors):
    here, there = mp_context.Pipe()
    process = mp_context.Process(target=_work, args=(there, fn, config))
    try:
        with lock:
            process.start()
            there.close()
        here.recv()
        while not errors:
            with lock:
                number, item = next(numbered, (None, None))
            if number is None:
                break
            here.send((item,))
            good, value = here.recv()
            if good:
                results[number] = value
            else:
                errors.append(value)
    except Exception as error:
        errors.append(error)
    finally:
        try:
            here.send("over")
        except OSError:
            pass
        process.join()


def map_with_config(fn, items, config, *, mp_context):
    numbered, lock, results, errors = enumerate(items), threading.Lock(), {}, []
    threads = [threading.Thread(target=_drive, args=(mp_context, fn, config, numbered, lock, results, errors)) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return [results[number] for number in sorted(results)]
