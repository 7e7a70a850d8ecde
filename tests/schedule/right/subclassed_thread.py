# a subclass with a run of its own
import threading


class Worker(threading.Thread):
    total = 0
    lock = threading.Lock()

    def run(self):
        with Worker.lock:
            Worker.total += 1


def scenario(together):
    workers = [Worker() for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return Worker.total == 2 and not any(worker.is_alive() for worker in workers)
