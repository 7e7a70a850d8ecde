# right: callbacks add up, and nobody waits in a task
import threading
from collections.abc import Callable
from concurrent.futures import Future
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

    def philosopher(i):
        left, right = sorted((i, (i + 1) % n))
        for _ in range(meals):
            with forks[left]:
                if left == right:
                    eat(i)
                else:
                    with forks[right]:
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
    lock, left = threading.Lock(), [len(nodes)]
    total, whole = [0], Future()

    def add(call):
        error = call.exception()
        with lock:
            left[0] -= 1
            last = left[0] == 0
            if error is None:
                total[0] += call.result()
            elif not whole.done():
                whole.set_exception(error)
        if last and not whole.done():
            whole.set_result(total[0])

    for each in nodes:
        executor.submit(each.load).add_done_callback(add)
    return whole.result()
