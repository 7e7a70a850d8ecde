# right: the first caller makes a Future, the others wait for it
import threading
from concurrent.futures import Future


class Counter:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def increment(self, n=1):
        with self.lock:
            self.value += n


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
        self.future = None

    def get(self, factory):
        with self.lock:
            mine = self.future is None
            if mine:
                self.future = Future()
            future = self.future
        if not mine:
            return future.result()
        try:
            value = factory()
        except BaseException as error:
            with self.lock:
                self.future = None
            future.set_exception(error)
            raise
        future.set_result(value)
        return value
