"""What exercise 12 tells a learner: which orders are missing, and what a test that passes does not show."""

from typing import Any

from grader.model import Message
from grader.sandbox.wire import ErrorValue
from grader.suite.explored import Explored, stands_still
from grader.suite.learner import Learner, shown

FORGED = Message("What came back from your outcomes() is nothing that it can return.")
BROKEN = {
    "twice": "calls load twice when two threads ask for a key at once",
    "apart": "loads one key at a time, and lets nobody have another meanwhile",
    "error": "keeps what load raised, and raises it for ever",
    "stuck": "lets everybody wait for ever who asks for a key after its load has raised",
    "none": "takes None for `not loaded`, and loads such a key again and again",
    "stale": "keeps a value whose key was dropped while it was being loaded",
}
"""What each of the six does wrong."""
HOW = {
    "twice": "It shows when the second asks while the first load is at work. Nothing makes that happen unless the test does.",
    "apart": "It shows when a second key is asked for while the first is being loaded, and the first load waits for that.",
    "error": "A load that fails once and then gives a value tells a kept error from a new try.",
    "stuck": "A promise after an error is tested by asking once more; with a time-out, so that the test ends.",
    "none": "What is counted is the calls of load: the value alone is the same both times.",
    "stale": "It shows when drop is called while load is at work, and the key is asked for again after that.",
}
UNFIT = {
    "parameters": "takes other parameters than one, `make_cache`",
    "async": "is `async`, so calling it runs nothing",
    "yield": "has a `yield`, so calling it runs nothing",
    "no function": "cannot be called",
    "class": "is a class",
}

# -- 12a -------------------------------------------------------------------------------------------------------------------------------


def misshapen(kind: str, outcomes: list[Any]) -> Message:
    """No set, or a set of something else."""
    if kind != "set":
        return Message(
            f"outcomes() returned a {kind}, not a set.", why="Many orders have one outcome. A set has each outcome once, in no order."
        )
    return Message(f"In the set is {outcomes[0]}.", why="An outcome is `tuple(sorted(state.items()))`: pairs of a name and a value.")


def unsorted(outcome: Any) -> Message:
    """The pairs of an outcome are in another order."""
    return Message(
        f"One outcome is {shown(outcome)}: its pairs are not sorted.",
        why="Two states that are equal have to make one outcome. They do when it is `tuple(sorted(state.items()))`.",
    )


def orders(learner: Learner, lengths: list[int], state: dict[str, Any], found: list[Any], wanted: set[Any]) -> Message:
    """Outcomes that are missing, or that no order has."""
    steps = " and ".join(str(length) for length in lengths) + (" step" if lengths == [1] else " steps")
    begin = f"{len(lengths)} program{'s' * (len(lengths) > 1)} of {steps} {'have' if len(lengths) > 1 else 'has'} "
    begin += f"{len(wanted)} outcome{'s' * (len(wanted) > 1)}; yours found {len(set(found))}."
    missing, extra = sorted(wanted - set(found), key=repr), sorted(set(found) - wanted, key=repr)
    lines = learner.lines("next", "outcomes")
    if extra:
        values = [dict(each).get(next(iter(state))) for each in extra]
        longest = [value for value in values if type(value) is str and len(value) > 2 * sum(lengths)]
        if longest:
            return Message(
                f"{begin} One of them is {shown(longest[0])}, which has more steps than the programs.",
                lines,
                "Each order begins with a fresh copy of the state, and with programs called on that copy.",
            )
        short = [value for value in values if type(value) is str and len(value) < 2 * sum(lengths)]
        if short:
            return Message(
                f"{begin} One of them is {shown(short[0])}: a step has not been taken.",
                lines,
                "A program is at its end when `next` raises StopIteration, and no sooner; what stands behind its last `yield` is a step too.",
            )
        return Message(
            f"{begin} One of them is {shown(extra[0])}, which no order of these programs has.",
            lines,
            "Each order begins with a fresh copy of the state, and with programs called on that copy.",
        )
    return Message(
        f"{begin} Missing is {shown(missing[0])}.",
        lines,
        "After each step, each program that is not at its end may be the next to go.",
    )


def no_programs(learner: Learner, found: list[Any]) -> Message:
    """The empty list."""
    return Message(
        f"Without any program there {'was one outcome' if len(found) == 1 else f'were {len(found)} outcomes'}: {shown(found)}.",
        (),
        "Nothing happens in one way: the only outcome is the state as it was.",
    )


SHALLOW = "A copy of a dict has the same lists in it; `copy.deepcopy` copies those too."


def not_fresh(learner: Learner, before: dict[str, Any], after: dict[str, Any], extra: list[Any]) -> Message:
    """The state has changed, or one order has seen what another did."""
    lines = learner.lines("copy", "outcomes") or learner.lines("dict", "outcomes")
    if after != before:
        return Message(f"The state that outcomes() was given was {shown(before)}; afterwards it is {shown(after)}.", lines, SHALLOW)
    seen = f" One outcome was {shown(extra[0])}." if extra else ""
    return Message(f"With a list in the state, one order has seen what another one left in it.{seen}", lines, SHALLOW)


def not_fresh_raised(learner: Learner, error: ErrorValue) -> Message:
    """A program came upon what another order left."""
    return Message(f"With a list in the state, a step raised {error.type}, which it does in no order.", learner.where(error), SHALLOW)


