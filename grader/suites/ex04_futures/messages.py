"""What exercise 04 tells a learner, mistake by mistake: what was seen, what was expected, why that happens.

The sentence is chosen by what was observed. The learner's source decides only which line is quoted, and between mistakes that look
the same.
"""

import re
from typing import Any

from grader.model import Message, SourceLine
from grader.sandbox.wire import ErrorValue
from grader.suite.learner import Learner, shown

FORGED = Message("What came back was not what the grader's own probe sends, so it counts for nothing.")
UNSEEN = "The clock of this check does not know the way in which your `collect` waits, so there is no verdict."

RAISED_ANEW = "`result()` raises it again in your thread, and `except Exception` does not catch it."
TWO_LATE_WORDS = "`done()` is False both before and during the run; `running()` tells them apart."
DONE_IS_MORE = "`done()` is also true for {whom}: it means that nothing more will happen."
KEEPS_ONE_ORDER = "It should keep the order of the list"
ONE_DEADLINE = "It should wait {T} s in all."


def left(learner: Learner, task: str, error: Any) -> Message:
    """An exception that left the task."""
    assert isinstance(error, ErrorValue)
    lines = learner.where(error)
    should = (
        'It should be reported: "failed", with the exception in `error`.'
        if task == "collect"
        else 'It should return "failed": the task raised it.'
    )
    if error.type in ("SystemExit", "KeyboardInterrupt"):
        return Message(f"{error.type} left `{task}`. {should}", lines, RAISED_ANEW)
    if error.args == ("raised by the task",):
        why = "`result()` raises a task's error in your thread; `exception()` hands it over."
        return Message(f"{error.type}, raised by a task, left `{task}`. {should}", lines, why)
    if error.type == "CancelledError":
        should = 'It should report that future as "cancelled" and go on.' if task == "collect" else 'It should return "cancelled".'
        return Message(
            f"CancelledError left `{task}`. {should}",
            lines,
            "For a cancelled future `result()` and `exception()` both raise CancelledError.",
        )
    if error.type == "TimeoutError" and task == "collect":
        should = "It should report every future as what it is by then."
        why = "`as_completed`, `result` and `exception` raise at their time-out; `wait` returns."
        return Message(f"TimeoutError left `collect` at the deadline. {should}", lines, why)
    said = f": {error.text}" if error.text else ""
    return Message(f"`{task}` raised {error.type}{said}.", lines)


# -- 04a -----------------------------------------------------------------------------------------------------------------------------


def describe_hangs(state: str) -> tuple[str, str]:
    """Text and why for a wait that nothing will end."""
    text = f'`describe` waited for a {state} future, and nothing was going to end it. It should answer at once: "{state}".'
    return text, "`result()` and `exception()` wait until the future is done."


def describe_waits(asked: list[float]) -> Message:
    text = f"`describe` waited for a moment ({asked[0]:.3g} s) before it answered. It should look, and answer without waiting at all."
    return Message(text, (), "A time-out above 0 still waits; `running()` and `done()` never do.")


def no_word(learner: Learner, state: str, said: Any) -> Message:
    if isinstance(said, ErrorValue):
        return left(learner, "describe", said)
    return Message(f"`describe` answered {shown(said)} for a {state} future. It should answer with one of the five words.")


def unsettled(learner: Learner, state: str, said: Any) -> Message:
    if isinstance(said, ErrorValue):
        return left(learner, "describe", said)
    seen = f"`describe` called a {state} future {_quoted(said)}."
    if state == "pending" and said == "running" and (lines := _running_without_call(learner)):
        why = "The method itself is an object, and an object like that is always true."
        return Message(f"{seen} It should ask the future: this is a method without its brackets.", lines, why)
    reason = "no worker has begun the task" if state == "pending" else "a worker has begun the task"
    return Message(f'{seen} It should be "{state}": {reason}.', (), TWO_LATE_WORDS)


def _running_without_call(learner: Learner) -> tuple[SourceLine, ...]:
    """A line that names `.running` and does not call it."""
    if learner.lines(".running", within="describe"):
        return ()
    found = (number for number in range(1, 1000) if re.search(r"^[^#]*\.running\b(?!\s*\()", learner.raw_line(number)))
    return tuple(learner.source_line(number) for number in list(found)[:1])


def cancelled(learner: Learner, said: Any) -> Message:
    if isinstance(said, ErrorValue):
        return left(learner, "describe", said)
    seen = f"`describe` called a cancelled future {_quoted(said)}."
    if said == "done":
        return Message(f'{seen} It should be "cancelled".', (), DONE_IS_MORE.format(whom="cancelled futures"))
    if said == "failed":
        why = "CancelledError comes from asking, not from the task; `cancelled()` knows."
        return Message(f'{seen} It should be "cancelled": the task never ran, so it raised nothing.', (), why)
    return Message(f'{seen} It should be "cancelled": no worker will ever begin it.', (), "A cancelled future is final, as `done()` says.")


