"""What exercise 09 tells a learner: what was pulled, kept or lost, and who still waits for whom."""

from typing import Any

from grader.model import Message
from grader.suite.explored import Explored, stands_still
from grader.suite.learner import Learner, shown

NOBODY_TAKES = "Who waits in `get` needs one thing more to take, and who waits in `put` needs somebody who takes."
END = "Each worker needs to hear of the end: one sign for each, and a sign that cannot be an item."
PLACES = "A place is taken before the call and given back after it, whatever happens in between."
WAKE = "`Event.wait(interval)` is over when the time has passed, or at once when somebody sets the event; its answer says which."


def _got(found: Explored) -> Any:
    return found.failure.value if found.failure else None


def _parts(found: Explored, count: int) -> list[Any]:
    """What the scenario returned, as so many values; some of them None where it did not."""
    got = _got(found)
    return got if found.failure and found.failure.kind == "returned" and isinstance(got, list) and len(got) == count else [None] * count


def _told(learner: Learner, found: Explored, text: str, why: str, *, still: str = "", seen: str = "") -> Message:
    """The message for a scenario that returned something else.

    One that stands still, or goes on for ever, is told by who waits where, after `seen`, and why: `still`.
    """
    assert found.failure
    if found.failure.kind == "returned":
        return Message(text, found.lines(learner), why)
    said = stands_still(learner, found)
    if found.failure.kind not in ("deadlock", "endless"):
        return said
    return Message(f"{seen} {said.text}".strip(), said.lines, still or said.why)


# -- 09a -------------------------------------------------------------------------------------------------------------------------------


def _pump(given: str, workers: int, capacity: int) -> str:
    return f"`pump({given}, work, workers={workers}, capacity={capacity})`"


def each(learner: Learner, found: Explored, given: list[int], streamed: bool, workers: int, wanted: list[Any]) -> Message:
    """Few items, and the pairs are wrong."""
    source = "an iterator without an item" if not given else f"an iterator over {given}" if streamed else str(given)
    return _told(
        learner,
        found,
        f"`pump` over {source}, with `workers={workers}` and a `work` that multiplies by 10, returned {shown(_got(found), 90)}, not {wanted} "
        "in some order.",
        "It returns a list of tuples (item, result), one for each item.",
        still=f"{NOBODY_TAKES} {END}",
        seen=f"`pump` over {source} did not return.",
    )


def odd(learner: Learner, found: Explored, items: list[Any]) -> Message:
    """Items that look like none, or like each other."""
    text = f"Of the items {items}, each of which `work` returned as it is, `pump` returned {shown(_got(found), 90)}."
    if items[-1] == "returned":
        text = f"`work` returned an exception for one of {items}, as a value, and `pump` gave {shown(_got(found), 90)}."
        why = "An exception that is returned is a result like any other; only one that is raised is an error."
    elif items[0] is None:
        why = "None is an item like any other. As a sign for the end take an object that nobody else can have: `object()`."
    elif "tea" in items:
        why = "An item that comes twice is worked twice, and is in the list twice."
    else:
        why = "An item or a result that counts as false, or that has no hash, is one like any other."
    return _told(learner, found, text, why, still=why, seen=f"With the items {items}, `pump` did not return.")


def every_order(learner: Learner, found: Explored, items: list[int]) -> Message:
    """Two workers, three items."""
    call = _pump(str(items), 2, 2)
    got, left = _parts(found, 2)
    lost = isinstance(got, list) and len(got) < len(items)
    still = f"{NOBODY_TAKES} {END}"
    if isinstance(got, list) and left and left > 0:
        text = f"{call} returned {shown(got) if lost else 'its list'} while {left} of its threads had not ended. {found.tally()}"
        why = "Wait for the end of each with `join()`. A daemon is stopped wherever it is when the program ends."
    elif lost:
        text = f"{call} returned {shown(got)}. {found.tally()}"
        why = (
            "Between a look and what follows from it another thread may come: a list that was read is old when it is written back, and so is "
            "what `empty()` said, or a wait that gave up."
        )
    else:
        text = f"{call} returned {shown(_got(found), 90)}. {found.tally()}"
        why = "Each item is worked once, and its pair is in the list that comes back."
    if learner.lines(".empty") or learner.lines(".qsize"):
        still = "What a queue said of its size is old when the next line runs: another worker has taken what was there."
    return _told(learner, found, text, why, still=still, seen=f"{call} did not return.")


