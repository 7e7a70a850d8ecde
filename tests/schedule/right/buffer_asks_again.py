# asks again after each wait
import threading


class Buffer:
    def __init__(self):
        self.items = []
        self.changed = threading.Condition()

    def put(self, item):
        with self.changed:
            while len(self.items) >= 1:
                self.changed.wait()
            self.items.append(item)
            self.changed.notify_all()

    def get(self):
        with self.changed:
            while not self.items:
                self.changed.wait()
            item = self.items.pop(0)
            self.changed.notify_all()
            return item


def scenario(together):
    buffer, got = Buffer(), []
    together(lambda: got.append(buffer.get()), lambda: buffer.put(1))
    return sorted(got) == [1]
