"""Exercise 07: three small classes that many threads may use at once.

Every method may be called by any number of threads, in any order, at any moment.
Whatever the order, the answers are those of some order in which the calls were made
one after another.

Use the standard library only. Grade your work with `course grade 07`.
"""

from collections.abc import Callable
from typing import Any


class Counter:
    """Counts, and never loses a count.

    >>> counter = Counter()
    >>> counter.increment()
    >>> counter.increment(4)
    >>> counter.value
    5
    """

    def __init__(self) -> None:
        raise NotImplementedError("07a: Counter")

    def increment(self, n: int = 1) -> None:
        """Add `n`, which may be negative or zero, to `value`.

        - `n` is anything that can be added to an int. Of what cannot, `increment`
          raises what the addition raises; the counter is as before, and of use.
        - Two counters know nothing of each other: while one of them is busy adding,
          another one can be incremented.
        """
        raise NotImplementedError("07a: Counter.increment")

    @property
    def value(self) -> int:
        """The sum of all that was added so far; 0 at first. An attribute will do."""
        raise NotImplementedError("07a: Counter.value")


class Account:
    """Holds money, and never less than none.

    >>> account = Account(100)
    >>> account.withdraw(70), account.withdraw(70)
    (True, False)
    >>> account.balance
    30
    """

    def __init__(self, balance: int = 0) -> None:
        raise NotImplementedError("07b: Account")

    def deposit(self, amount: int) -> None:
        """Put `amount` in. Zero or less is a `ValueError`, and changes nothing."""
        raise NotImplementedError("07b: Account.deposit")

    def withdraw(self, amount: int) -> bool:
        """Take `amount` out and return True; where there is less, take nothing: False.

        - Zero or less is a `ValueError`, and changes nothing.
        - However many threads withdraw at once, no more is taken out than was in.
        - Two accounts know nothing of each other: while one of them is busy, the other
          can be used.
        """
        raise NotImplementedError("07b: Account.withdraw")

    @property
    def balance(self) -> int:
        """What is in. An attribute will do."""
        raise NotImplementedError("07b: Account.balance")


class Once:
    """Makes something the first time that it is asked for, and keeps it.

    >>> once = Once()
    >>> once.get(list) is once.get(list)
    True
    """

    def __init__(self) -> None:
        raise NotImplementedError("07c: Once")

    def get(self, factory: Callable[[], Any]) -> Any:
        """What `factory` returned, the first time that one did.

        - Once a factory has returned, no factory is called any more: every call gets
          what that one returned, and be it `None`. Calls that come while it is at work
          wait for it.
        - What a factory raises reaches whoever called `get` with it, and nothing is
          kept: the next call of `get` tries its own factory.
        - While the factory of one `Once` is at work, another `Once` can be used.
        """
        raise NotImplementedError("07c: Once.get")