def too_far(learner: Learner, found: Explored, count: int, workers: int, capacity: int) -> Message:
    """Pulled too far ahead."""
    call = _pump(f"source of {count}", workers, capacity)
    got, most = _got(found), workers + capacity + 1
    text = f"{call} had {shown(got)} items pulled whose `work` had not ended; {most} are the most: {capacity} that wait, {workers} at work, one in hand."
    if got == count:
        why = (
            "Nothing held the source back: all of it was pulled before the first item was done. A queue without a `maxsize` is never full."
        )
    else:
        why = "What waits anywhere counts: in the queue, in the pool's own queue, in a list."
    return _told(learner, found, text, why, still=NOBODY_TAKES, seen=f"{call} did not return.")


def not_ahead(learner: Learner, found: Explored, workers: int, capacity: int) -> Message:
    """Nobody waits, though there is room."""
    assert found.failure
    call = _pump("source", workers, capacity)
    if found.failure.kind == "deadlock":
        return Message(
            f"{call}, while every worker was busy: fewer than {workers + capacity} items were pulled, though {capacity} may wait besides the "
            f"{workers} at work.",
            stands_still(learner, found).lines,
            "Pulling goes on while the workers are busy, until `capacity` items wait; those at work do not count as waiting.",
        )
    return _told(learner, found, f"{call} gave {shown(_got(found))}.", "", seen=f"{call} did not return.")


def at_work(learner: Learner, found: Explored, workers: int) -> Message:
    """Too few at work, or too many."""
    assert found.failure
    if found.failure.kind in ("deadlock", "endless"):
        said = stands_still(learner, found)
        return Message(
            f"With `workers={workers}` and items enough, {workers} calls of `work` were never under way at once.",
            said.lines,
            "Whoever waits for one result before the next item is handed over has one worker, however many threads there are.",
        )
    return _told(
        learner,
        found,
        f"With `workers={workers}`, {shown(_got(found))} calls of `work` were under way at once.",
        "The workers are started once, and each takes one item after another; a thread for each item has no bound.",
    )


def error(learner: Learner, found: Explored, bad: list[int], workers: int) -> Message:
    """A work that raises."""
    which = "each item" if len(bad) > 1 else f"one item of five, {bad[0]}"
    what = f"With `workers={workers}`, `work` raised LookupError for {which}"
    got, left = _parts(found, 2)
    if got == "LookupError":
        text = f"{what}. `pump` raised it while {left} of its threads had not ended."
        why = "The way out by an error has to wait for all threads too: that belongs into `finally`, or a `with` block of the executor."
    elif isinstance(got, list):
        text = f"{what}. `pump` returned {shown(got)} and raised nothing."
        why = "An error ends in the thread in which it is raised, or in a future that nobody asks. Keep it, and let `pump` raise it."
    else:
        text = f"{what}, and `pump` gave {shown(got)}."
        why = "The caller gets the very error that `work` raised."
    if found.failure and found.failure.kind == "error":
        name = found.failure.value[0][0]
        return Message(
            f"{what}. It ended the thread {name}, and was not raised by `pump`.",
            found.lines(learner),
            "An error goes up the calls of its own thread, and ends there. Keep it, and let `pump` raise it.",
        )
    still = "A worker that an error has ended takes nothing any more, and whoever puts into a full queue waits for it for ever."
    return _told(learner, found, f"{text} {found.tally()}".strip(), why, still=still, seen=f"{what}. `pump` did not return.")


