"""Solution 07: three small classes that many threads may use at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any


class Counter:
    """Counts, and never loses a count."""

    def __init__(self) -> None:
        self.value = 0
        # One lock for each counter: it guards this value and no other one.
        self._lock = threading.Lock()

    def increment(self, n: int = 1) -> None:
        """Add `n` to `value`."""
        # `+=` reads, adds and writes. Between the read and the write another
        # thread may do the same, and one of the two results is lost. With the
        # lock held, the three are one step for everybody who takes the lock.
        #
        # `with` frees the lock however the block is left. Should `n` be
        # something that cannot be added, the next caller finds it free.
        with self._lock:
            self.value += n


class Account:
    """Holds money, and never less than none."""

    def __init__(self, balance: int = 0) -> None:
        self.balance = balance
        self._lock = threading.Lock()

    def deposit(self, amount: int) -> None:
        """Put `amount` in."""
        _check(amount)
        with self._lock:
            self.balance += amount

    def withdraw(self, amount: int) -> bool:
        """Take `amount` out, if there is so much."""
        _check(amount)
        # The question and the deed belong together. Were the lock free in
        # between, another thread could take what was counted on.
        with self._lock:
            if self.balance < amount:
                return False
            self.balance -= amount
            return True


def _check(amount: int) -> None:
    # It looks at nothing that threads share, so it needs no lock.
    if amount <= 0:
        raise ValueError(f"an amount is more than zero, not {amount}")


class Once:
    """Makes something the first time that it is asked for, and keeps it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made = False
        self._value: Any = None

    def get(self, factory: Callable[[], Any]) -> Any:
        """What a factory returned, the first time that one did."""
        # The lock is held while the factory works: that is what makes the
        # others wait. `_made` says whether there is a value, because the value
        # itself may be None. It is set only after the factory has returned,
        # so what a factory raises leaves no trace.
        with self._lock:
            if not self._made:
                self._value = factory()
                self._made = True
            return self._value
