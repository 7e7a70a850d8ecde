"""Exercise 08: three programs in which threads wait for each other, and none for ever.

Use the standard library only. Grade your work with `course grade 08`.
"""

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
    """Gives the node's own number. It may take long, and it may raise."""
    children: list["Node"] = field(default_factory=list)


def transfer(source: Account, target: Account, amount: int) -> bool:
    """Move `amount` from one account to the other; move nothing if there is less.

    Returns whether it was moved. Any number of threads call `transfer` at once, with
    any accounts, in any direction.

    - No call waits for ever, also where `source` and `target` are one account. Then
      nothing moves; the answer is whether there was so much.
    - No balance is ever below zero, and no money is lost or made.
    """
    raise NotImplementedError("08a: transfer")


def dine(n: int, meals: int, eat: Callable[[int], None]) -> list[int]:
    """Let `n` philosophers eat `meals` times each; how often each of them has eaten.

    They sit at a round table, numbered from 0, each a thread of its own. Between two
    neighbours lies one fork, so there are `n` forks. Philosopher `i` eats by calling
    `eat(i)` while holding both forks beside it.

    - No fork is in two hands at once, so two neighbours never eat at the same time.
    - Those who are no neighbours may: with four at the table, two can eat at once.
    - One philosopher alone has one fork, and eats with it.
    - Nobody waits for ever. `dine` returns when all have eaten and all threads ended.
    """
    raise NotImplementedError("08b: dine")


def tree_sum(node: Node, executor: Executor) -> int:
    """The sum of the numbers of a tree: what `load` of every node in it returns.

    - Every `load` is called once, and runs in a worker of `executor`, however few
      workers it has: one is enough.
    - With several workers, several `load` run at once.
    - What a `load` raises is raised by `tree_sum`.
    - The executor belongs to the caller: it is neither replaced nor shut down.
    """
    raise NotImplementedError("08c: tree_sum")