def returned(learner: Learner, value: Any, said: Any) -> Message:
    """`said` is not "done", but the task returned."""
    if isinstance(said, ErrorValue):
        return left(learner, "describe", said)
    if type(value) is tuple:
        text = f"`describe` called a future {_quoted(said)} whose task returned an exception object."
        should = 'It should be "done": the object was returned, not raised.'
        return Message(f"{text} {should}", (), "`exception()` is None for it; what it returned plays no part.")
    text = f'`describe` called a future that returned {value!r} {_quoted(said)}. It should be "done": the task returned.'
    return Message(text, (), "Here the value decides; only raising makes a future fail.")


def raised(learner: Learner, name: str, said: Any) -> Message:
    """`said` is not "failed", but the task raised."""
    if isinstance(said, ErrorValue):
        return left(learner, "describe", said)
    seen = f"`describe` called a future {_quoted(said)} whose task raised {name}"
    if said == "cancelled":
        why = "`result()` raises the same class in both cases; `cancelled()` tells them apart."
        return Message(f'{seen} itself. It should be "failed": a worker ran the task.', (), why)
    if said in ("pending", "running"):
        why = "`result(timeout=0)` raises the same class in both cases; `done()` tells them apart."
        return Message(f'{seen} itself. It should be "failed": the task has ended.', (), why)
    return Message(f'{seen}. It should be "failed".', (), DONE_IS_MORE.format(whom="tasks that raised"))


def _quoted(said: Any) -> str:
    return f'"{said}"' if type(said) is str and len(said) < 40 else shown(said)


# -- 04b: the list ---------------------------------------------------------------------------------------------------------------------


def collect_hangs(learner: Learner, timeout: float | None) -> tuple[str, str]:
    """Text and why for a wait that nothing will end."""
    text = f"`collect` waited for ever with timeout={timeout}."
    if timeout is None:
        return f"{text} It should return as soon as every future is settled.", "Whoever waits must be woken by the last future that ends."
    should = f"It should return after {timeout} s at the latest." if timeout else "It should look once and return."
    if timeout == 0 and any(_TIMEOUT_AS_TRUTH.search(learner.raw_line(number)) for number in range(1, 1000)):
        return f"{text} {should}", "0 counts as false, so `if timeout:` takes it for None. Ask `timeout is None`."
    return f"{text} {should}", "Nothing here ends the wait but the futures: each wait, and each new look, must know how much time is left."


_TIMEOUT_AS_TRUTH = re.compile(r"^[^#]*(\b(if|not|and|or)\s+timeout\s*(:|\)|,|$|and\b|or\b|else\b)|\btimeout\s+(or|and)\b)")
"""A line that takes `timeout` itself for a truth value."""


def no_list(kind: str) -> Message:
    return Message(f"`collect` returned a value of type {kind[:40]}. It should return a list, with one `Settled` for each place.")


def no_settled(kind: str) -> Message:
    return Message(f"`collect` put a value of type {kind[:40]} into its list. It should put a `Settled` there for each place.")


def out_of_nothing() -> Message:
    return Message("`collect` reported something for an empty list. No futures: an empty list.")


def twins_merged(count: int) -> Message:
    text = f"`collect` reported each future once: {count} answers for a list of 3."
    should = "It should give one answer for each place, so a future listed twice comes twice."
    return Message(f"{text} {should}", (), "Sets and dict keys keep one of two equal members.")


def in_order_of_ends() -> Message:
    text = f"`collect` reported 7 futures in the order in which they ended. {KEEPS_ONE_ORDER}."
    return Message(text, (), "`as_completed` gives futures as they end; the list knows who stood where.")


def mixed_up(count: int) -> Message:
    text = f"`collect` mixed up the order of {count} futures. {KEEPS_ONE_ORDER}."
    return Message(text, (), "A set has no order: loop over the list that you were given.")


def settled_first() -> Message:
    text = f"`collect` put the settled futures first and the late ones behind them. {KEEPS_ONE_ORDER}, whatever each one came to."
    return Message(text, (), "`wait` sorts into two sets; the list knows who stood where.")


# -- 04b: what each came to --------------------------------------------------------------------------------------------------------------


