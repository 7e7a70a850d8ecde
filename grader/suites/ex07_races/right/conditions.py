# right: Conditions where locks would do
import threading


class Counter:
    def __init__(self):
        self.value = 0
        self.lock = threading.Condition()

    def increment(self, n=1):
        with self.lock:
            self.value += n


class Account:
    def __init__(self, balance=0):
        self.balance = balance
        self.lock = threading.Condition()

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
        self.changed = threading.Condition()
        self.state = "empty"
        self.value = None

    def get(self, factory):
        with self.changed:
            while self.state == "working":
                self.changed.wait()
            if self.state == "made":
                return self.value
            self.state = "working"
        try:
            value = factory()
        except BaseException:
            with self.changed:
                self.state = "empty"
                self.changed.notify_all()
            raise
        with self.changed:
            self.value, self.state = value, "made"
            self.changed.notify_all()
        return value