def goes_on(learner: Learner, found: Explored, count: int) -> Message:
    """The rest is pulled after an error."""
    return _told(
        learner,
        found,
        f"With one worker, `work` raised for the first item, and all {count} items of the source were pulled before `pump` raised it.",
        "Whoever pulls has to look, before each item, whether something has gone wrong: a source may never end.",
        seen="With one worker, `work` raised for the first item of many.",
    )


def broken_source(learner: Learner, found: Explored, items: list[int]) -> Message:
    """A source that raises."""
    what = f"The source raised OSError after {len(items)} items"
    got, left = _parts(found, 2)
    if got == "OSError":
        text, why = (
            f"{what}. `pump` raised it while {left} of its threads had not ended.",
            "End the workers on every way out: in `finally`.",
        )
    else:
        text = f"{what}, and `pump` gave {shown(got, 80)}."
        why = "An error ends in the thread in which it is raised. Whoever pulls has to hand it over to the one who called `pump`."
    if found.failure and found.failure.kind == "error":
        return Message(f"{what}. It ended the thread {found.failure.value[0][0]}, and was not raised by `pump`.", found.lines(learner), why)
    still = "The error jumped over the lines that tell the workers of the end. Those belong into `finally`."
    return _told(learner, found, f"{text} {found.tally()}".strip(), why, still=still, seen=f"{what}. `pump` did not return.")


def not_refused(learner: Learner, found: Explored, workers: int, capacity: int) -> Message:
    """Numbers without a meaning."""
    got, pulled = _parts(found, 2)
    call = _pump("source", workers, capacity)
    if got == "ValueError":
        text, why = f"{call} raised ValueError after it had pulled {pulled} items.", "Ask before anything is pulled."
    else:
        text = f"{call} gave {shown(got if got is not None else _got(found))}; it should raise ValueError."
        why = (
            "To a `Queue`, a `maxsize` of 0 or less means: without a bound." if workers > 0 else "Without a worker nothing is ever worked."
        )
    return _told(
        learner, found, text, why, still=f"{why} It should raise ValueError, before anything is pulled.", seen=f"{call} did not return."
    )


# -- 09b -------------------------------------------------------------------------------------------------------------------------------


def passed(learner: Learner, found: Explored, wanted: list[Any]) -> Message:
    """A call that does not come through."""
    got = _got(found)
    text = f"Five calls of limited functions, one after another, gave {shown(got, 90)}, not {wanted}."
    if found.failure and found.failure.kind == "returned" and isinstance(got, list) and len(got) == len(wanted):
        place = next((place for place in range(len(wanted)) if got[place] != wanted[place]), 0)
        call = ["order('tea')", "order('tea', 'cake', times=2)", "order('tea', cold=True)", "one.cook('soup')", "other.cook(dish='rice')"][
            place
        ]
        text = f"`{call}` of a limited {'method' if place > 2 else 'function'} gave {shown(got[place])}, not {wanted[place]!r}."
    return _told(
        learner,
        found,
        text,
        "Hand on `*args` and `**kwargs`, and return what the function returns. A method gets its object as the first argument.",
        still=PLACES,
        seen="A call that had the function to itself did not return.",
    )


def unnamed(learner: Learner, found: Explored) -> Message:
    """A wrapper that goes by its own name."""
    name, doc = _parts(found, 2)
    return _told(
        learner,
        found,
        f"A limited `simmer` has the `__name__` {shown(name)} and the `__doc__` {shown(doc)}, not 'simmer' and its own.",
        "The name now means the function inside the decorator. `functools.wraps` copies both over.",
    )


