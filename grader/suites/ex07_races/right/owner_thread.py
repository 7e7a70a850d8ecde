# right: one thread owns each object, the others send it their wishes
import queue
import threading
from concurrent.futures import Future


class Counter:
    def __init__(self):
        self.value = 0
        self.wishes = queue.Queue()
        threading.Thread(target=self.work, daemon=True).start()

    def work(self):
        while True:
            n, done = self.wishes.get()
            try:
                self.value += n
                done.set_result(None)
            except Exception as error:
                done.set_exception(error)

    def increment(self, n=1):
        done = Future()
        self.wishes.put((n, done))
        done.result()


class Account:
    def __init__(self, balance=0):
        self.balance = balance
        self.lock = threading.Lock()

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError(amount)
        with self.lock:
            self.balance += amount

    def withdraw(self, amount):
        if amount <= 0:
            raise ValueError(amount)
        with self.lock:
            if self.balance < amount:
                return False
            self.balance -= amount
            return True


class Once:
    def __init__(self):
        self.lock = threading.Lock()
        self.made = False
        self.value = None

    def get(self, factory):
        with self.lock:
            if not self.made:
                self.value = factory()
                self.made = True
            return self.value
