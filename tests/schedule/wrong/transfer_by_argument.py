# deadlock: each takes its own source first
import threading


class Account:
    def __init__(self, number, balance):
        self.number = number
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount):
    first, second = source, target
    with first.lock:
        with second.lock:
            source.balance -= amount
            target.balance += amount


def scenario(together):
    one, other = Account(0, 100), Account(1, 100)
    together(lambda: transfer(one, other, 10), lambda: transfer(other, one, 5))
    return (one.balance, other.balance) == (95, 105)