def crowded(learner: Learner, found: Explored, n: int, callers: int, rounds: int, wanted: list[Any]) -> Message:
    """More than n, or somebody who got nothing."""
    most, got = _parts(found, 2)
    what = f"{callers} threads called a function of `limited({n})`, {'twice' if rounds == 2 else 'once'} each"
    if isinstance(most, int) and most > n:
        text = f"{what}, and {most} calls were in it at the same time. {found.tally()}"
        why = "All calls have to ask the same thing for a place, and asking and taking has to be one step."
        if any(".wait(" in line.code or ".acquire(" in line.code for line in found.lines(learner)):
            why = (
                "Who has waited asks again before going in: another one may have come first, and a wait with a time-out may have given up."
            )
    else:
        text = f"{what}, and they got {shown(got)}, not {wanted}. {found.tally()}"
        why = "Who finds no place waits for one. Nobody is sent away."
    return _told(learner, found, text, why, still=PLACES, seen=f"{what}.")


def not_filled(learner: Learner, found: Explored, n: int) -> Message:
    """Fewer than n."""
    assert found.failure
    if found.failure.kind in ("deadlock", "endless"):
        return Message(
            f"{n} threads called a function of `limited({n})`, and were never in it all at once.",
            stands_still(learner, found).lines,
            f"A lock lets one in at a time. `limited({n})` has {n} places.",
        )
    return _told(learner, found, f"{n} threads called a function of `limited({n})`; {shown(_got(found))} were in.", PLACES)


def kept_place(learner: Learner, found: Explored, name: str) -> Message:
    """An error that keeps the place, or frees it twice."""
    first, got, most = _parts(found, 3)
    more = " `KeyboardInterrupt` is no `Exception`: `except Exception` does not see it." if name == "KeyboardInterrupt" else ""
    if first == name and isinstance(most, int) and most > 1:
        text = f"After a call of a `limited(1)` function had raised {name}, {most} calls were in at the same time."
        why = "The place was given back twice, and a semaphore counts what it is given. A `BoundedSemaphore` would have raised ValueError."
    else:
        text = f"A call of a `limited(1)` function raised {name}: its caller got {shown(first)}, and the next ones {shown(got)}."
        why = f"What the function raises goes on to its caller.{more}"
    return _told(
        learner,
        found,
        text,
        why,
        still=f"The place was not given back. `with` does it on every way out, and so does `finally`.{more}",
        seen=f"After a call of a `limited(1)` function had raised {name}, the next one waited.",
    )


def same_door(learner: Learner, found: Explored, shared: bool) -> Message:
    """Two functions, one semaphore."""
    how = "both decorated with `door = limited(1)`" if shared else "each with a `limited(1)` of its own"
    where = "where the function is decorated, not where `limited` is called" if shared else "for each function, not once for all"
    return _told(
        learner,
        found,
        f"Two functions, {how}: one called the other, and gave {shown(_got(found))}.",
        "What the function returns is returned.",
        still=f"They share one place. Make the semaphore {where}.",
        seen=f"Two functions, {how}: one called the other, and waited for ever.",
    )


def no_places(learner: Learner, found: Explored, n: int) -> Message:
    """limited(0)."""
    got = _got(found)
    return _told(
        learner,
        found,
        f"`limited({n})` gave {shown(got)}; it should raise ValueError, and not wait for a function or a call to do so.",
        "`Semaphore(0)` is allowed, and then every call waits for ever." if n == 0 else "There is no such number of places.",
    )


# -- 09c -------------------------------------------------------------------------------------------------------------------------------

LEFT = "A thread of the ticker goes on, and no `stop` reaches it."


def ticked(learner: Learner, found: Explored, interval: float) -> Message:
    """Three intervals and a half."""
    early, calls, mine = _parts(found, 3)
    start = f"`Ticker({interval}, fn)`, started"
    if mine:
        text, why = (
            f"{start}: `fn` was called in the thread that had called `start`.",
            "`start` returns at once; another thread calls `fn`.",
        )
    elif early:
        text, why = f"{start}: `fn` was called before the first interval had passed.", "First wait, then call."
    else:
        text, why = (
            f"{start}: after three intervals and a half there were {shown(calls)} calls of `fn`, not 3.",
            "One call for each interval.",
        )
    return _told(
        learner,
        found,
        text,
        why,
        still="`start` has to return at once, so the loop runs in another thread; and `stop` has to end that loop.",
        seen=f"{start}, looked at for three intervals and a half, and stopped.",
    )


