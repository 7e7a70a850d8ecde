"""What exercise 08 tells a learner: who waits for whom, and how such a circle is broken."""

from typing import Any

from grader.model import Message
from grader.suite.explored import Explored, stands_still
from grader.suite.learner import Learner, shown

CIRCLE = (
    "Four conditions make a deadlock. The easiest to break is the circle: let everybody take the locks in one order that never changes."
)
TWICE = "A plain lock does not know who holds it: whoever takes it twice waits for itself."
POOL = "A task that waits for another task keeps a worker while it waits. With one worker, nobody is left to run what it waits for."


def _told(learner: Learner, found: Explored, text: str, why: str, still: str = "") -> Message:
    """The message for a scenario that returned something else; one that did not return is told by how it ended, and why: `still`."""
    assert found.failure
    if found.failure.kind == "returned":
        return Message(text, found.lines(learner), why)
    said = stands_still(learner, found)
    return Message(said.text, said.lines, still or said.why) if found.failure.kind in ("deadlock", "endless") else said


def _got(found: Explored) -> Any:
    return found.failure.value if found.failure else None


def moved(learner: Learner, found: Explored, first: int, second: int, wanted: list[Any]) -> Message:
    """One thread, two transfers."""
    return _told(
        learner,
        found,
        f"Two accounts of 100; {first} from the second to the first, then {second} back. The answers and the balances were "
        f"{shown(_got(found))}, not {wanted}.",
        "No second thread was about. `transfer` moves the amount and returns True.",
        TWICE,
    )


def short(learner: Learner, found: Explored, balance: int, amount: int, wanted: list[Any]) -> Message:
    """More than there is, or all of it."""
    return _told(
        learner,
        found,
        f"{amount} from an account of {balance} to one of 5, then 1 more: the answers and the balances were {shown(_got(found))}, not {wanted}.",
        "What is there can be moved to the last; more than that cannot, and nothing is raised.",
        "Every way out of the function has to free what it took.",
    )


def to_itself(learner: Learner, found: Explored, amount: int, wanted: list[Any]) -> Message:
    """Source and target are one."""
    return _told(
        learner,
        found,
        f"{amount} from an account of 100 to that same account, then 1: the answers and the balance were {shown(_got(found))}, not {wanted}.",
        "Nothing moves; the answer is whether there was so much.",
        TWICE,
    )


def opposite(learner: Learner, found: Explored, there: int, back: int, wanted: list[Any]) -> Message:
    """Two directions at once."""
    return _told(
        learner,
        found,
        f"Two threads at once: {there} there, {back} back, between accounts of 100. The answers and the balances were {shown(_got(found))}, "
        f"not {wanted}. {found.tally()}",
        "Hold both locks from the question to the last change.",
        CIRCLE,
    )


def overdrawn(learner: Learner, found: Explored, amount: int, wanted: list[Any]) -> Message:
    """Two take from one."""
    return _told(
        learner,
        found,
        f"Two threads took {amount} each from an account of 100 at once. The answers, what is left and what arrived: {shown(_got(found))}, "
        f"not {wanted}. {found.tally()}",
        "Between the question and the change another thread took what this one counted on: hold the locks over both.",
        CIRCLE,
    )


def dined(learner: Learner, found: Explored, n: int, meals: int) -> Message:
    """A dinner that goes wrong."""
    got = _got(found)
    text, why = f"`dine({n}, {meals}, eat)` ended with {shown(got)}.", ""
    if isinstance(got, list) and len(got) == 5:
        returned, counts, neighbours, _, threads = got
        if counts != [meals] * n:
            text, why = (
                f"`dine({n}, {meals}, eat)` called `eat` {shown(counts)} times, not {[meals] * n}.",
                "Each eats as often as `meals` says.",
            )
        elif returned != counts:
            text, why = (
                f"`dine({n}, {meals}, eat)` returned {shown(returned)}, and each had eaten {shown(counts)} times.",
                "It counts the meals.",
            )
        elif neighbours:
            text, why = "Two neighbours ate at the same time, with one fork between them.", "`eat` is called while both forks are held."
        elif threads != 1:
            text, why = (
                f"`dine({n}, {meals}, eat)` returned while {shown(threads - 1)} of its threads still ran.",
                "It ends when all have ended.",
            )
    return _told(learner, found, f"{text} {found.tally()}".strip(), why, TWICE if n == 1 else CIRCLE)


def one_by_one(learner: Learner, found: Explored) -> Message:
    """Nobody ever eats beside another."""
    if found.failure:
        return stands_still(learner, found)
    return Message(
        f"Of four philosophers, two who are no neighbours never ate at the same time, in {found.executions} orders tried.",
        (),
        "One lock around the whole table is safe, and lets one eat at a time. Each fork is a lock of its own.",
    )


def summed(learner: Learner, found: Explored, wanted: list[Any]) -> Message:
    """The sum is wrong, or what was loaded."""
    got = _got(found)
    seen = got[:2] if isinstance(got, list) else got
    return _told(
        learner,
        found,
        f"With eight workers, the sum and the numbers loaded were {shown(seen, 90)}, not {wanted}.",
        "Every node is loaded once, the root and those between too.",
        POOL,
    )


def one_worker(learner: Learner, found: Explored, wanted: list[Any]) -> Message:
    """A pool of one."""
    got = _got(found)
    seen = got[:2] if isinstance(got, list) else got
    return _told(learner, found, f"With one worker, the sum and the numbers loaded were {shown(seen, 90)}, not {wanted}.", POOL, POOL)


def elsewhere(learner: Learner, found: Explored) -> Message:
    """Loaded by somebody else, or the executor was shut down."""
    got = _got(found)
    places, usable = (got[2], got[3]) if isinstance(got, list) and len(got) == 4 else (got, True)
    if usable is not True or got == "RuntimeError":
        return _told(
            learner, found, "After `tree_sum`, the executor takes no more tasks.", "It belongs to the caller: who made it shuts it down."
        )
    return _told(
        learner,
        found,
        f"`load` ran in threads named {shown(places)}; those of the executor are named 'given'.",
        "The executor bounds how many run at once. Another one beside it, or the caller's own thread, gets around that.",
    )


def never_at_once(learner: Learner, found: Explored) -> Message:
    """Never two loads."""
    if found.failure:
        return stands_still(learner, found)
    return Message(
        f"With two workers, two `load` never ran at the same time, in {found.executions} orders tried.",
        learner.lines(".result"),
        "Submit them all before you wait for the first.",
    )


def error_lost(learner: Learner, found: Explored) -> Message:
    """An exception that does not arrive."""
    return _told(
        learner,
        found,
        f"A `load` raised LookupError, and `tree_sum` gave {shown(_got(found))}.",
        "`result()` raises it again; who catches it there, or never asks, loses it.",
        POOL,
    )
