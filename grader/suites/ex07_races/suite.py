"""Hidden suite for exercise 07: data races and locks.

Each check is a scenario of probes.py: threads on the learner's objects, run by the scheduler in every order of at most two preemptions. What
a scenario returns is judged here. Nothing waits and nothing depends on luck: a race that exists is found, each time the same way.
"""

import random
from typing import Any

from grader.sandbox.wire import Name
from grader.suite.check import check, expect, probes
from grader.suite.explored import explore
from grader.suite.learner import Learner
from grader.suites.ex07_races import messages


def drawn(draw: random.Random, count: int) -> list[int]:
    """So many amounts, such that every sum of some of them tells which ones."""
    return [draw.randrange(1, 9) * 10**place for place in range(count)]


# -- 07a -------------------------------------------------------------------------------------------------------------------------------


@check("07a.counts", points=1, says="adds what it is given", about="lost-update")
def test_counts(learner: Learner, draw: random.Random) -> None:
    first, second = drawn(draw, 2)
    amounts = [first, None, -second, 0]
    wanted = [0, first, first + 1, first + 1 - second, first + 1 - second]
    found = explore(learner, probes.count, amounts, task="Counter", right=lambda values: values == wanted)
    expect(found.failure is None, lambda: messages.counted(learner, found, amounts, wanted))


@check("07a.update", points=3, says="no increment is lost", about="lost-update", needs=("07a.counts",))
def test_update(learner: Learner, draw: random.Random) -> None:
    amounts = drawn(draw, 3)
    found = explore(learner, probes.count_together, *amounts, task="Counter", right=lambda value: value == sum(amounts))
    expect(found.failure is None, lambda: messages.lost_update(learner, found, amounts))


@check("07a.error", points=1, says="an error leaves it usable", about="locks-and-errors", needs=("07a.counts",))
def test_error(learner: Learner, draw: random.Random) -> None:
    (amount,) = drawn(draw, 1)
    found = explore(learner, probes.count_after_error, amount, task="Counter", right=lambda got: got == ["TypeError", amount, 2 * amount])
    expect(found.failure is None, lambda: messages.after_error(learner, found, amount))


@check("07a.apart", points=1, says="two counters do not wait for each other", about="a-lock-for-its-data", needs=("07a.counts",))
def test_counters_apart(learner: Learner) -> None:
    _apart(learner, probes.counters_apart, task="Counter", wanted=[2, 5])


def _apart(learner: Learner, scenario: Name, *args: Any, task: str, wanted: list[int]) -> bool:
    """One object is busy until another one has been used."""
    found = explore(learner, scenario, *args, task=task, right=lambda values: values == wanted)
    return expect(found.failure is None, lambda: messages.apart(learner, found, task, wanted))


# -- 07b -------------------------------------------------------------------------------------------------------------------------------

MOVES = [("deposit", 20), ("withdraw", 50), ("withdraw", 71), ("withdraw", 70)]
REFUSED = [("deposit", 0), ("deposit", -5), ("withdraw", 0), ("withdraw", -5), ("withdraw", 100)]


@check("07b.moves", points=1, says="takes in, gives out, never more than is there", about="check-then-act")
def test_moves(learner: Learner) -> None:
    wanted = [100, None, 120, True, 70, False, 70, True, 0]
    found = explore(learner, probes.move, 100, MOVES, task="Account", right=lambda got: got == wanted)
    expect(found.failure is None, lambda: messages.moved(learner, found, 100, MOVES, wanted))
    empty = explore(learner, probes.default, task="Account", right=lambda balance: balance == 0)
    expect(empty.failure is None, lambda: messages.opened(learner, empty))


@check("07b.refuses", points=1, says="no amount of zero or less", about="locks-and-errors", needs=("07b.moves",))
def test_refuses(learner: Learner) -> None:
    wanted: list[Any] = [100, *["ValueError", 100] * 4, True, 0]
    found = explore(learner, probes.move, 100, REFUSED, task="Account", right=lambda got: got == wanted)
    expect(found.failure is None, lambda: messages.moved(learner, found, 100, REFUSED, wanted))