def outcome(spec: tuple[str, Any, float], rows: list[tuple[Any, Any, Any]]) -> Message:
    """One future, all settled before the call, is reported as something else."""
    state, payload, _ = spec
    if len(rows) != 1:
        return not_all(len(rows), 1)
    status, value, error = rows[0]
    if state == "failed" and status == "failed" and error == "str":
        why = "Text cannot be raised again, and loses the class and the traceback."
        return Message(
            "`collect` stored a text instead of the exception that the task raised. `error` should be the very exception object.", (), why
        )
    if state == "failed" and value == 0:
        why = "A task may return an exception object too: the field tells the two apart."
        return Message(
            "`collect` stored the exception of a failed task in `value`. It should be in `error`, and `value` should be None.", (), why
        )
    if state == "done" and status == "done" and value is None and not payload:
        text = f"A task returned {payload!r}, and its `value` came back as None. `value` should be what the task returned, whatever it is."
        return Message(text, (), "`x or None` replaces every value that counts as false.")
    if state == "done" and status == "failed" and type(payload) is tuple:
        text = '`collect` called a future "failed" whose task returned an exception object.'
        should = 'It should be "done" with that object in `value`: it was returned, not raised.'
        return Message(f"{text} {should}", (), "`exception()` is None for it.")
    what = {"done": "a future that had returned", "failed": "a future that had raised", "cancelled": "a cancelled future"}[state]
    if status != state:
        return Message(f'`collect` called {what} {_quoted(status)}. It should be "{state}".')
    fields = {"done": "`value` what the task returned, `error` None", "failed": "`error` what the task raised, `value` None"}
    return Message(f"`collect` mixed up value and error of {what}. It should have {fields.get(state, '`value` and `error` both None')}.")


def not_all(count: int, expected: int) -> Message:
    if expected < 9:
        return Message(f"`collect` gave {count} answers for a list of {expected}. It should report every future.")
    text = f"`collect` reported nothing after the cancelled one: {count} answers for {expected} futures. It should report every future."
    return Message(text, (), "A `try` around the whole loop ends the loop; put it around one future.")


def mixed_outcomes() -> Message:
    return Message(
        "`collect` reported each of 9 futures rightly alone, but not all together. What one came to should not depend on the others."
    )


def own_timeout(rows: list[tuple[Any, Any, Any]]) -> Message:
    said = _quoted(rows[0][0]) if rows else "nothing"
    text = f"`collect` reported {said}, but the task raised TimeoutError and had ended."
    why = "`result()` raises one class for both: your time is up, or the task's own error."
    how = "`done()` says which, and `exception()` never mixes them up."
    return Message(f'{text} It should be "failed", with that TimeoutError in `error`.', (), f"{why} {how}")


# -- 04b: the deadline -------------------------------------------------------------------------------------------------------------------


def each_its_own(T: int, seconds: float, count: int) -> Message:  # noqa: N803
    text = f"With timeout={T}, `collect` waited {seconds:.0f} s for {count} futures: each future got its own."
    return Message(f"{text} {ONE_DEADLINE.format(T=T)}", (), "A time-out inside a loop starts anew in every round.")


def restarts(T: int, seconds: float) -> Message:  # noqa: N803
    text = f"With timeout={T}, `collect` waited {seconds:.0f} s: after each future that ended, the time-out began anew."
    why = "The deadline is a moment. Work it out once, before the loop; each wait gets what is left."
    return Message(f"{text} {ONE_DEADLINE.format(T=T)}", (), why)


def too_early(T: int, seconds: list[float]) -> Message:  # noqa: N803
    text = f"With timeout={T}, `collect` ended before the deadline, after {seconds[0]:.0f} s, with futures unsettled."
    why = "A future that ends late may use all the time that the early ones left."
    return Message(f"{text} It should wait until all are settled, or for {T} s.", (), why)


def not_looked_at(late: list[str]) -> Message:
    text = f"`collect` called a future {_quoted(late[0] if late else None)} that had a value before the deadline."
    return Message(f'{text} It should be "done": it ended long before.', (), "With no time left, do not wait, but look.")


def sleeps(T: int, seconds: float, enough: float) -> Message:  # noqa: N803
    text = f"With timeout={T}, `collect` waited {seconds:.0f} s, though nothing was left to wait for after {enough:.0f} s."
    return Message(f"{text} It should return as soon as every future is settled.", (), "A sleep cannot be woken by a future; `wait` can.")


def none_ends(seconds: float) -> Message:
    text = f"With timeout=None, `collect` gave up after {seconds:.0f} s. It should wait as long as it takes."
    return Message(text, (), "None is no number of seconds: it means that there is no deadline.")


def misreported() -> Message:
    text = "`collect` kept the deadline, but what it reported is not what the futures had come to by then."
    return Message(text, (), "What is settled at the deadline is reported with its value; what is not, as pending or running, with none.")


