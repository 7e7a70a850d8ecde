# returned: a class attribute without a lock
import threading


class Worker(threading.Thread):
    total = 0

    def run(self):
        Worker.total += 1


def scenario(together):
    workers = [Worker() for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return Worker.total == 2
