"""What runs in the worker for exercise 02: a predicate that asks the trusted side, and a count of the processes that are forked."""

import os
import threading
from multiprocessing import resource_tracker

from witness import meet

BOOM = "boom"
"""The order to raise, and the first argument of what is raised."""

forked = []
"""One item for each fork of this process since `watch`."""


def ask(number):
    """A predicate: held until the trusted side lets it go, then whatever that says."""
    order = meet([number if type(number) is int else repr(number), threading.current_thread() is threading.main_thread()])
    if order == BOOM:
        raise KeyError(BOOM, number)
    return order


def watch():
    """Before an import: count forks from now on, and leave only what goes to stdout to be seen.

    A lock at module level is nobody's mistake, though it starts the resource tracker: so that runs already.
    """
    os.register_at_fork(before=lambda: forked.append(True))
    resource_tracker.ensure_running()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def forks():
    """How many there were."""
    return len(forked)