@check("07b.overdraw", points=2, says="two withdrawals never take what one took", about="check-then-act", needs=("07b.moves",))
def test_overdraw(learner: Learner, draw: random.Random) -> None:
    first, second = draw.randrange(60, 80), draw.randrange(81, 100)
    right = [[True, False, 100 - first], [False, True, 100 - second]]
    found = explore(learner, probes.withdraw_together, 100, first, second, task="Account", right=lambda got: got in right)
    expect(found.failure is None, lambda: messages.overdrawn(learner, found, first, second))


@check("07b.deposits", points=2, says="no deposit is lost", about="critical-section", needs=("07b.moves",))
def test_deposits(learner: Learner, draw: random.Random) -> None:
    first, second = drawn(draw, 2)
    found = explore(learner, probes.deposit_together, 0, first, second, task="Account", right=lambda balance: balance == first + second)
    if not expect(
        found.failure is None, lambda: messages.deposit_lost(learner, found, f"two deposits, of {first} and {second}", first + second)
    ):
        return
    wanted = [True, 100 + first - second]
    mixed = explore(learner, probes.deposit_and_withdraw, 100, first, second, task="Account", right=lambda got: got == wanted)
    what = f"a deposit of {first} and a withdrawal of {second}, from 100"
    expect(mixed.failure is None, lambda: messages.deposit_lost(learner, mixed, what, wanted[1]))


@check("07b.apart", points=1, says="two accounts do not wait for each other", about="a-lock-for-its-data", needs=("07b.moves",))
def test_accounts_apart(learner: Learner) -> None:
    if _apart(learner, probes.accounts_apart, "deposit", task="Account", wanted=[102, 105]):
        _apart(learner, probes.accounts_apart, "withdraw", task="Account", wanted=[98, 105])


# -- 07c -------------------------------------------------------------------------------------------------------------------------------


@check("07c.keeps", points=1, says="keeps what the first factory returned", about="check-then-act")
def test_keeps(learner: Learner, draw: random.Random) -> None:
    first, second = drawn(draw, 2)
    found = explore(learner, probes.get_in_turn, [first, second], task="Once", right=lambda got: got == [[first, first], [first]])
    expect(found.failure is None, lambda: messages.kept(learner, found, first, second))


@check("07c.none", points=1, says="None is a value like any other", about="check-then-act", needs=("07c.keeps",))
def test_none(learner: Learner) -> None:
    found = explore(learner, probes.get_in_turn, [None, 5], task="Once", right=lambda got: got == [[None, None], [None]])
    expect(found.failure is None, lambda: messages.kept_none(learner, found))


@check("07c.once", points=3, says="two threads, one factory called", about="check-then-act", needs=("07c.keeps",))
def test_once(learner: Learner, draw: random.Random) -> None:
    first, second = drawn(draw, 2)
    right = [[[value, value], [value]] for value in (first, second)]
    found = explore(learner, probes.get_together, [first, second], task="Once", right=lambda got: got in right)
    expect(found.failure is None, lambda: messages.called_twice(learner, found))


@check("07c.retry", points=1, says="after an error the next factory is tried", about="locks-and-errors", needs=("07c.keeps",))
def test_retry(learner: Learner, draw: random.Random) -> None:
    (value,) = drawn(draw, 1)
    found = explore(learner, probes.get_after_error, value, task="Once", right=lambda got: got == ["OSError", value, value])
    expect(found.failure is None, lambda: messages.retried(learner, found, value))


@check("07c.apart", points=1, says="one that is at work keeps no other waiting", about="a-lock-for-its-data", needs=("07c.keeps",))
def test_onces_apart(learner: Learner) -> None:
    _apart(learner, probes.onces_apart, task="Once", wanted=[1, 2])
