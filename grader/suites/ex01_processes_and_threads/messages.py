"""The words of suite 01: what a learner is told.

The lines quoted here, and the places that probes report, are claims: they choose the words of a failure, never whether there is one.
"""

import re
from typing import Any

from grader.model import Message, SourceLine
from grader.sandbox.wire import ErrorValue, Other
from grader.suite.check import probes, tasks
from grader.suite.learner import Learner, Raised, Unfit, shown

from .orders import Ending, Order

STAND_STILL = "With a result of 1 MiB your process and its child stand still: each waits for the other."
NOBODY_READS = "The result was expected. A pipe holds 64 KiB: the child writes on only when someone reads, and join() reads nothing."
STILL_WAITS = "your process still waits for its answer."
NOT_SENT = "was expected here. The child ended at the error: nothing was sent, so you wait for ever."


def result(learner: Learner, task: str, order: Order, ending: Ending) -> Message:
    """Fn returned a value, and something else came back."""
    if type(order.wanted) in (ErrorValue, Other):
        return _odd_result(learner, task, order, ending)
    text = f"fn returned {order.said}; {task} {_gave(ending)}."
    if not order.wanted:
        why = f"{order.said} was expected back. {order.said} is a result too; it cannot also mean that fn failed."
        return Message(text, _lines(learner, task, ending), why)
    if ending.raised:
        return _raised_instead(learner, task, order, ending, text)
    back = last_return(learner, task)
    code = back[0].code if back else ""
    if ending.value is None:
        return _none_instead(task, order, ending, text, back)
    if "exitcode" in code:
        why = f"{order.said} was expected, and exitcode only says how the process ended: 0 for no error. It carries no result."
        return Message(text, back, why)
    return Message(text, back, f"{order.said} was expected back, as it is.")


def error(learner: Learner, task: str, order: Order, ending: Ending) -> Message:
    """Fn raised, and something else reached the caller."""
    name, in_thread = order.said, task == "run_in_thread"
    where = "in the thread" if in_thread else "in the child"
    if not ending.raised:
        back = last_return(learner, task)
        if type(ending.value) is ErrorValue:
            why = "It was expected to be raised: an `except` of the caller does not look at values."
            return Message(f"fn raised {name}; {task} returned the exception.", back, why)
        thread = "It ended its own thread; join() only waits for that end and raises nothing."
        process = "It ended the child, whose traceback is on stderr; a process hands back only what it sends."
        text = f"fn raised {name} {where}; {task} returned {shown(ending.value)} as if all were well."
        return Message(text, (), f"{name} was expected here. {thread if in_thread else process}")
    got = ending.value
    lines = learner.where(got)
    if got.type == name:
        other = f"{task} raised the right type with other arguments: {shown(got.args)}"
        why = "The same arguments were expected. An exception is an object: raise the one you caught."
        return Message(f"fn raised {name} with {len(order.wanted.args)} arguments; {other}.", lines, why)
    if order.text in got.text:
        thread = f"The same type was expected: a caller that catches {name} does not see a {got.type}."
        process = "The same type was expected. An exception can be pickled: send the object."
        text = f"fn raised {name}; {task} raised {got.type}: it kept the text and lost the type."
        return Message(text, lines, thread if in_thread else process)
    text = f"fn raised {name} {where}; {task} raised {got.type} of its own."
    if in_thread:
        return Message(text, lines, f"{name} was expected. It stayed in its thread, so nothing was stored for you to take.")
    closed = ", and recv() found the pipe closed" if got.type == "EOFError" else ""
    return Message(text, lines, f"{name} was expected. The child ended without sending it{closed}.")


def arguments(learner: Learner, args: tuple[Any, ...], kwargs: dict[str, Any], label: Any) -> Message:
    """Fn was called with other arguments."""
    called, wanted = str(claim(label, "call"))[:100], call_text(args, kwargs)
    asked = f"run_in_thread(fn{wanted[2:].replace('(', ', ', 1) if args or kwargs else ')'}"
    lines = _claimed_line(learner, label)
    if kwargs and called == call_text(args, {}):
        why = f"{wanted} was expected. Thread hands on what its args= and kwargs= say; a call of your own hands on what you write."
        return Message(f"{asked} called {called}: the keyword arguments did not arrive.", lines, why)
    if called in (call_text((args,), kwargs), call_text((args,), {})):
        lines = learner.lines(".Thread", within="run_in_thread") or lines
        why = f"{wanted} was expected. `args` is a tuple already; (args,) is a tuple with one item."
        return Message(f"{asked} called {called}: the arguments arrived as one tuple.", lines, why)
    return Message(f"{asked} called {called}.", lines, f"{wanted} was expected: every argument as it was given.")


