import pickle
from multiprocessing.connection import wait

WORKERS = 2


def pickle_problem(obj):
    step = "pickling"
    try:
        data = pickle.dumps(obj)
        step = "unpickling"
        pickle.loads(data)
    except Exception as error:
        return f"{step} it raised {type(error).__qualname__}, {error}."
    else:
        return None


class JobFailed(Exception):
    def __init__(self, job_id, reason):
        super().__init__(job_id, reason)
        self.job_id = job_id
        self.reason = reason

    def __str__(self):
        return f"job {self.job_id}: {self.reason}"


# A process for each worker, and a pipe to it. A worker that dies leaves its pipe at its end: recv raises EOFError.
# The other way round that would not do: a fork holds copies of the pipes made before it. So None says that it is over.
def _work(conn, fn, config):
    while (message := conn.recv()) is not None:
        try:
            reply = True, fn(message[0], config)
        except Exception as error:
            reply = False, error
        conn.send(reply)


def map_with_config(fn, items, config, *, mp_context):
    results, failed, numbered = {}, [], enumerate(items)
    conns, workers = {}, []
    try:
        for _ in range(WORKERS):
            here, there = mp_context.Pipe()
            worker = mp_context.Process(target=_work, args=(there, fn, config))
            worker.start()
            there.close()
            workers.append(worker)
            conns[here] = None
        idle = list(conns)
        busy = set()
        while True:
            while idle and not failed:
                number, item = next(numbered, (None, None))
                if number is None:
                    break
                conn = idle.pop()
                conns[conn] = number
                conn.send((item,))
                busy.add(conn)
            if not busy:
                break
            for conn in wait(list(busy)):
                busy.discard(conn)
                good, value = conn.recv()
                if good:
                    results[conns[conn]] = value
                else:
                    failed.append(value)
                idle.append(conn)
    finally:
        for conn in conns:
            try:
                conn.send(None)
            except OSError:
                pass  # this worker has died, and its recv above has told
        for worker in workers:
            worker.join()
    if failed:
        raise failed[0]
    return [results[number] for number in range(len(results))]
