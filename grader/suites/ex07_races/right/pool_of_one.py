# right: a pool with one thread takes the steps one after another
import threading
from concurrent.futures import ThreadPoolExecutor


class Counter:
    def __init__(self):
        self.value = 0
        self.pool = ThreadPoolExecutor(max_workers=1)

    def increment(self, n=1):
        self.pool.submit(self.add, n).result()

    def add(self, n):
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
        self.made = False
        self.value = None

    def get(self, factory):
        with self.lock:
            if not self.made:
                self.value = factory()
                self.made = True
            return self.value
