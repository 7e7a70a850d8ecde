"""What exercise 11 tells a learner, mistake by mistake: what was seen, what was expected, why that happens.

Which sentence is chosen depends on what was observed; the learner's source only decides which line to quote and between mistakes that
look the same from outside.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from grader.model import Message, Outcome, SourceLine
from grader.sandbox.wire import ErrorValue
from grader.suite.fate import Fate, deadlock_says, far_clock_says
from grader.suite.learner import Learner, came, said, shown

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from grader.suites.ex11_failures.suite import Laundry

MAX_RUNS = 5
"""As in the stub."""
FAILING = 500
"""Items from here to POISON make our fn raise; see probes.py."""
POISON = 1000
"""Items from here on kill the process that works on them."""
DEADLINE, RETRY, MAP = TASKS = ("run_with_deadline", "retry", "resilient_map")


def _find(learner: Learner, pattern: str, task: str) -> tuple[SourceLine, ...]:
    return learner.find(pattern, task, TASKS)


def _outcome(kind: str, value: Any) -> str:
    if kind == "raised":
        return f"raised {said(value)}" if isinstance(value, ErrorValue) else "raised something"
    return f"returned {_value(value)}"


def _value(value: Any) -> str:
    return f"{value[1]:,} bytes" if type(value) is list and value[:1] == ["large"] else shown(value)


# -- 11a -----------------------------------------------------------------------------------------------------------------------------


def stands_still(learner: Learner, fn: str) -> ExitStack:
    """A standstill of run_with_deadline in here, with this function of ours and a deadline of an hour, is told in words of this task."""
    if fn == "large":
        return _standstill(
            f"{DEADLINE} never returned, though fn did: its result is large, and nobody read it.",
            "What is sent waits in the pipe until it is read. Whoever joins the process first waits for one that waits for a reader.",
        )
    if fn == "dies":
        queue = _find(learner, r"Queue\(", DEADLINE)
        why = "A pipe ends when every copy of the writing end is closed, and yours is still open here."
        return _standstill(
            f"The process of fn ended without an answer, and {DEADLINE} waits on. Expected an exception.",
            "A queue does not tell that its writers are gone." if queue else why,
        )
    return _standstill(
        f"fn came to an end, and {DEADLINE} waits for its deadline, an hour away. Expected the answer at once.",
        "What is there is returned without waiting for the rest of the seconds.",
        deadlocks=False,
    )


def _standstill(text: str, why: str, *, deadlocks: bool = True) -> ExitStack:
    """Who waits for a clock of hours, which we have handed in, and (with `deadlocks`) who waits for ever, is told so."""
    both = ExitStack()
    both.enter_context(far_clock_says(text, why))
    if deadlocks:
        both.enter_context(deadlock_says(text, why))
    return both


def _no_process(learner: Learner, value: Any) -> tuple[tuple[SourceLine, ...], str] | None:
    """The line and the reason, if a process could not be started."""
    if isinstance(value, ErrorValue) and value.is_pickles_refusal():
        line = _find(learner, r"\blambda\b|target=|submit\(", DEADLINE)
        return line, "Under spawn and forkserver what is sent to the child is pickled: a lambda and a function inside a function are not."
    return None


def result(learner: Learner, kind: str, got: Any, right: int) -> Message:
    text = f"{DEADLINE}(fn, args, 3600) {_outcome(kind, got)}. Expected {right}, which fn returned."
    if told := _no_process(learner, got):
        return Message(text, *told)
    if kind == "raised" and isinstance(got, ErrorValue) and got.type == "TimeoutError":
        return Message(text, learner.where(got), "The deadline was an hour away.")
    why = "What a target of Process returns is thrown away; it has to be sent." if got is None and kind == "returned" else ""
    return Message(text, learner.where(got), why)


def at_home(learner: Learner) -> Message:
    line = _find(learner, r"Thread\(|ThreadPoolExecutor|fn\(\*args", DEADLINE)
    why = "Nobody can end a thread from outside: past the deadline fn would run on."
    return Message("fn ran in your own process. Expected a process of its own, which can be killed.", line, why)


def kinds(learner: Learner, what: str, kind: str, got: Any) -> Message:
    text = f"fn returned {what}, and {DEADLINE} {_outcome(kind, got)}. Expected it to return what fn returned."
    why = {
        "an exception object": "An exception that is returned is a value. Send along which of the two it was.",
        "a pair": "fn may return a pair that looks like yours. Put its result inside your own.",
    }.get(what, "`if result:` is false for None and False too, though fn was finished.")
    return Message(text, learner.where(got), why)


def error(learner: Learner, name: str, text: str, kind: str, got: Any) -> Message:
    seen = f"fn raised {name}({text!r}), and {DEADLINE} {_outcome(kind, got)}. Expected that exception."
    why = "An exception ends with its process, unless you send it to the parent and raise it there."
    if kind == "raised" and isinstance(got, ErrorValue):
        why = (
            "fn's own error and the end of the time, or of the process, are two things: send the exception itself, and raise what was sent."
        )
        if got.type == name:
            why = "The exception is another one, with other arguments: raise the one that was sent."
    return Message(seen, learner.where(got), why)


def large(learner: Learner, kind: str, got: Any) -> Message:
    return Message(
        f"fn returned 3 MiB of bytes, and {DEADLINE} {_outcome(kind, got)}. Expected all of them.",
        learner.where(got),
        "A large result does not fit into a pipe: it has to be read while it is sent.",
    )


def too_late(learner: Learner, kind: str, got: Any) -> Message:
    if kind == "raised" and isinstance(got, ErrorValue) and got.type == "TimeoutError":
        line = _find(learner, r"with .*(Executor|Pool)\(|\.join\(\s*\)|shutdown\(", DEADLINE)
        return Message(
            "fn did not end, and TimeoutError came only after we had let fn go. Expected it at the deadline.",
            line,
            "A time-out ends the waiting, not the work. At the end of `with`, and in `join()`, the work is waited for.",
        )
    line = _find(learner, r"\.(join|get|recv|result)\(\s*\)", DEADLINE)
    why = "A wait without a limit ends when the work ends."
    return Message(f"The deadline passed, and {DEADLINE} waited until fn was let go. Expected TimeoutError at the deadline.", line, why)


def no_time_out(learner: Learner, kind: str, got: Any) -> Message:
    text = f"fn did not end in time, and {DEADLINE} {_outcome(kind, got)}. Expected TimeoutError."
    why = (
        "`join(seconds)` and `poll(seconds)` return when the time is up, and raise nothing: ask what they came to."
        if kind == "returned"
        else ""
    )
    if kind == "raised" and isinstance(got, ErrorValue) and got.type in ("Empty", "_queue.Empty"):
        why = "A queue says by `queue.Empty` that the time is up."
    return Message(text, learner.where(got), why)


def alive(learner: Learner, count: int) -> Message:
    line = _find(learner, r"TimeoutError", DEADLINE)
    return Message(
        f"TimeoutError was raised, and {'the process' if count == 1 else f'{count} processes'} of fn still ran afterwards. Expected it to be killed.",
        line,
        "A time-out ends the waiting, not the work: the process has to be ended by terminate() or kill().",
    )


def zombie(learner: Learner) -> Message:
    line = _find(learner, r"\.(kill|terminate)\(", DEADLINE)
    return Message(
        "The process of fn was killed, and nobody has waited for it: it is a zombie. Expected it to be gone.",
        line,
        "An ended process stays in the table of processes until its parent has asked how it ended: join().",
    )


def stubborn(learner: Learner) -> Message:
    line = _find(learner, r"terminate\(|SIGTERM", DEADLINE)
    why = "terminate() sends SIGTERM, which a program may ignore; join() then waits for ever. kill() sends SIGKILL."
    return Message("fn ignores SIGTERM, and its process was never ended: it ran until we let fn go. Expected it to be killed.", line, why)


def stubborn_left(learner: Learner) -> Message:
    line = _find(learner, r"terminate\(|SIGTERM", DEADLINE)
    why = "terminate() sends SIGTERM, which a program may ignore. kill() sends SIGKILL."
    return Message("fn ignores SIGTERM, and its process is still there afterwards. Expected it to be gone.", line, why)


def died(learner: Learner, how: str, kind: str, got: Any) -> Message:
    ended = "by os._exit" if how == "exit" else "by a signal"
    text = f"The process of fn ended {ended}, and {DEADLINE} {_outcome(kind, got)}. Expected an exception that is no TimeoutError."
    why = "No answer is not the answer None: whoever reads the pipe meets its end, EOFError." if kind == "returned" else ""
    if isinstance(got, ErrorValue) and got.type == "TimeoutError":
        why = "The deadline was an hour away: the process is gone, and that is another piece of news."
    return Message(text, learner.where(got), why)


# -- 11b -----------------------------------------------------------------------------------------------------------------------------


def sleeps_itself(learner: Learner) -> ExitStack:
    """A standstill of retry in here, with a backoff of hours."""
    line = _find(learner, r"time\.sleep\(", RETRY)
    why = (
        "time.sleep is written into the loop; the parameter is there so that a test need not wait." if line else "It waits by other means."
    )
    return _standstill("retry waits for hours. Expected it to pause by calling the `sleep` that it is given.", why)


def _how(outcome: Any) -> str:
    return _outcome(*outcome)


def _pauses(events: list[Any]) -> list[Any]:
    return [event for event in events if event != "call"]


def returns(learner: Learner, value: Any, outcome: Any, events: list[Any]) -> Message:
    calls = events.count("call")
    if outcome == ("returned", value):
        if calls > 1:
            why = "`if result:` takes None and False for a failure. Only an exception is one."
            return Message(f"fn returned {value!r}, and was called {calls} times. Expected one call.", (), why)
        return Message("fn returned at once, and there was a pause. Expected none.", (), "A pause belongs after an attempt that failed.")
    why = "`if result:` takes None and False for a failure. Only an exception is one." if not value and value is not None else ""
    text = f"fn returned {value!r} in its first call, and retry {_how(outcome)}, after {calls} calls. Expected {value!r} after one."
    return Message(text, learner.where(outcome[1]), why)


def again(learner: Learner, value: int, attempts: int, outcome: Any, events: list[Any]) -> Message:
    calls = events.count("call")
    text = (
        f"fn raised twice what is in retry_on, then returned {value}. With attempts={attempts} retry {_how(outcome)} after {_calls(calls)}."
    )
    why = "An instance of a subclass is an instance of retry_on, too; and retry_on may be a tuple." if calls == 1 else ""
    if calls == 2:
        why = "attempts counts the calls, the first one among them."
    return Message(f"{text} Expected {value} from the third call.", learner.where(outcome[1]), why)


def _calls(count: int) -> str:
    return "1 call" if count == 1 else f"{count} calls"


def attempts(learner: Learner, wanted: int, calls: int) -> Message:
    why = "attempts counts the calls, the first one among them: it is not the number of retries." if calls == wanted + 1 else ""
    if calls == wanted - 1:
        why = "The last attempt is one of them, too: range(1, attempts) has one less."
    line = _find(learner, r"range\(|while ", RETRY)
    return Message(f"fn always failed. With attempts={wanted} it was called {calls} times. Expected {_calls(wanted)}.", line, why)


def pauses(learner: Learner, events: list[Any], backoff: float) -> Message:
    got = [pause / backoff if type(pause) in (int, float) else pause for pause in _pauses(events)]
    told = ", ".join(f"{pause:g}" if type(pause) is float else shown(pause) for pause in got) or "none"
    text = f"4 attempts failed. The pauses, in units of backoff, were: {told}. Expected 1, 2, 4."
    line = _find(learner, r"\bsleep\(", RETRY)
    if got[:3] == [1, 2, 4] and len(got) == 4:
        return Message(text, line, "After the last attempt nobody tries again: that pause only keeps the caller waiting.")
    if len(set(map(str, got))) == 1:
        return Message(text, line, "Many callers that come back after the same pause meet a service that has had no time to recover.")
    if sorted(map(str, got)) == ["1.0", "2.0", "4.0"]:
        return Message(
            text, line, "A pause lies between two attempts: events were " + ", ".join(_event(event, backoff) for event in events) + "."
        )
    if not got:
        return Message(text, line, "Who comes back at once meets what was wrong a moment ago. A pause is a call of `sleep`.")
    return Message(text, line, "Each pause is twice the one before it.")


def _event(event: Any, backoff: float) -> str:
    return "call" if event == "call" else "pause"


def last(learner: Learner, attempts: int, outcome: Any, which: int | None) -> Message:
    text = f"All of {_attempts(attempts)} failed. retry {_how(outcome)}."
    expected = " Expected the exception of the last attempt itself."
    if which is not None:
        return Message(
            f"{text}{expected}", (), f"This is what attempt {which + 1} raised. What went wrong last is what the caller has to know."
        )
    if outcome[0] == "returned":
        return Message(f"{text}{expected}", (), "Who only reads the result takes this for a success.")
    why = "An exception of your own hides which one it was; `except` clauses of the caller no longer fit."
    error = outcome[1]
    if isinstance(error, ErrorValue) and error.type in ("UnboundLocalError", "TypeError"):
        why = "`except ... as error` deletes the name at the end of its block."
    return Message(f"{text}{expected}", learner.where(error), why)


def _attempts(count: int) -> str:
    return "1 attempt" if count == 1 else f"{count} attempts"


def others(learner: Learner, name: str, retry_on: Any, outcome: Any, events: list[Any]) -> Message:
    calls = events.count("call")
    wanted = " and ".join(retry_on) if type(retry_on) is list else retry_on
    text = f"fn raised {name}, and retry_on is {wanted}. fn was called {_times(calls)}, and retry {_how(outcome)}. Expected {name} at once."
    line = _find(learner, r"except\b", RETRY)
    if name == "KeyboardInterrupt":
        return Message(
            text,
            line,
            "KeyboardInterrupt is no Exception, so that Ctrl-C gets through. `except BaseException` and a bare `except` keep it.",
        )
    why = "A wrong argument is wrong the next time, too: only what may pass by itself is worth another attempt."
    if calls == 1:
        why = "It is not an error of the attempts: it comes through as it is."
    return Message(text, line, why)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def refuses(learner: Learner, attempts: int, outcome: Any, events: list[Any]) -> Message:
    calls = events.count("call")
    called = f", and fn was called {_times(calls)}" if calls else ""
    why = (
        "A loop that runs no time falls through to its end; nobody has been asked anything."
        if not calls and outcome[0] == "returned"
        else ""
    )
    return Message(
        f"With attempts={attempts} retry {_how(outcome)}{called}. Expected ValueError, and no call.", learner.where(outcome[1]), why
    )


# -- 11c -----------------------------------------------------------------------------------------------------------------------------


@contextmanager
def never_comes_back(learner: Learner, items: list[int]) -> Iterator[None]:
    """A standstill of resilient_map in here, or the death of the learner's own process."""
    poison = any(item >= POISON for item in items)
    text, why = f"{MAP} never came back. All of its processes wait, or are gone.", ""
    if poison:
        text = f"A process died, and {MAP} waits for what it was working on. Expected the others' results."
        line = _find(learner, r"\bPool\(", MAP)
        why = "multiprocessing.Pool puts another worker in its place, and forgets the item: its result never comes." if line else ""
    try:
        with deadlock_says(text, why):
            yield
    except Fate as fate:
        if poison and fate.outcome is Outcome.CRASHED:
            fate.text = "An item killed your own process. Expected fn to run in worker processes only."
            fate.why = "The second run was at home. An item that kills its process does so wherever it runs."
        raise


