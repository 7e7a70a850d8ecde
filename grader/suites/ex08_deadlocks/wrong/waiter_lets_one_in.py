# fails: 08b.both | lets one eat at a time
import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(eq=False)
class Account:
    number: int
    balance: int
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(eq=False)
class Node:
    load: Callable[[], int]
    children: list["Node"] = field(default_factory=list)


def transfer(source, target, amount):
    if source is target:
        with source.lock:
            return source.balance >= amount
    first, second = sorted((source, target), key=lambda account: account.number)
    with first.lock, second.lock:
        if source.balance < amount:
            return False
        source.balance -= amount
        target.balance += amount
        return True


def dine(n, meals, eat):
    forks = [threading.Lock() for _ in range(n)]
    eaten = [0] * n
    waiter = threading.Semaphore(1)

    def philosopher(i):
        left, right = forks[i], forks[(i + 1) % n]
        for _ in range(meals):
            if n == 1:
                with left:
                    eat(i)
            else:
                with waiter, left, right:
                    eat(i)
            eaten[i] += 1

    threads = [threading.Thread(target=philosopher, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return eaten


def tree_sum(node, executor):
    nodes = [node]
    for each in nodes:
        nodes.extend(each.children)
    calls = [executor.submit(each.load) for each in nodes]
    return sum(call.result() for call in calls)
