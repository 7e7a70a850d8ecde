# right: a decorator holds the lock
import functools
import threading


def locked(method):
    @functools.wraps(method)
    def guarded(self, *args, **kwargs):
        with self.lock:
            return method(self, *args, **kwargs)

    return guarded


class Counter:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    @locked
    def increment(self, n=1):
        self.value += n


class Account:
    def __init__(self, balance=0):
        self.balance = balance
        self.lock = threading.Lock()

    @locked
    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("no such amount")
        self.balance += amount

    @locked
    def withdraw(self, amount):
        if amount <= 0:
            raise ValueError("no such amount")
        if amount > self.balance:
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
