# fails: 07a.error | should raise TypeError
import threading


class Counter:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def increment(self, n=1):
        with self.lock:
            try:
                self.value += n
            except TypeError:
                pass


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
