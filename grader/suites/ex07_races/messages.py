"""What exercise 07 tells a learner: what was seen in which order of the threads, and why that can happen."""

from typing import Any

from grader.model import Message
from grader.suite.explored import Explored, stands_still
from grader.suite.learner import Learner, shown

NOT_ONE_STEP = "Nothing in Python promises that a read and the write after it are one step: another thread may come between them."


def _told(learner: Learner, found: Explored, text: str, why: str) -> Message:
    """The message for a scenario that returned something else; one that did not return is told by how it ended."""
    assert found.failure
    if found.failure.kind != "returned":
        return stands_still(learner, found)
    return Message(text, found.lines(learner), why)


def _got(found: Explored) -> Any:
    return found.failure.value if found.failure else None


def counted(learner: Learner, found: Explored, amounts: list[Any], wanted: list[int]) -> Message:
    """One thread, and the sum is wrong."""
    calls = ", ".join("increment()" if amount is None else f"increment({amount})" for amount in amounts)
    return _told(
        learner,
        found,
        f"`value` was {shown(_got(found), 80)}: at first, and after {calls}. It should have been {wanted}.",
        "No second thread was about. `increment` adds what it is given, 1 when it is given nothing.",
    )


def lost_update(learner: Learner, found: Explored, amounts: list[int]) -> Message:
    """An update between another one's read and write."""
    first, second, third = amounts
    return _told(
        learner,
        found,
        f"An increment was lost: one thread added {first}, another one {second} and {third}, and `value` was {shown(_got(found))} "
        f"at the end, not {sum(amounts)}. {found.tally()}",
        f"{NOT_ONE_STEP} A lock helps if it is the same one for both threads and is held from the read to the write.",
    )


def after_error(learner: Learner, found: Explored, amount: int) -> Message:
    """A value that cannot be added, and what came after it."""
    assert found.failure
    if found.failure.kind == "deadlock":
        text = 'After `increment("three")` had raised TypeError, the next `increment` waited for ever.'
        return Message(
            text, found.lines(learner), "The lock was never freed. `with` frees it however its block is left; so does `finally`."
        )
    return _told(
        learner,
        found,
        f'`increment({amount})`, `increment("three")`, `increment({amount})`: the second one should raise TypeError and change nothing. '
        f"Seen: {shown(_got(found), 80)} (what it raised or returned, `value` after it, `value` at the end).",
        "What cannot be added is the caller's error to see, and the counter's to survive.",
    )


def apart(learner: Learner, found: Explored, task: str, wanted: list[int]) -> Message:
    """Two objects, one lock."""
    assert found.failure
    if found.failure.kind == "deadlock":
        text = f"While one {task} was busy, another one could not be used: they wait for the same lock."
        return Message(text, found.lines(learner), f"A lock belongs to the data it guards: each {task} makes its own in `__init__`.")
    return _told(
        learner, found, f"Two of {task}, used at once, ended with {shown(_got(found))}, not {wanted}.", "Each has data of its own."
    )


def moved(learner: Learner, found: Explored, balance: int, moves: list[tuple[str, int]], wanted: list[Any]) -> Message:
    """One thread, and an account does not do what it should."""
    got = _got(found)
    text = f"An account opened with {balance} went wrong: {shown(got, 80)}, where {wanted} was expected."
    if isinstance(got, list) and len(got) == len(wanted):
        place = next((place for place in range(len(wanted)) if got[place] != wanted[place]), 0)
        if place == 0:
            text = f"`Account({balance}).balance` is {shown(got[0])}."
        else:
            method, amount = moves[(place - 1) // 2]
            part = f"`balance` was {shown(got[place])}" if place % 2 == 0 else f"the answer was {_answer(got[place])}"
            right = str(wanted[place]) if place % 2 == 0 else _answer(wanted[place])
            text = f"After `{method}({amount})` at a balance of {wanted[(place - 1) // 2 * 2]}, {part}, not {right}."
    return _told(learner, found, text, "No second thread was about: this is what one caller sees.")


def _answer(value: Any) -> str:
    return value if isinstance(value, str) else shown(value)


def opened(learner: Learner, found: Explored) -> Message:
    """An account without a first balance."""
    return _told(learner, found, f"`Account().balance` is {shown(_got(found))}, not 0.", "Without an argument, an account is empty.")


def overdrawn(learner: Learner, found: Explored, first: int, second: int) -> Message:
    """Two withdrawals, of which only one can be."""
    got = _got(found)
    seen = shown(got)
    if isinstance(got, list) and len(got) == 3:
        seen = f"the answers {got[0]} and {got[1]}, and a balance of {shown(got[2])}"
    return _told(
        learner,
        found,
        f"Two threads withdrew {first} and {second} from 100 at once. Seen: {seen}. {found.tally()}",
        "Between the question and the deed the other thread took what this one counted on: hold the lock over both.",
    )


def deposit_lost(learner: Learner, found: Explored, what: str, wanted: int) -> Message:
    """A deposit that is not in the balance."""
    got = _got(found)
    balance = got[-1] if isinstance(got, list) and got else got
    return _told(
        learner,
        found,
        f"Two threads at once: {what}. `balance` was {shown(balance)} at the end, not {wanted}. {found.tally()}",
        f"{NOT_ONE_STEP} Every method that touches `balance` has to hold the same lock.",
    )


def kept(learner: Learner, found: Explored, first: int, second: int) -> Message:
    """One thread, two factories."""
    got = _got(found)
    values, called = got if isinstance(got, list) and len(got) == 2 else (got, "?")
    return _told(
        learner,
        found,
        f"A factory that returns {first}, then one that returns {second}: `get` returned {shown(values)}, and the factories called were those "
        f"of {shown(called)}. Both calls should get {first}.",
        "What the first factory returned is kept; no other one is called.",
    )


def kept_none(learner: Learner, found: Explored) -> Message:
    """A factory that returns None."""
    return _told(
        learner,
        found,
        "The first factory returned None, and the second `get` called another one.",
        "None may be the value itself. Whether there is a value is a question of its own.",
    )


def called_twice(learner: Learner, found: Explored) -> Message:
    """Two threads ask at once."""
    got = _got(found)
    values, called = got if isinstance(got, list) and len(got) == 2 else (got, [])
    count = len(called) if isinstance(called, list) else 0
    calls = "one factory was" if count == 1 else f"{count} factories were"
    text = f"Two threads called `get` at once: {calls} called, and the threads got {shown(values)}. {found.tally()}"
    return _told(learner, found, text, "Who asks whether there is a value, and then makes one, has to hold the lock over both.")


def retried(learner: Learner, found: Explored, value: int) -> Message:
    """A factory that raised, and what came after it."""
    assert found.failure
    if found.failure.kind == "deadlock":
        text = "After a factory had raised, the next `get` waited for ever."
        return Message(text, found.lines(learner), "The lock was never freed, or the threads wait for a result that never comes.")
    return _told(
        learner,
        found,
        f"Three factories: one raises OSError, one returns {value}, one more. `get` gave {shown(_got(found), 80)}; it should be the OSError, "
        f"{value} and {value}.",
        "What a factory raises reaches its caller and is not kept: the next call tries anew.",
    )
