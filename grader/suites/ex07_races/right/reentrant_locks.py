# right: RLocks, and methods that call each other
import threading


class Counter:
    def __init__(self):
        self.value = 0
        self.lock = threading.RLock()

    def increment(self, n=1):
        with self.lock:
            self.value += n


class Account:
    def __init__(self, balance=0):
        self.lock = threading.RLock()
        self.balance = balance

    def deposit(self, amount):
        with self.lock:
            self.check(amount)
            self.balance += amount

    def withdraw(self, amount):
        with self.lock:
            self.check(amount)
            if self.balance < amount:
                return False
            self.balance -= amount
            return True

    def check(self, amount):
        with self.lock:
            if amount <= 0:
                raise ValueError("more than zero")


class Once:
    def __init__(self):
        self.lock = threading.RLock()
        self.made = False
        self.value = None

    def get(self, factory):
        with self.lock:
            if not self.made:
                self.value = factory()
                self.made = True
            return self.value
