"""Small programs that two schedulers can run: an object, the methods that its threads call, and what must hold at the end.

Those whose name ends in `_wrong` can fail in some order; the others hold in every one.
"""

import queue
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor


class update_wrong:
    threads = ("add", "add")

    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def add(self):
        self.value += 1

    def holds(self):
        return self.value == 2


class update(update_wrong):
    def add(self):
        with self.lock:
            self.value += 1


class transfer_wrong:
    threads = ("there", "back")

    def __init__(self):
        self.locks = [threading.Lock(), threading.Lock()]
        self.balances = [100, 100]

    def there(self):
        self.move(0, 1)

    def back(self):
        self.move(1, 0)

    def move(self, source, target):
        with self.locks[source]:
            with self.locks[target]:
                self.balances[source] -= 10
                self.balances[target] += 10

    def holds(self):
        return self.balances == [100, 100]


class transfer(transfer_wrong):
    def move(self, source, target):
        with self.locks[min(source, target)]:
            with self.locks[max(source, target)]:
                self.balances[source] -= 10
                self.balances[target] += 10


class cache_wrong:
    threads = ("get", "get")

    def __init__(self):
        self.found = {}
        self.loads = 0
        self.lock = threading.Lock()

    def get(self):
        if 3 not in self.found:
            self.load()

    def load(self):
        self.loads += 1
        self.found[3] = 9

    def holds(self):
        return self.loads == 1


class cache(cache_wrong):
    def get(self):
        if 3 not in self.found:
            with self.lock:
                if 3 not in self.found:
                    self.load()


class buffer_wrong:
    threads = ("take", "take", "put", "put")

    def __init__(self):
        self.items = deque()
        self.changed = threading.Condition()
        self.taken = []

    def put(self):
        with self.changed:
            while len(self.items) == 1:
                self.changed.wait()
            self.items.append(1)
            self.changed.notify_all()

    def take(self):
        with self.changed:
            if not self.items:
                self.changed.wait()
            self.taken.append(self.items.popleft())
            self.changed.notify_all()

    def holds(self):
        return self.taken == [1, 1]


class buffer(buffer_wrong):
    def take(self):
        with self.changed:
            while not self.items:
                self.changed.wait()
            self.taken.append(self.items.popleft())
            self.changed.notify_all()


class dinner_wrong:
    threads = ("first", "second", "third")

    def __init__(self):
        self.forks = [threading.Lock() for _ in range(3)]
        self.meals = [0, 0, 0]

    def first(self):
        self.eat(0, 0, 1)

    def second(self):
        self.eat(1, 1, 2)

    def third(self):
        self.eat(2, 2, 0)

    def eat(self, seat, left, right):
        with self.forks[left]:
            with self.forks[right]:
                self.meals[seat] += 1

    def holds(self):
        return self.meals == [1, 1, 1]


class dinner(dinner_wrong):
    def third(self):
        self.eat(2, 0, 2)


class pool_wrong:
    threads = ("run",)

    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def add(self):
        self.value += 1

    def run(self):
        with ThreadPoolExecutor(2) as pool:
            for added in [pool.submit(self.add) for _ in range(2)]:
                added.result()

    def holds(self):
        return self.value == 2


class pool(pool_wrong):
    def add(self):
        with self.lock:
            self.value += 1


class pipeline_wrong:
    threads = ("take", "take")

    def __init__(self):
        self.line = queue.Queue()
        self.line.put(1)
        self.taken = []

    def take(self):
        if not self.line.empty():
            self.taken.append(self.line.get())

    def holds(self):
        return self.taken == [1]


class pipeline(pipeline_wrong):
    def take(self):
        try:
            self.taken.append(self.line.get_nowait())
        except queue.Empty:
            pass


class event_wrong:
    threads = ("set", "read")

    def __init__(self):
        self.ready = threading.Event()
        self.data = None
        self.seen = []

    def set(self):
        self.ready.set()
        self.data = 42

    def read(self):
        self.ready.wait()
        self.seen.append(self.data)

    def holds(self):
        return self.seen == [42]


class event(event_wrong):
    def set(self):
        self.data = 42
        self.ready.set()


class semaphore_wrong:
    threads = ("add", "add")
    size = 2

    def __init__(self):
        self.value = 0
        self.gate = threading.Semaphore(self.size)

    def add(self):
        with self.gate:
            self.value += 1

    def holds(self):
        return self.value == 2


class semaphore(semaphore_wrong):
    size = 1
