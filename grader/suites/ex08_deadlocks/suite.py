"""Hidden suite for exercise 08: deadlocks.

Each check is a scenario of probes.py, run by the scheduler in every order of at most two preemptions. A deadlock is one when nobody is left
who could move: no check waits for one. Where something has to be possible (two who eat at once), one order in which it happens is enough.
"""

import random
from functools import partial
from typing import Any

from grader.suite.check import check, expect, probes
from grader.suite.explored import explore
from grader.suite.learner import Learner
from grader.suites.ex08_deadlocks import messages

SMALL, BOUND = 400, 1
"""For scenarios of many threads: so many executions, of at most one preemption. Each mistake here needs no more."""
FEW = 40
"""Where the order of the threads is not the question."""

# -- 08a -------------------------------------------------------------------------------------------------------------------------------


@check("08a.moves", points=1, says="moves the amount, and says so", about="one-order-for-all")
def test_moves(learner: Learner, draw: random.Random) -> None:
    first, second = draw.randrange(10, 40), draw.randrange(50, 90)
    wanted = [[True, True], [100 + first - second, 100 - first + second]]
    found = explore(learner, probes.move_twice, 100, first, second, task="transfer", right=lambda got: got == wanted)
    expect(found.failure is None, lambda: messages.moved(learner, found, first, second, wanted))


@check("08a.short", points=1, says="moves nothing when there is less", about="one-order-for-all", needs=("08a.moves",))
def test_short(learner: Learner, draw: random.Random) -> None:
    balance = draw.randrange(10, 90)
    for amount, wanted in ((balance + 1, [False, True, [balance - 1, 6]]), (balance, [True, False, [0, 5 + balance]])):
        found = explore(learner, probes.move, [balance, 5], amount, task="transfer", right=wanted.__eq__)
        if not expect(found.failure is None, partial(messages.short, learner, found, balance, amount, wanted)):
            return


@check("08a.self", points=1, says="from an account to itself: answers", about="one-order-for-all", needs=("08a.moves",))
def test_self(learner: Learner) -> None:
    for amount, wanted in ((30, [True, True, [100]]), (130, [False, True, [100]])):
        found = explore(learner, probes.move, [100], amount, task="transfer", right=wanted.__eq__)
        if not expect(found.failure is None, partial(messages.to_itself, learner, found, amount, wanted)):
            return


@check("08a.opposite", points=3, says="there and back at once: nobody waits for ever", about="four-conditions", needs=("08a.moves",))
def test_opposite(learner: Learner, draw: random.Random) -> None:
    there, back = draw.randrange(10, 40), draw.randrange(50, 90)
    wanted = [[True, True], [100 - there + back, 100 + there - back]]
    found = explore(learner, probes.opposite, 100, there, back, task="transfer", right=lambda got: got == wanted)
    expect(found.failure is None, lambda: messages.opposite(learner, found, there, back, wanted))


@check("08a.total", points=2, says="two at once never take more than is there", about="one-order-for-all", needs=("08a.short",))
def test_total(learner: Learner, draw: random.Random) -> None:
    amount = draw.randrange(55, 95)
    wanted = [[False, True], 100 - amount, amount]
    found = explore(learner, probes.same_source, 100, amount, task="transfer", right=lambda got: got == wanted)
    expect(found.failure is None, lambda: messages.overdrawn(learner, found, amount, wanted))


# -- 08b -------------------------------------------------------------------------------------------------------------------------------


def _dines(learner: Learner, n: int, meals: int) -> bool:
    """Whether the meals are right, in every order."""

    def right(got: Any) -> bool:
        return type(got) is list and len(got) == 5 and got[:2] == [[meals] * n] * 2 and got[2] is False and got[4] == 0

    found = explore(learner, probes.table, n, meals, task="dine", right=right, executions=SMALL, bound=BOUND)
    return expect(found.failure is None, lambda: messages.dined(learner, found, n, meals))


@check("08b.eats", points=1, says="everybody eats, and is counted", about="one-order-for-all")
def test_eats(learner: Learner, draw: random.Random) -> None:
    _dines(learner, 2, draw.choice([2, 3]))


