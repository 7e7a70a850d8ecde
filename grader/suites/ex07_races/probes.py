"""Scenarios for exercise 07: threads on the learner's objects, run in every order by the scheduler. What they return is judged elsewhere."""

import threading

from grader.schedule.scenario import together


class Slow(int):
    """A number that takes long to be added: until `others` are done."""

    others = None

    def __radd__(self, left):
        self.others.wait()
        return left + int(self)

    def __rsub__(self, left):
        self.others.wait()
        return left - int(self)


def slow(number, others):
    """That number, which waits for this event."""
    found = Slow(number)
    found.others = others
    return found


def raised(call, *args):
    """The name of what a call raises, or what it returns."""
    try:
        return call(*args)
    except Exception as error:
        return type(error).__name__


# -- 07a -------------------------------------------------------------------------------------------------------------------------------


def count(learner, amounts):
    """One thread adds all of these, None for the default."""
    counter = learner.Counter()
    values = [counter.value]
    for amount in amounts:
        counter.increment() if amount is None else counter.increment(amount)
        values.append(counter.value)
    return values


def count_together(learner, first, second, third):
    """Two threads add."""
    counter = learner.Counter()

    def twice():
        counter.increment(second)
        counter.increment(third)

    together(lambda: counter.increment(first), twice)
    return counter.value


def count_after_error(learner, amount):
    """What cannot be added, and then what can."""
    counter = learner.Counter()
    counter.increment(amount)
    error = raised(counter.increment, "three")
    after = counter.value
    counter.increment(amount)
    return [error, after, counter.value]


def counters_apart(learner):
    """One counter is busy until another one has been incremented."""
    busy, free, done = learner.Counter(), learner.Counter(), threading.Event()

    def other():
        free.increment(5)
        done.set()

    together(lambda: busy.increment(slow(2, done)), other)
    return [busy.value, free.value]


# -- 07b -------------------------------------------------------------------------------------------------------------------------------


def move(learner, balance, moves):
    """One thread: (method, amount) after (method, amount); what each returned or raised, and the balance after it."""
    account = learner.Account(balance)
    found = [account.balance]
    for method, amount in moves:
        found += [raised(getattr(account, method), amount), account.balance]
    return found


def default(learner):
    """The balance of an account that was opened with nothing."""
    return learner.Account().balance


def withdraw_together(learner, balance, first, second):
    """Two threads take out."""
    account, got = learner.Account(balance), [None, None]

    def take(place, amount):
        got[place] = account.withdraw(amount)

    together(lambda: take(0, first), lambda: take(1, second))
    return [*got, account.balance]


def deposit_together(learner, balance, first, second):
    """Two threads put in."""
    account = learner.Account(balance)
    together(lambda: account.deposit(first), lambda: account.deposit(second))
    return account.balance


def deposit_and_withdraw(learner, balance, amount, out):
    """One thread puts in, one takes out."""
    account, got = learner.Account(balance), []
    together(lambda: account.deposit(amount), lambda: got.append(account.withdraw(out)))
    return [*got, account.balance]


def accounts_apart(learner, method):
    """One account is busy until another one has been used."""
    busy, free, done = learner.Account(100), learner.Account(100), threading.Event()

    def other():
        free.deposit(5)
        done.set()

    together(lambda: getattr(busy, method)(slow(2, done)), other)
    return [busy.balance, free.balance]


# -- 07c -------------------------------------------------------------------------------------------------------------------------------


def get_in_turn(learner, values):
    """One thread asks with a factory for each value; what it got, and whose factories were called."""
    once, called = learner.Once(), []

    def factory(value):
        called.append(value)
        return value

    return [[once.get(lambda value=value: factory(value)) for value in values], called]


def get_together(learner, values):
    """A thread for each value asks; what they got, and whose factories were called."""
    once, called, got = learner.Once(), [], [None] * len(values)

    def factory(value):
        called.append(value)
        return value

    def ask(place, value):
        got[place] = once.get(lambda: factory(value))

    together(*[lambda place=place, value=value: ask(place, value) for place, value in enumerate(values)])
    return [got, called]


def get_after_error(learner, value):
    """A factory that raises, then one that does not, then one too many."""
    once = learner.Once()

    def fails():
        raise OSError("not yet")

    return [raised(once.get, fails), raised(once.get, lambda: value), raised(once.get, lambda: "a third")]


def onces_apart(learner):
    """One is at work until another one has been used."""
    busy, free, done = learner.Once(), learner.Once(), threading.Event()

    def long():
        done.wait()
        return 1

    def other():
        found.append(free.get(lambda: 2))
        done.set()

    found = []
    together(lambda: found.append(busy.get(long)), other)
    return sorted(found)