def unreached(learner: Learner, kwargs: dict[str, Any], ending: Ending) -> Message:
    """Fn was not called at all with these arguments."""
    lines = learner.where(ending.value) if ending.raised else ()
    if ending.raised and ending.value.is_a("TypeError"):
        for name, value in kwargs.items():
            if f"'{name}'" in ending.value.text:
                given, taken = f"{name}={value}", f"the keyword `{name}` is taken by your own parameter"
                free = "A parameter before `/`, or a tuple and a dict passed as two objects, leaves all names free."
                text = f"run_in_thread(other, {given}) never reached your thread: {taken}."
                return Message(text, lines, f"{given} was expected to arrive. {free}")
    names = " and the keywords " + ", ".join(kwargs) if kwargs else ""
    text = f"fn was never called when run_in_thread was given fn{names}; it {_gave(ending)}."
    return Message(text, lines, "One call of fn was expected.")


def other_process(learner: Learner) -> Message:
    """A thread was asked for."""
    why = "A new thread of your own process was expected: it shares your memory, a child works on a copy."
    return Message("fn ran in another process, a child of yours.", _starting_line(learner, "run_in_thread"), why)


def in_caller(learner: Learner, label: Any) -> Message:
    """No new thread was begun, or not for fn."""
    if claim(label, "run") is True:
        why = "A new thread was expected. .run() is a plain method call; only .start() begins a thread."
        return Message("fn ran in the thread that called you.", learner.lines(".run", within="run_in_thread"), why)
    text = "fn ran in the thread that called you"
    if learner.lines(".Thread", within="run_in_thread"):
        text += ", before your thread was started"
    why = "A new thread was expected. fn(...) is the call itself: Thread was given what came out of it."
    return Message(text + ".", _claimed_line(learner, label), why)


def not_ended(learner: Learner) -> Message:
    """The thread was still ending when the call came back."""
    text = "Your thread had not ended when your call did: it was still leaving fn's data behind."
    how = "A result, or an Event, says that fn is done; only join(), without a time-out, waits for the thread."
    return Message(text, _waiting_line(learner), f"An ended thread was expected. {how}")


def kept_in_pool(learner: Learner) -> Message:
    """The thread does not end at all."""
    text = "The thread that ran fn is alive after your call: it waits in a pool for more work."
    why = "An ended thread was expected. shutdown(), or leaving a `with` block, ends the threads of a pool."
    return Message(text, _starting_line(learner, "run_in_thread"), why)


def own_process(learner: Learner, label: Any) -> Message:
    """A child was asked for."""
    if claim(label, "caller") is True:
        why = "Another process was expected. fn(...) is the call itself: Process was given what came out of it."
        return Message("fn ran before any process was started, in your own.", _claimed_line(learner, label), why)
    why = "Another process was expected. Threads share one process, its memory and its GIL."
    return Message("fn ran in a thread of your own process.", _starting_line(learner, "run_in_process"), why)


def too_often(learner: Learner, labels: list[Any], places: str, lost_in: str) -> Message:
    """Fn was called more than once; the line of the last call is quoted."""
    lines = _claimed_line(learner, labels[-1])
    why = f"Once was expected. What the first call returned was lost {lost_in}, and so it was made again here."
    return Message(f"fn was called {len(labels)} times{places}.", lines, why)


def short_result(learner: Learner, ending: Ending) -> Message:
    """Not all of a large result came back."""
    if ending.raised and ending.value.is_a("UnpicklingError", "EOFError"):
        text = f"With a result of 1 MiB run_in_process raised {ending.value.type}: only the first part was read."
        why = "All of it was expected. One recv() of a socket, or one os.read(), takes what is there, not a whole message."
        return Message(text, learner.where(ending.value), why)
    lines = _lines(learner, "run_in_process", ending)
    return Message(f"With a result of 1 MiB run_in_process {_gave(ending)}.", lines, "The 1 MiB was expected, every byte of it.")


# -- lines and texts ------------------------------------------------------------------------------------------------------------------


