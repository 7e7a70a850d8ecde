"""Games for `course play 07`: each starts threads and says what is wrong at the end, or nothing.

You are the scheduler there: you choose which thread takes the next step.
"""

import threading


def at_once(*functions):
    """Run each in a thread of its own, T1, T2 and so on, and wait for all of them."""
    threads = [threading.Thread(target=function, name=f"T{number}") for number, function in enumerate(functions, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def two_visitors(demo):
    """The demo, with two doors and one visitor at each."""
    demo.VISITORS = 1
    demo.inside = 0
    at_once(demo.loop_b, demo.loop_b)
    return None if demo.inside == 2 else f"Two visitors came in, and {demo.inside} was counted."


def two_increments(learner):
    counter = learner.Counter()
    at_once(counter.increment, counter.increment)
    return None if counter.value == 2 else f"Two increments, and the counter is at {counter.value}."


def two_withdrawals(learner):
    account = learner.Account(100)
    paid = []

    def withdraw():
        if account.withdraw(70):
            paid.append(70)

    at_once(withdraw, withdraw)
    if sum(paid) + account.balance == 100 and account.balance >= 0:
        return None
    return f"An account of 100 paid out {sum(paid)}, and its balance is {account.balance}."


def two_who_ask(learner):
    once = learner.Once()
    made = []

    def make():
        made.append(1)
        return len(made)

    at_once(lambda: once.get(make), lambda: once.get(make))
    return None if len(made) == 1 else f"The factory was called {len(made)} times."
