"""Solution 08: three programs in which threads wait for each other, and none for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field


@dataclass(eq=False)
class Account:
    """An account of a bank. No two accounts have the same number."""

    number: int
    balance: int
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(eq=False)
class Node:
    """A tree: something that can be loaded, and the trees below it."""

    load: Callable[[], int]
    children: list[Node] = field(default_factory=list)


def transfer(source: Account, target: Account, amount: int) -> bool:
    """Move `amount` from one account to the other; move nothing if there is less."""
    # One account has one lock, and taking it twice would wait for ever.
    if source is target:
        with source.lock:
            return source.balance >= amount
    # Everybody takes the lower number first. Then nobody who holds a lock waits
    # for a lower one, and no circle can close. The order must be one that never
    # changes: numbers do not, balances do.
    first, second = sorted((source, target), key=lambda account: account.number)
    with first.lock, second.lock:
        if source.balance < amount:
            return False
        source.balance -= amount
        target.balance += amount
        return True


def dine(n: int, meals: int, eat: Callable[[int], None]) -> list[int]:
    """Let `n` philosophers eat `meals` times each; how often each of them has eaten."""
    forks = [threading.Lock() for _ in range(n)]
    eaten = [0] * n

    def philosopher(i: int) -> None:
        # The set takes care of the one who dines alone: his two forks are one.
        mine = sorted({i, (i + 1) % n})
        for _ in range(meals):
            for fork in mine:
                forks[fork].acquire()
            try:
                eat(i)
                eaten[i] += 1
            finally:
                for fork in mine:
                    forks[fork].release()

    threads = [threading.Thread(target=philosopher, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return eaten


def tree_sum(node: Node, executor: Executor) -> int:
    """The sum of the numbers of a tree: what `load` of every node in it returns."""
    # The caller walks the tree and waits for the results. No task waits for
    # another task, so a pool of one worker gets through them all.
    nodes = [node]
    for each in nodes:
        nodes.extend(each.children)
    return sum(executor.map(lambda each: each.load(), nodes))