def still_called(learner: Learner, found: Explored) -> Message:
    """A call after stop, or under way."""
    _, later = _parts(found, 2)
    if later:
        text = f"After `stop` had returned, `fn` was called again. {found.tally()}"
        why = "The thread had looked before `stop` told it, and called `fn` after. Only who waits for its end knows that it has ended."
    else:
        text = f"`stop` returned while a call of `fn` was under way. {found.tally()}"
        why = "To tell a thread to end and to wait for its end are two things: set the event, then `join()`."
    return _told(learner, found, text, why, still=WAKE, seen="`start`, then `stop`.")


def one_call_more(learner: Learner, found: Explored) -> Message:
    """Woken by stop, and `fn` is called."""
    return _told(
        learner,
        found,
        "`stop`, called between two calls of `fn`, brought about one more.",
        f"After the wait, look first whether it is over. {WAKE}",
        still=WAKE,
        seen="`stop`, called between two calls.",
    )


def stopped_late(learner: Learner, found: Explored) -> Message:
    """It waits for the interval to pass."""
    return _told(
        learner,
        found,
        "`stop`, called early in an interval, returned only when the interval had passed.",
        f"Nobody can wake a thread in `time.sleep`. {WAKE}",
        still=WAKE,
        seen="`stop`, called early in an interval.",
    )


def looks_again(learner: Learner, found: Explored) -> Message:
    """It polls."""
    return _told(
        learner,
        found,
        "Waiting for an interval of 8 seconds took the ticker more steps than waiting for one of 1: it looks again and again whether it is time.",
        f"A loop that looks keeps a core busy, or wakes up for nothing. {WAKE}",
        still=f"A loop that looks keeps a core busy, or wakes up for nothing. {WAKE}",
        seen="It looks again and again whether it is time.",
    )


def stopped_idle(learner: Learner, found: Explored) -> Message:
    """Stop before start, start, stop, stop."""
    first, between, second, third, after = _parts(found, 5)
    if first is not None:
        text, why = f"`stop` before `start` gave {shown(first)}.", "There is nothing to stop, and nothing to wait for: it returns."
    elif between != 1:
        text = f"`stop`, then `start`: after one interval and a half, there were {shown(between)} calls of `fn`, not 1."
        why = "A `stop` that came before has nothing to say about the `start` after it."
    elif second is not None or third is not None:
        text, why = f"`stop` called twice gave {shown(second)}, then {shown(third)}.", "The second one finds it stopped, and returns."
    else:
        text, why = f"After two `stop`, `fn` was called {shown(after)} times more.", "No call begins after `stop`."
    return _told(learner, found, text, why, still="What is not running has nothing to wait for.", seen="`stop`, `start`, `stop`, `stop`.")


def started_twice(learner: Learner, found: Explored) -> Message:
    """A second start."""
    second, during, after = _parts(found, 3)
    if second is not None:
        text, why = f"A second `start` gave {shown(second)}.", "On a ticker that is running, `start` does nothing."
    else:
        text = f"Started twice, `fn` was called {shown(during)} times in the next two intervals and a half, not 2, and after `stop` {shown(after)} times."
        why = "The second `start` has begun another thread, and `stop` knows the last one only. Ask first whether one is running."
    return _told(learner, found, text, why, still=f"{LEFT}", seen="`start`, `start`, `stop`.")


def started_again(learner: Learner, found: Explored) -> Message:
    """A start after a stop."""
    second, during, after = _parts(found, 3)
    if second is not None:
        text = f"`start` after `stop` gave {shown(second)}."
        why = "A thread can be started once. Each `start` makes a new one."
    else:
        text = f"`start`, `stop`, `start`: in the next two intervals and a half `fn` was called {shown(during)} times, not 2, and after `stop` {shown(after)}."
        why = "An event that was set stays set: a new start needs a new one, or one that was cleared."
    return _told(learner, found, text, why, still=LEFT, seen="`start`, `stop`, `start`, `stop`.")


