"""What exercise 05 tells a learner: which rule applies, what a time holds, and how the parts differ."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from grader.model import Message, Outcome
from grader.sandbox.wire import ErrorValue
from grader.suite.explored import Explored, stands_still
from grader.suite.fate import Fate
from grader.suite.learner import Learner, shown

FIELDS = ("cpu_s", "wait_s", "tasks", "payload_bytes", "picklable", "free_threaded")
RULES = {
    1: "What one task, or next to nothing, could win by help is less than the help costs.",
    2: "A thread that waits lets the others go on, with the GIL or without.",
    3: "Without the GIL threads compute at the same moment, and nothing has to travel.",
    4: "What cannot be pickled does not get into another process, and threads with a GIL take turns.",
    5: "Only another process has a GIL of its own; here that saves more than it costs.",
    6: "Starting processes and sending the data costs as much as they save, or more.",
}
START = 1024
"""Where the probes' clock begins."""
SPAN = 16.125
"""Seconds of it for a submit; one more for the end of the call."""


def _got(found: Explored) -> dict[str, Any]:
    """What the scenario returned; empty when it did not."""
    value = found.failure.value if found.failure and found.failure.kind == "returned" else None
    return value if type(value) is dict else {}


def _told(learner: Learner, found: Explored, text: str, why: str) -> Message:
    """A message about what came back; one that never came back is told by who waits."""
    if found.failure and found.failure.kind != "returned":
        return stands_still(learner, found)
    return Message(text, found.lines(learner), why)


def _instead(got: dict[str, Any]) -> str:
    """What came in place of a Timing."""
    return f"`measure` gave {got['said']}" if got.get("said") else ""


def recommended(row: tuple[Any, ...], said: Any, wanted: str, rule: int) -> Message:
    """A job, and the wrong advice."""
    fields = ", ".join(f"{name}={value}" for name, value in zip(FIELDS, row, strict=True))
    return Message(f"`recommend(Job({fields}))` said {shown(said)}. Rule {rule} is the first that applies: {wanted!r}.", why=RULES[rule])


def results(learner: Learner, found: Explored, items: list[int], streamed: bool) -> Message:
    """Wrong results, or calls too many."""
    got = _got(found)
    given = f"a generator of {items}" if streamed else str(items)
    wanted = [item * 10 for item in items]
    if instead := _instead(got):
        return _told(learner, found, f"Of {given} {instead}, not a Timing.", "It returns a Timing, with `seconds` and `results`.")
    if got.get("results") == wanted:
        return _told(
            learner,
            found,
            f"For {given}, `fn` was called with {got['calls']}.",
            "Each item gets one call; without `warm_up` there is no other.",
        )
    why = "`results` is a list in the order of the items, whichever call ends first."
    if streamed and items:
        why += " A generator gives its items once."
    return _told(learner, found, f"`fn` multiplies by 10. Of {given}, `results` was {shown(got.get('results'))}.", why)


def seconds(learner: Learner, found: Explored, count: int) -> Message:
    """A time that holds too little, too much, or is of another clock."""
    got = _got(found)
    if instead := _instead(got):
        return _told(learner, found, f"Of {count} items {instead}, not a Timing.", "It returns a Timing, with `seconds` and `results`.")
    if got and not got["readers"]:
        return _told(
            learner, found, "`clock` was never read.", "Whoever passes a clock wants the time by that one. It need not be the machine's."
        )
    took = got.get("seconds")
    text = f"By the clock that was passed, {count} calls took {SPAN + 1} seconds each, {(SPAN + 1) * count} in all. `seconds` was {shown(took)}."
    if took is not None and START <= took < 2 * START:
        return _told(learner, found, text, "A clock may begin anywhere: only the difference of two readings is a time.")
    if took is not None and took < SPAN * count:
        return _told(
            learner,
            found,
            text,
            "The clock was read for the first time when calls had been submitted already, or the difference is of other moments.",
        )
    if took == int((SPAN + 1) * count):
        return _told(learner, found, text, "Times are not whole numbers: what a second hides may be all of it.")
    if took is not None and took - SPAN * count in range(count):
        return _told(
            learner,
            found,
            f"`seconds` ended before the work did. {text}",
            "`submit` and `map` return at once: what was measured is the submitting. Take all results, then read the clock.",
        )
    return _told(learner, found, text, "From before the first submit to the end of the last call, and nothing else.")


def clock(learner: Learner, found: Explored) -> Message:
    """The clock was read in a worker."""
    who = [name for name in _got(found).get("readers", []) if name != "main"]
    return _told(
        learner,
        found,
        f"`clock` was read by {', '.join(who[:3])}.",
        "The times of calls that overlap do not add up to the time that passed; and the clock of another process is another clock.",
    )


def at_once(learner: Learner, found: Explored, count: int, workers: int) -> Message:
    """Too few calls at once, or too many."""
    peak = found.failure.value if found.failure else None
    waits = learner.lines(".result", "measure", inside="loop") or learner.lines(".result", "measure", inside="generator")
    if peak == 1 and waits and learner.lines(".submit().result", "measure"):
        why = "`result()` in the loop that submits waits for each call before the next one begins."
    elif type(peak) is int and peak < workers:
        why = "The executor runs as many at once as it has workers, if all calls are handed in before one is waited for."
    else:
        why = "The executor decides how many run at once."
    return _told(
        learner, found, f"Of {count} calls in an executor with {workers} workers, {shown(peak)} ran at once at most, not {workers}.", why
    )