@check("08b.alone", points=1, says="one philosopher eats with one fork", about="one-order-for-all", needs=("08b.eats",))
def test_alone(learner: Learner) -> None:
    _dines(learner, 1, 2)


@check("08b.ends", points=3, says="three at the table: nobody waits for ever", about="four-conditions", needs=("08b.eats",))
def test_ends(learner: Learner) -> None:
    _dines(learner, 3, 1)


@check("08b.both", points=2, says="of four, two can eat at once", about="four-conditions", needs=("08b.ends",))
def test_both(learner: Learner) -> None:
    # One order in which it happens is enough: that two never can is the fault.
    found = explore(
        learner,
        probes.table,
        4,
        1,
        task="dine",
        right=lambda got: type(got) is list and len(got) == 5 and got[3] is not True,
        executions=SMALL,
        bound=BOUND,
        shown=False,
    )
    together = found.failure is not None and found.failure.kind == "returned"
    expect(together, lambda: messages.one_by_one(learner, found))


# -- 08c -------------------------------------------------------------------------------------------------------------------------------


def shape(draw: random.Random) -> tuple[list[Any], list[int]]:
    """A tree of six nodes, three deep, as (number, below), and its numbers."""
    a, b, c, d, e, f = numbers = [draw.randrange(1, 9) * 10**place for place in range(6)]
    return [a, [[b, [[c, []], [d, []]]], [e, [[f, []]]]]], numbers


@check("08c.sum", points=1, says="adds up every node", about="a-pool-that-waits-for-itself")
def test_sum(learner: Learner, draw: random.Random) -> None:
    tree, numbers = shape(draw)
    wanted = [sum(numbers), sorted(numbers)]
    found = explore(learner, probes.sum_of, tree, 8, task="tree_sum", right=lambda got: got[:2] == wanted, executions=FEW, bound=0)
    expect(found.failure is None, lambda: messages.summed(learner, found, wanted))


@check("08c.one", points=3, says="a pool with one worker is enough", about="a-pool-that-waits-for-itself", needs=("08c.sum",))
def test_one(learner: Learner, draw: random.Random) -> None:
    tree, numbers = shape(draw)
    wanted = [sum(numbers), sorted(numbers)]
    found = explore(learner, probes.sum_of, tree, 1, task="tree_sum", right=lambda got: got[:2] == wanted, executions=SMALL, bound=BOUND)
    expect(found.failure is None, lambda: messages.one_worker(learner, found, wanted))


@check("08c.given", points=1, says="loads in the executor it is given", about="a-pool-that-waits-for-itself", needs=("08c.one",))
def test_given(learner: Learner, draw: random.Random) -> None:
    tree, _ = shape(draw)
    found = explore(
        learner, probes.sum_of, tree, 2, task="tree_sum", right=lambda got: got[2:] == [["given"], True], executions=FEW, bound=0
    )
    expect(found.failure is None, lambda: messages.elsewhere(learner, found))


@check("08c.at_once", points=1, says="several workers load at once", about="a-pool-that-waits-for-itself", needs=("08c.one",))
def test_at_once(learner: Learner, draw: random.Random) -> None:
    tree, _ = shape(draw)
    found = explore(
        learner, probes.loads_at_once, tree, 2, task="tree_sum", right=lambda most: most != 2, executions=SMALL, bound=BOUND, shown=False
    )
    expect(found.failure is not None and found.failure.kind == "returned", lambda: messages.never_at_once(learner, found))


@check("08c.error", points=1, says="what a load raises comes through", about="a-pool-that-waits-for-itself", needs=("08c.one",))
def test_error(learner: Learner, draw: random.Random) -> None:
    tree, numbers = shape(draw)
    for bad in (numbers[0], numbers[3]):
        found = explore(
            learner, probes.failing, tree, bad, 2, task="tree_sum", right=lambda got: got == "LookupError", executions=FEW, bound=0
        )
        if not expect(found.failure is None, partial(messages.error_lost, learner, found)):
            return