def call_text(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """A call of fn as the probe `receive` writes it."""
    return f"fn({', '.join([*map(repr, args), *(f'{name}={kwargs[name]!r}' for name in sorted(kwargs))])})"


def claim(label: Any, key: str) -> Any:
    """One field of what a probe told the referee; None if it told nothing of the kind."""
    return label.get(key) if type(label) is dict else None


def last_return(learner: Learner, task: str) -> tuple[SourceLine, ...]:
    """The line with which the learner's function hands back its result, if that can be found."""
    try:
        number = learner.run(probes.last_return, tasks(task))
    except (Raised, Unfit):
        return ()
    return (learner.source_line(number),) if type(number) is int and number else ()


def _starting_line(learner: Learner, task: str) -> tuple[SourceLine, ...]:
    """The line that starts the thread or the process."""
    return learner.lines(".submit", within=task) or learner.lines(".start", within=task) or last_return(learner, task)


def _waiting_line(learner: Learner) -> tuple[SourceLine, ...]:
    """The line with which run_in_thread waits for its thread."""
    for callee in (".join", ".wait", ".get", ".result"):
        if lines := learner.lines(callee, within="run_in_thread"):
            return lines
    return last_return(learner, "run_in_thread")


def _claimed_line(learner: Learner, label: Any) -> tuple[SourceLine, ...]:
    number = claim(label, "line")
    return (learner.source_line(number),) if type(number) is int and number else ()


def _lines(learner: Learner, task: str, ending: Ending) -> tuple[SourceLine, ...]:
    return learner.where(ending.value) if ending.raised else last_return(learner, task)


def _gave(ending: Ending) -> str:
    if not ending.raised:
        return f"returned {shown(ending.value)}"
    text = " ".join(ending.value.text.split())[:120]
    return f"raised {ending.value.type}" + (f": {text}" if text else "")


def _odd_result(learner: Learner, task: str, order: Order, ending: Ending) -> Message:
    """Plain values came back, and an exception that fn returned did not."""
    text = f"fn returned {order.said}; {task} {_gave(ending)}."
    if not ending.raised:
        return Message(text, last_return(learner, task), "Any value is a result, this one too.")
    if type(order.wanted) is not ErrorValue or ending.value.type == order.wanted.type:
        text = f"fn returned {order.said}; {task} raised it."
    by_thread, by_process = "The type of a value cannot tell the two endings apart.", "Send how fn ended along with what it gave."
    how = by_thread if task == "run_in_thread" else by_process
    why = f"The object was expected back: fn returned it and did not raise it. {how}"
    return Message(text, learner.where(ending.value), why)


def _none_instead(task: str, order: Order, ending: Ending, text: str, back: tuple[SourceLine, ...]) -> Message:
    if back and "join(" in back[0].code:
        return Message(text, back, f"{order.said} was expected, and join() always returns None: it waits, and that is all.")
    if back and ending.in_child:
        return _own_copy(order, "here there is None", back)
    dropped = "a process hands back only what it sends" if task == "run_in_process" else "a thread's target returns to nobody"
    return Message(text, back, f"{order.said} was expected back, and {dropped}.")


def _raised_instead(learner: Learner, task: str, order: Order, ending: Ending, text: str) -> Message:
    got = ending.value
    lines = learner.where(got)
    if task == "run_in_process" and not ending.in_child and (nested := _nested_target(learner, got)):
        return nested
    if ending.in_child and got.is_a("LookupError", "NameError", "AttributeError"):
        return _own_copy(order, f"here there is nothing ({got.type})", lines)
    return Message(text, lines, f"{order.said} was expected back.")


def _nested_target(learner: Learner, got: ErrorValue) -> Message | None:
    """The message for a target that cannot be pickled; None for another exception."""
    found = re.search(r"<locals>\.(\w{1,40}|<lambda>)|(<lambda>)", got.text)
    if not found or not got.is_a("AttributeError", "PicklingError", "TypeError"):
        return None
    name = found[1] or found[2]
    what = "a lambda" if name == "<lambda>" else "a function inside a function"
    why = f"Any start method was expected to do. The target travels by name, and {what} has no name to import."
    return Message(f"starting the process raised {got.type} for `{name}`.", learner.where(got), why)


def _own_copy(order: Order, here: str, lines: tuple[SourceLine, ...]) -> Message:
    why = f"{order.said} was expected, but the child filled its own copy of your variable: processes share none of them."
    return Message(f"fn ran in the other process and returned {order.said}; {here}.", lines, why)
