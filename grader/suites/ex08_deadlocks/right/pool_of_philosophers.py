# right: a pool seats the philosophers
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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

    def philosopher(i):
        for _ in range(meals):
            with contextlib.ExitStack() as held:
                for fork in sorted({i, (i + 1) % n}):
                    held.enter_context(forks[fork])
                eat(i)
        return meals

    with ThreadPoolExecutor(n) as pool:
        return list(pool.map(philosopher, range(n)))


def tree_sum(node, executor):
    nodes = [node]
    for each in nodes:
        nodes.extend(each.children)
    calls = [executor.submit(each.load) for each in nodes]
    return sum(call.result() for call in calls)
