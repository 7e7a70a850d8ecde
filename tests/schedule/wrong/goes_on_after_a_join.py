# endless: two threads tick, and the one that is joined is not the only one
import threading


class Ticker:
    def __init__(self, fn):
        self.fn = fn

    def start(self):
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.run, args=(self.over,))
        self.thread.start()

    def run(self, over):
        while not over.wait(1):
            self.fn()

    def stop(self):
        self.over.set()
        self.thread.join()


def scenario(together):
    calls, first = [], threading.Event()

    def fn():
        calls.append(1)
        first.set()

    ticker = Ticker(fn)
    threads = [threading.Thread(target=ticker.start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first.wait()
    ticker.stop()
    return True
