# an error frees the lock
import threading


class Ledger:
    def __init__(self):
        self.lock = threading.Lock()
        self.total = 0

    def add(self, part):
        with self.lock:
            self.total += 10 // part


def scenario(together):
    ledger, failed = Ledger(), []

    def add(part):
        try:
            ledger.add(part)
        except ZeroDivisionError:
            failed.append(part)

    together(lambda: add(0), lambda: add(5))
    return ledger.total == 2
