# error: asks once whether there is something, and finds nothing
import threading


class Buffer:
    def __init__(self):
        self.items = []
        self.changed = threading.Condition()

    def put(self, item):
        with self.changed:
            if len(self.items) >= 1:
                self.changed.wait()
            self.items.append(item)
            self.changed.notify_all()

    def get(self):
        with self.changed:
            if not self.items:
                self.changed.wait()
            item = self.items.pop(0)
            self.changed.notify_all()
            return item


def scenario(together):
    buffer, got = Buffer(), []
    together(lambda: got.append(buffer.get()), lambda: got.append(buffer.get()), lambda: buffer.put(1), lambda: buffer.put(2))
    return sorted(got) == [1, 2]
