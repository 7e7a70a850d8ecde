# returned: two may enter where one should
import threading


class Gate:
    def __init__(self):
        self.places = threading.Semaphore(2)
        self.value = 0

    def work(self):
        with self.places:
            value = self.value
            self.value = value + 1


def scenario(together):
    gate = Gate()
    together(gate.work, gate.work)
    return gate.value == 2