def zero_waits() -> Message:
    text = "`collect` waited although timeout=0. It should look once and return."
    return Message(text, (), "A wait above 0 stays until its time is over; 0 asks for what is known now.")


def zero(words: list[Any]) -> Message:
    """Two that have a value, one pending, one running: these words are others."""
    if "cancelled" in words:
        return cancels()
    if words.count("done") < 2:
        return not_looked_at([word for word in words if word in ("pending", "running")])
    if words.count("pending") != words.count("running") and len(words) == 4:
        state, said = ("running", "pending") if "pending" in words else ("pending", "running")
        reason = "a worker has begun the task" if state == "running" else "no worker has begun the task"
        text = f'`collect` called a {state} future "{said}". It should be "{state}": {reason}.'
        return Message(text, (), "Not done is two states; `describe` tells them apart.")
    return misreported()


def cancels() -> Message:
    text = "`collect` cancelled a future that was late. It should leave it alone: its task may still run, and others may wait for it."
    return Message(text, (), "A time-out ends the waiting, not the task.")


# -- 04c -----------------------------------------------------------------------------------------------------------------------------


def cancel_hangs(states: list[str]) -> tuple[str, str]:
    """Text and why for a wait that nothing will end."""
    whom = next((state for state in states if state == "running"), states[0] if states else "late")
    text = f"`cancel_all` waited for a {whom} future, and nothing was going to end it. It should count what it got and return."
    return text, "`cancel()` answers at once; `wait`, `result` and `exception` do not."


def no_cancelled(kind: str) -> Message:
    return Message(
        f"`cancel_all` returned a value of type {kind[:40]}. It should return a `Cancelled`, whose two counts are whole numbers."
    )


def stopped(count: int, counts: tuple[int, int], cancelled: list[bool]) -> Message:
    if cancelled == [True] * count and counts[0] == 0:
        text = f"`cancel_all` cancelled {count} pending futures and reported stopped=0: it counted before cancelling."
        why = "`cancelled()` tells how things are now; what your call does shows in what `cancel()` returns."
        return Message(f"{text} It should report {count}.", (), why)
    if True not in cancelled:
        text = f"`cancel_all` reported stopped={counts[0]}, but it cancelled nothing. It should call `cancel()` on each."
        return Message(text, (), "A future that is pending now goes to the next free worker.")
    done = (
        f"`cancel_all` cancelled {cancelled.count(True)} of {count} pending futures and reported stopped={counts[0]}, too_late={counts[1]}."
    )
    return Message(f"{done} It should cancel and count all {count}.", (), "`cancel()` returns True for each that it stops.")


def gave_up(cancelled: list[bool]) -> Message:
    behind = [cancelled[number] for number in (1, 3) if number < len(cancelled)].count(False)
    text = f"`cancel_all` stopped trying at the first late one: {behind} pending futures behind it were left. It should try every future."
    return Message(text, (), "One future that cannot be cancelled says nothing about the next.")


def too_late(state: str, counts: tuple[int, int]) -> Message:
    if counts[0]:
        if state == "running":
            why = "`cancel()` returns False once a worker has begun. Calling it is not enough; read its answer."
            return Message("`cancel_all` counted a running future as stopped. It should be too late: the task goes on.", (), why)
        why = "`done()` is true for finished and for cancelled; `cancel()` returns False for a finished one."
        return Message("`cancel_all` counted a finished future as stopped. It should be too late: the task has ended.", (), why)
    whom = "running" if state == "running" else "finished"
    if counts == (0, 0):
        why = "`done()` is true for finished and for cancelled; only the cancelled count as neither."
        return Message(f"`cancel_all` left out a {whom} future: stopped=0, too_late=0. It should be too late.", (), why)
    return Message(f"`cancel_all` counted one {whom} future as stopped={counts[0]}, too_late={counts[1]}. It should be too late, once.")


def twice_over() -> Message:
    text = "`cancel_all` went over the futures twice: for a generator the second time was empty. It should go over them once."
    return Message(text, (), "A generator gives its items once.")


def already(counts: tuple[int, int]) -> Message:
    said, why = ("stopped", "`cancel()` also returns True for a future that is cancelled already.")
    if not counts[0]:
        said, why = ("too late", "`done()` is true for cancelled futures too.")
    return Message(f"`cancel_all` counted a future as {said} that was cancelled before the call. It should count as neither.", (), why)


def counted_twice(times: int, counts: tuple[int, int]) -> Message:
    text = f"One future, listed {times} times, was counted once for each place: stopped={counts[0]}, too_late={counts[1]}."
    return Message(f"{text} It should be counted once.", (), "Two names in a list can be one future. A set or the keys of a dict keep one.")