def stopped_inside(learner: Learner, found: Explored) -> Message:
    """Stop in fn."""
    said, calls, left = _parts(found, 3)
    if isinstance(said, list) and said != [None]:
        text = f"`stop`, called by `fn` itself, gave {shown(said[0]) if said else 'no answer'}."
        why = "A thread cannot join itself. Ask `threading.current_thread()` first."
    elif calls != 2:
        text, why = f"`fn` stopped the ticker in its second call, and there were {shown(calls)} calls in all.", "No call follows a `stop`."
    else:
        text, why = (
            f"`fn` stopped the ticker, and {shown(left)} of its threads did not end.",
            "The loop looks after each call whether it is over.",
        )
    return _told(learner, found, text, why, still="It waits for its own call to end.", seen="`fn` called `stop`.")


def stopped_from_both(learner: Learner, found: Explored) -> Message:
    """Stop in fn, and outside."""
    said, calls = _parts(found, 2)
    if calls not in (None, 1):
        text, why = f"`fn` called `stop`, another thread too, and `fn` was called {shown(calls)} times.", "No call follows a `stop`."
    else:
        text, why = f"`fn` and another thread called `stop` at once: {shown(said)}. {found.tally()}", "Both return without an error."
    return _told(
        learner,
        found,
        text,
        why,
        still="Who holds a lock while it joins waits for a thread that may want that lock. Join after the lock is free.",
        seen="`fn` and another thread called `stop` at once.",
    )


def not_apart(learner: Learner, found: Explored) -> Message:
    """Two tickers."""
    return _told(
        learner,
        found,
        f"Two tickers were started, and one was stopped. In two intervals the other one made {shown(_got(found))} calls, not 2.",
        "What belongs to one ticker is made in `__init__` and kept in `self`; what stands in the class is shared by all.",
        still=LEFT,
        seen="Two tickers, one stopped before the other.",
    )


def stopped_together(learner: Learner, found: Explored) -> Message:
    """Two stops."""
    again = _parts(found, 3)[2]
    text = f"Two threads called `stop` at once, and for one of them it returned while a call of `fn` was under way. {found.tally()}"
    why = "The second `stop` must not return before the first one may: it waits for the same thread."
    if again:
        text = (
            f"Two threads called `stop` at once. Then it was started and stopped once more, and `fn` was called after that. {found.tally()}"
        )
        why = "What the two have left is met by the next run: give each run an event of its own."
    return _told(
        learner,
        found,
        text,
        why,
        still="What the two have left is met by the next run: give each run an event of its own.",
        seen="Two threads called `stop` at once. Then it was started once more, and `fn` was not called, or `stop` did not return.",
    )


def started_together(learner: Learner, found: Explored) -> Message:
    """Two starts."""
    most = _parts(found, 3)[0]
    text = f"Two threads called `start` at once, and two calls of `fn` overlapped. {found.tally()}"
    if most == 1:
        text = f"Two threads called `start` at once, and after `stop` a thread was still calling `fn`. {found.tally()}"
    return _told(
        learner,
        found,
        text,
        "Both found it not running, and each began a thread. Asking and beginning have to be one step, under a lock.",
        still=f"{LEFT} Both starts found it not running, and each began a thread. Asking and beginning have to be one step, under a lock.",
        seen="Two threads called `start` at once.",
    )


def started_and_stopped(learner: Learner, found: Explored) -> Message:
    """A start beside a stop."""
    return _told(
        learner,
        found,
        f"One thread called `start`, another one `stop`, and then `stop` was called once more. `fn` was called after that, or under way. "
        f"{found.tally()}",
        "The second `stop` did not find the thread that the `start` had begun.",
        still=f"{LEFT}",
        seen="One thread called `start`, another one `stop`.",
    )
