"""Scenarios for exercise 08: threads that wait for each other, run in every order by the scheduler. What they return is judged elsewhere."""

import threading
from concurrent.futures import ThreadPoolExecutor

from grader.schedule.scenario import together


def raised(call, *args):
    """The name of what a call raises, or what it returns."""
    try:
        return call(*args)
    except NotImplementedError:
        raise
    except Exception as error:
        return type(error).__name__


# -- 08a -------------------------------------------------------------------------------------------------------------------------------


def move(learner, balances, amount):
    """One thread moves that amount, and one more: both answers, and the balances."""
    accounts = [learner.Account(number, balance) for number, balance in enumerate(balances)]
    done = [raised(learner.transfer, accounts[0], accounts[-1], each) for each in (amount, 1)]
    return [*done, [account.balance for account in accounts]]


def move_twice(learner, balance, first, second):
    """One thread: from the second account to the first, then back."""
    one, other = learner.Account(1, balance), learner.Account(2, balance)
    done = [learner.transfer(other, one, first), learner.transfer(one, other, second)]
    return [done, [one.balance, other.balance]]


def opposite(learner, balance, there, back):
    """Two threads, two directions."""
    one, other = learner.Account(7, balance), learner.Account(3, balance)
    done = [None, None]

    def move(place, source, target, amount):
        done[place] = learner.transfer(source, target, amount)

    together(lambda: move(0, one, other, there), lambda: move(1, other, one, back))
    return [done, [one.balance, other.balance]]


def same_source(learner, balance, amount):
    """Two threads take from one account, which has enough for one of them."""
    source, left, right = learner.Account(5, balance), learner.Account(2, 0), learner.Account(8, 0)
    done = [None, None]

    def move(place, target):
        done[place] = learner.transfer(source, target, amount)

    together(lambda: move(0, left), lambda: move(1, right))
    return [sorted(done), source.balance, left.balance + right.balance]


# -- 08b -------------------------------------------------------------------------------------------------------------------------------


def table(learner, n, meals):
    """What `dine` returns, how often each ate, and whether neighbours, or others, ever ate at once, and threads left."""
    eating, counts, seen = [0] * n, [0] * n, {"neighbours": False, "others": False, "twice": False}

    def eat(i):
        seen["twice"] = seen["twice"] or eating[i] > 0
        eating[i] += 1
        for other in range(n):
            if other != i and eating[other]:
                seen["neighbours" if (other - i) % n in (1, n - 1) else "others"] = True
        counts[i] += 1
        eating[i] -= 1

    before = threading.active_count()
    returned = learner.dine(n, meals, eat)
    left = threading.active_count() - before
    returned = list(returned) if type(returned) is list else returned
    return [returned, list(counts), seen["neighbours"] or seen["twice"], seen["others"], left]


# -- 08c -------------------------------------------------------------------------------------------------------------------------------


def tree(learner, shape, load):
    """A tree of (number, shapes below)."""
    number, below = shape
    return learner.Node(lambda: load(number), [tree(learner, each, load) for each in below])


def sum_of(learner, shape, workers):
    """The sum, the numbers loaded, where they were loaded, and whether the executor still works."""
    loaded, places = [], []

    def load(number):
        loaded.append(number)
        places.append(threading.current_thread().name.rpartition("_")[0])
        return number

    with ThreadPoolExecutor(workers, thread_name_prefix="given") as executor:
        found = raised(learner.tree_sum, tree(learner, shape, load), executor)
        usable = raised(lambda: executor.submit(int, 5).result()) == 5
    return [found, sorted(loaded), sorted(set(places)), usable]


def loads_at_once(learner, shape, workers):
    """The most loads that were ever at work at the same time."""
    at_work, most = [], [0]

    def load(number):
        at_work.append(number)
        most[0] = max(most[0], len(at_work))
        at_work.remove(number)
        return number

    with ThreadPoolExecutor(workers) as executor:
        learner.tree_sum(tree(learner, shape, load), executor)
    return most[0]


def failing(learner, shape, bad, workers):
    """A load that raises."""

    def load(number):
        if number == bad:
            raise LookupError(number)
        return number

    with ThreadPoolExecutor(workers) as executor:
        return raised(learner.tree_sum, tree(learner, shape, load), executor)