def given(learner: Learner, found: Explored) -> Message:
    """Another executor, or this one shut down."""
    got = _got(found)
    if got.get("elsewhere"):
        return _told(
            learner,
            found,
            f"{got['elsewhere']} calls of `fn` ran in a thread that is none of the executor's.",
            "Making a pool of one's own puts its start into the time. Calling `fn` directly measures no executor at all.",
        )
    return _told(
        learner,
        found,
        "After `measure` the executor was shut down.",
        "It is the caller's, who may want to measure again. `with executor:` shuts it down.",
    )


def warm_up(learner: Learner, found: Explored, items: list[int]) -> Message:
    """No warm-up, one too many, or one in the time."""
    got = _got(found)
    wanted = sorted([*items, *items[:1]])
    if got and not items:
        return _told(
            learner,
            found,
            f"Without items and with `warm_up=True`, `measure` gave {got.get('said') or got}.",
            "Nothing is there to warm up with.",
        )
    if got and got["calls"] != wanted:
        return _told(
            learner,
            found,
            f"With `warm_up=True` and the items {items}, `fn` was called with {got['calls']}.",
            f"One call with the first item, {items[0]}, comes before all others.",
        )
    if got and got["results"] != [item * 10 for item in items]:
        return _told(
            learner,
            found,
            f"With `warm_up=True`, `results` of {items} was {shown(got['results'])}.",
            "What the first call returned is dropped.",
        )
    return _told(
        learner,
        found,
        f"With `warm_up=True`, {len(items)} calls took {(SPAN + 1) * len(items)} seconds by the clock, and `seconds` was {shown(got.get('seconds'))}.",
        "The first call has to have ended before the clock is read: `result()` waits for it.",
    )


TRAVELS = "A call travels to another process as a pickle: `fn` does, but a lambda, or a function made inside `measure`, does not."


@contextmanager
def far_away() -> Iterator[None]:
    """A deadlock in here is a wait for a call that never left; some Pythons (3.12.1) wait where others raise."""
    try:
        yield
    except Fate as fate:
        if fate.outcome is Outcome.DEADLOCKED:
            fate.text, fate.why = "In a pool of processes `measure` waits for ever.", TRAVELS
        raise


def far(learner: Learner, items: list[int], warm_up: bool, got: Any, made: int, at_home: int) -> Message:
    """What came of a pool of processes."""
    asked = f"In a pool of processes{', with `warm_up=True`,' if warm_up else ''} `measure` of {len(items)} items"
    if isinstance(got, ErrorValue):
        return Message(f"{asked} raised {got.type}.", learner.where(got), TRAVELS)
    if at_home:
        return Message(f"{asked} made {at_home} calls in your own process.", why="The executor's workers are to do the work.")
    if got == [item * 10 for item in items]:
        return Message(f"{asked} made {made} calls.", why="Each item gets one call, and `warm_up` one more.")
    return Message(f"{asked}: `fn` multiplies by 10, and of {shown(items)} `results` was {shown(got)}.", why="Results are as in threads.")


def far_in_turn(learner: Learner, calls: int, peak: int, workers: int) -> Message:
    """Workers that have nothing to do."""
    why = (
        "A chunk goes to one worker as a whole, and `chunksize` is the number of items in it: one chunk, one worker."
        if learner.lines(".map", "measure")
        else "The pool has a worker for each of them; they have to be handed in before one is waited for."
    )
    return Message(
        f"Of {calls} calls in a pool of {workers} processes, {peak} ran at once at most, not {workers}.",
        learner.lines(".map", "measure"),
        why,
    )


def error(learner: Learner, found: Explored, bad: int) -> Message:
    """An error that did not come through."""
    got = _got(found)
    what = f"`results` {shown(got.get('results'))}" if got.get("said") is None else str(got.get("said"))
    return _told(
        learner,
        found,
        f"`fn` raised LookupError for {bad}. `measure` gave {what}.",
        "A pool keeps what a call raises until somebody asks for its result.",
    )


def whole(count: int, n: int, parts: Any) -> Message:
    """Items that are not where they were."""
    return Message(
        f"`split` of the numbers from 0 to {count - 1} in {n} parts gave {shown(parts, 90)}."
        if count
        else f"`split([], {n})` gave {shown(parts)}.",
        why="One after another, the parts are the sequence.",
    )


def even(count: int, n: int, sizes: list[int]) -> Message:
    """Parts that differ too much, or too few."""
    if len(sizes) < min(n, count):
        return Message(
            f"{count} items in {n} parts: there are {len(sizes)}, of {shown(sizes)} items.",
            why="A worker without a part has nothing to do. Parts of one rounded-up size use up the items too soon.",
        )
    return Message(
        f"{count} items in {n} parts: they have {shown(sizes)} items.",
        why="Everybody waits for the longest part, so what is left over is dealt out, one item each.",
    )


def few(count: int, n: int, parts: Any) -> Message:
    """Empty parts."""
    return Message(
        f"{count} items for {n} workers: the parts are {shown(parts)}.",
        why="An empty part makes a task that does nothing, and costs what a task costs.",
    )


def kinds(kind: str, parts: Any, same: bool) -> Message:
    """Another kind of sequence."""
    what = "a sequence of the grader's, with a length and slices," if kind == "shelf" else f"a {kind}"
    if not same:
        return Message(f"After `split` of {what} of 7 items, it had changed.", why="The caller may need it again: slices are copies.")
    return Message(
        f"`split` of {what} of 7 items in 3 parts gave {shown(parts, 80)}.",
        why="A sequence has `len` and can be sliced; more is not needed.",
    )


def refuses(count: int, n: int, said: str) -> Message:
    """No workers, no error."""
    got = f"raised {said}" if said else "returned"
    return Message(
        f"`split` of {count} items with n={n} {got}, and should raise ValueError.",
        why="Nobody is there to take a part: an empty answer would lose the work.",
    )