def _one(one: Any) -> str:
    """A Settled, as a probe tells it."""
    if type(one) is not tuple or len(one) != 3:
        return shown(one)
    status, value, error = one
    parts = (
        [repr(status)] + ([f"value={shown(value)}"] if value is not None else []) + ([f"error={shown(error)}"] if error is not None else [])
    )
    return f"Settled({', '.join(parts)})"


def results(learner: Learner, laundry: Laundry, items: list[int], got: Any) -> Message:
    count = len(items)
    if isinstance(got, ErrorValue):
        text = f"{MAP} raised {said(got)}. Expected {count} times a Settled."
        if got.is_pickles_refusal():
            line = _find(learner, r"\blambda\b|submit\(|target=", MAP)
            return Message(text, line, "What is sent to a process is pickled: a lambda and a function inside a function are not.")
        if got.type == "TypeError" and "len()" in got.text:
            return Message(text, learner.where(got), "items may be any iterable, and a generator has no len.")
        return Message(text, learner.where(got))
    if type(got) is not list:
        return Message(f"{MAP} returned {shown(got)}. Expected a list of {count} times Settled.")
    if len(got) != count:
        why = (
            "An item that stands twice in items is two items."
            if len(got) == count - 1
            else "items can be read once: a second loop finds it empty."
        )
        return Message(f"{count} items came to {len(got)} results. Expected one Settled for each.", (), why)
    if sorted(map(str, got)) == sorted(str(("done", laundry.value(item), None)) for item in items):
        why = "The first item was the last to be finished. A result belongs to its item, not to the moment when it came."
        return Message(
            "The results stand in the order in which they were finished. Expected the order of items.",
            _find(learner, r"as_completed|imap_unordered|append\(", MAP),
            why,
        )
    for item, one in zip(items, got, strict=True):
        if not laundry.done(item, one):
            return Message(
                f"All items were worked on without a fault. The Settled of one is {_one(one)}. Expected 'done' and the value that fn returned."
            )
    return Message("The results do not belong to their items.")