def another_error(learner: Learner, error: ErrorValue) -> Message:
    """Something else was raised."""
    return Message(
        f"A step raised LookupError; outcomes() raised {error.type}.",
        learner.where(error),
        "What a step raises is what its caller should get to see.",
    )


def swallowed(learner: Learner, found: list[Any]) -> Message:
    """Nothing was raised."""
    return Message(
        f"In one order a step raised LookupError. outcomes() returned {len(found)} outcomes, and said nothing of it.",
        learner.lines("except Exception", "outcomes") or learner.lines("except BaseException", "outcomes"),
        "Only StopIteration means that a program is at its end. An order that raises is what a search is made to find.",
    )


# -- 12b -------------------------------------------------------------------------------------------------------------------------------


def no_tests(names: list[str], unfit: list[tuple[str, str]]) -> Message:
    """Nothing that can be run, or something that looks like it."""
    wrong = [f"{name} {UNFIT[why]}" for name, why in unfit if why in UNFIT]
    begin = "" if names else "There is no test in your file. "
    return Message(
        f"{begin}{'; '.join(wrong[:3])}{'.' * bool(wrong)}".strip(),
        why="A test is a function at the top of the file, its name begins with `test_`, and it takes one parameter. Methods of a class are not run.",
    )


def makes_none(names: list[str]) -> Message:
    """No cache, so nothing is tested."""
    return Message(
        f"{_listed(names)} passed, and made no cache.",
        why="Each test is given `make_cache`, and makes what it tests with it: `make_cache(load)`.",
    )


def unfair(learner: Learner, name: str, found: Explored, *, elsewhere: bool, early: bool) -> Message:
    """A test that fails where there is nothing to find. `elsewhere`: it passes on another right cache; `early`: it needs its sleeps."""
    assert found.failure
    failure = found.failure
    if failure.kind in ("deadlock", "endless"):
        still = stands_still(learner, found)
        return Message(
            f"{name} never ends, on a cache that keeps its promises. {still.text}",
            still.lines,
            "What a test waits for may never come. A wait with a time-out ends, and says so.",
        )
    if failure.kind != "returned":
        return stands_still(learner, found)
    how, line, text, left, _, _ = failure.value
    lines = (learner.source_line(line),) if line else ()
    if how == "passed":
        return Message(
            f"{name} has returned, and {left} thread{' that it started is' if left == 1 else 's that it started are'} still there.",
            learner.lines(".start", name) or learner.lines("Thread", name),
            "What such a thread does later happens in the middle of another test. Join each one.",
        )
    said = f"{how}{': ' + text if text else ''}"
    passes = sum(ending.count for ending in found.endings if ending.kind == "returned" and ending.value[0] == "passed")
    if early and any(learner.lines(clock) for clock in ("monotonic", "perf_counter", "time.time")):
        return Message(
            f"{name} fails on a cache that keeps its promises, when its threads are slow: {said}.",
            lines,
            "How long something took does not say who was slow, the cache or the machine. An Event says what came before what.",
        )
    if early:
        return Message(
            f"{name} fails on a cache that keeps its promises, when a sleep ends before the other threads are where it needs them: {said}.",
            lines,
            "A sleep says how long this thread waits, and nothing of what the others do meanwhile. An Event does.",
        )
    if passes:
        return Message(
            f"{name} fails on a cache that keeps its promises in {failure.count} of {failure.count + passes} orders tried: {said}.",
            lines,
            "It asserts what the order of the threads decides, and not the cache: such a test is red one day and green the next.",
        )
    if elsewhere:
        return Message(
            f"{name} passes on one cache that keeps its promises, and fails on another: {said}.",
            lines,
            "It tests how the promises are kept, and not what they are. Another way to keep them is right too.",
        )
    return Message(
        f"{name} fails on every cache that keeps its promises, in every order tried: {said}.",
        lines,
        "It asks for something that a cache does not promise, or waits for something that a right cache never lets happen.",
    )


def missed(cache: str, names: list[str]) -> Message:
    """No test sees it in any order."""
    return Message(f"{_listed(names)} passed, in every order tried, on a cache that {BROKEN[cache]}.", (), HOW[cache])


def lucky(learner: Learner, cache: str, name: str, fails: int, passes: int) -> Message:
    """Some orders show it."""
    return Message(
        f"One cache {BROKEN[cache]}. {name} finds that in {fails} of the {fails + passes} orders tried, and passes in the others.",
        learner.lines("make_cache", name),
        "Which thread goes on first is left to luck. Let the one wait until the other is where it has to be.",
    )


def sleeps(learner: Learner, cache: str, name: str) -> Message:
    """It is found for as long as a sleep lasts."""
    return Message(
        f"One cache {BROKEN[cache]}. {name} finds that only as long as a sleep lasts; when that ends at once, it passes.",
        learner.lines("sleep", name) or learner.lines("sleep"),
        "A sleep makes it likely that the others have come so far, and a loaded machine makes it unlikely again. An Event or a Barrier waits for them.",
    )


def unheard(learner: Learner, cache: str, name: str) -> Message:
    """The assertion failed, in a thread."""
    return Message(
        f"On a cache that {BROKEN[cache]}, an assert of {name} failed in a thread that it started, and the test passed all the same.",
        learner.lines("Thread", name),
        "An exception ends the thread that it is raised in, and no other. Hand it to the test: a Future does, or assert behind join().",
    )


def _listed(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    return f"Your {len(names)} tests"
