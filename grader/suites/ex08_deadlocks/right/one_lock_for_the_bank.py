# right: a global lock, a waiter and map
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


BANK = threading.Lock()


def transfer(source, target, amount):
    with BANK:
        if source.balance < amount:
            return False
        source.balance -= amount
        target.balance += amount
        return True


def dine(n, meals, eat):
    forks = [threading.Lock() for _ in range(n)]
    eaten = [0] * n
    waiter = threading.Semaphore(max(1, n - 1))

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
    def everybody(node):
        yield node
        for child in node.children:
            yield from everybody(child)

    return sum(executor.map(lambda each: each.load(), everybody(node)))