def at_home_map(learner: Learner) -> Message:
    line = _find(learner, r"Thread|[^.]\bfn\(", MAP)
    why = "An item that kills its process would take your program with it."
    return Message("fn ran in your own process. Expected worker processes only.", line, why)


def no_items(learner: Learner, got: Any) -> Message:
    why = "A pool of no workers is a ValueError." if isinstance(got, ErrorValue) and "max_workers" in got.text else ""
    return Message(f"Without items {MAP} {came(got)}. Expected an empty list.", learner.where(got), why)


def gave_up(learner: Learner, got: Any, cause: str) -> Message:
    if isinstance(got, ErrorValue):
        text = f"When {cause}, {MAP} raised {said(got)}. Expected a list with one Settled for each item."
        why = ""
        if "BrokenProcessPool" in got.type or got.type == "BrokenExecutor":
            why = "A pool that has lost a worker is broken for good: all its unfinished futures fail, and so does every later submit."
        elif got.type == "KeyError":
            why = "A future raises at result() what fn raised. Here it is what became of one item."
        return Message(text, learner.where(got), why)
    what = f"a list of {len(got)}" if type(got) is list else shown(got)
    return Message(f"When {cause}, {MAP} returned {what}. Expected one Settled for each item.")


def failed(learner: Learner, one: Any) -> Message:
    status = one[0] if type(one) is tuple else None
    why = "An exception that fn raises comes back from a process that is alive." if status == "died" else ""
    return Message(
        f"fn raised KeyError for one item. Its Settled is {_one(one)}. Expected 'failed' with that error, and no value.", (), why
    )


