# deadlock: nobody waits yet when it notifies
import threading


class Signal:
    def __init__(self):
        self.changed = threading.Condition()

    def wait(self):
        with self.changed:
            self.changed.wait()

    def notify(self):
        with self.changed:
            self.changed.notify()


def scenario(together):
    signal = Signal()
    together(signal.wait, signal.notify)
    return True
