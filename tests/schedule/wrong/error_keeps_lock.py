# deadlock: an error leaves the lock taken
import threading


class Ledger:
    def __init__(self):
        self.lock = threading.Lock()
        self.total = 0

    def add(self, part):
        self.lock.acquire()
        self.total += 10 // part
        self.lock.release()


def scenario(together):
    ledger, failed = Ledger(), []

    def add(part):
        try:
            ledger.add(part)
        except ZeroDivisionError:
            failed.append(part)

    together(lambda: add(0), lambda: add(5))
    return ledger.total == 2