def others_failed(learner: Learner, others: list[tuple[int, Any]]) -> Message:
    bad = sum(one[0] != "done" for _, one in others)
    why = "map and a loop of result() end at the first exception; those behind it were finished, too."
    return Message(f"fn raised KeyError for one item, and {bad} of the {len(others)} others are not 'done'. Expected all of them.", (), why)


def overlap(learner: Learner, peak: int, processes: int, workers: int) -> Message:
    text = f"7 items, max_workers={workers}: {peak} ran at the same moment"
    if peak == 1:
        line = _find(learner, r"\.result\(\s*\)|\.join\(\s*\)|\.recv\(\s*\)", MAP)
        return Message(f"{text}. Expected {workers}.", line, "Each item is waited for before the next one is handed in.")
    if peak > workers:
        return Message(
            f"{text}. Expected {workers}, never more.", _find(learner, r"Process\(|Executor\(", MAP), "A process for each item is no limit."
        )
    if peak == workers:
        return Message(
            f"{text}, in {processes} processes. Expected a process for each.", (), "Threads share a process, and one death takes them all."
        )
    return Message(f"{text}. Expected {workers}.", _find(learner, r"Executor\(|Pool\(", MAP), "The pool is smaller than max_workers says.")


def left_over(learner: Learner, count: int) -> Message:
    some = "1 process was" if count == 1 else f"{count} processes were"
    return Message(
        f"After {MAP} had returned, {some} still there. Expected none.",
        _find(learner, r"Executor\(|Process\(|shutdown\(", MAP),
        "A pool ends its workers in shutdown, and waits for them if you let it.",
    )


def innocent(learner: Learner, laundry: Laundry, others: list[tuple[int, Any]]) -> Message:
    wrong = [(item, one) for item, one in others if not laundry.done(item, one)]
    item, one = wrong[0]
    some = f"{len(wrong)} of the {len(others)} others {'is' if len(wrong) == 1 else 'are'}"
    text = f"One item killed its process, and {some} not 'done': {_one(one)}."
    if len(others) == 1:
        text = f"Two items killed their processes. Another one is not 'done': {_one(one)}."
    expected = " Expected their results."
    if type(one) is tuple and one[0] in ("died", "failed"):
        why = "A dead worker breaks the pool for all that were not finished, the innocent too. Run those again, apart from the suspect."
        return Message(text + expected, _find(learner, r"except\b.*Broken|except\b", MAP), why)
    why = "Its result was lost with the process that ran it, or given to another item." if laundry.runs[item] else "It was never run again."
    return Message(text + expected, (), why)


def runs(learner: Learner, counted: Counter[int]) -> Message:
    poison = max(count for item, count in counted.items() if item >= POISON)
    others = max((count for item, count in counted.items() if item < POISON), default=0)
    if poison > MAX_RUNS:
        why = "It kills its process every time: however often it is run again, the answer is the same."
        return Message(
            f"An item that kills its process was run {poison} times, and more were to come. Expected {MAX_RUNS} at the most.",
            _find(learner, r"while\b", MAP),
            why,
        )
    return Message(
        f"An item was run {others} times. Expected {MAX_RUNS} at the most.",
        (),
        "Whoever was beside a death needs another run or two, not one for each death.",
    )


def died_as(learner: Learner, one: Any) -> Message:
    text = f"An item killed its process each time. Its Settled is {_one(one)}. Expected 'died', with an exception in error and no value."
    status = one[0] if type(one) is tuple else None
    why = "fn raised nothing: there was nobody left who could." if status == "failed" else ""
    return Message(text, _find(learner, r"except Exception|except\b", MAP) if status == "failed" else (), why)
