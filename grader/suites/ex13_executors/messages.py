"""What exercise 13 tells a learner, mistake by mistake: what was seen, what was expected, why that happens.

Which sentence is chosen depends on what was observed; the learner's source only decides which line to quote and between mistakes that
look the same from outside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.model import Message, SourceLine
from grader.sandbox.wire import ErrorValue
from grader.suite.fate import deadlock_says
from grader.suite.learner import Learner, came, said, shown

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from grader.suites.ex13_executors.suite import Office

SERIAL, ALL, ASYNC = TASKS = ("SerialExecutor", "process_all", "load_all_async")


def result_of(reply: Any) -> Any:
    """What the task returned, of what a probe returned; an exception as it is."""
    return reply[0] if type(reply) is tuple else reply


def _find(learner: Learner, pattern: str, task: str) -> tuple[SourceLine, ...]:
    return learner.find(pattern, task, TASKS)


# -- 13a -----------------------------------------------------------------------------------------------------------------------------


def submit_waits() -> AbstractContextManager[None]:
    return deadlock_says("submit never returned.", "It waits for somebody who would do the work, and there are no workers.")


def submit(learner: Learner, kind: str, done: Any, result: Any, calls: list[bool], in_time: int, value: int) -> Message:
    if kind != "future":
        text = f"submit(fn) returned {'None' if kind == 'NoneType' else f'an object of type {kind}'}. Expected a concurrent.futures.Future."
        why = "Whoever submits reads `.result()`, whatever the engine." if result == value else "The Future has to be returned."
        return Message(text, _find(learner, r"\breturn\b", SERIAL), why)
    if calls == [False]:
        line = _find(learner, r"Thread\(|Pool", SERIAL)
        return Message(
            "submit had fn called in another thread. Expected the thread that asks.",
            line,
            "A serial executor has no workers: that is what it is for.",
        )
    if len(calls) > 1:
        return Message(f"fn was called {len(calls)} times for one submit. Expected once.")
    if in_time == 0:
        late = "when its result was asked for" if calls else "never"
        return Message(
            f"submit returned before fn had been called: that was {late}. Expected the call before submit returns.",
            (),
            "An error or a slow call would turn up in another place than with a pool.",
        )
    if done is not True:
        line = _find(learner, r"Future\(\)", SERIAL)
        return Message(
            "The future was not done when submit returned. Expected a finished one.",
            line,
            "A Future knows nothing of fn: set_result tells it.",
        )
    return Message(f"fn returned {value}, and the future has {shown(result)}.", _find(learner, r"set_result\(", SERIAL))


def one_future(learner: Learner) -> Message:
    return Message(
        "Two submits did not have a future of their own each, with its result.",
        _find(learner, r"Future\(\)", SERIAL),
        "A future stands for one call.",
    )


def arguments(learner: Learner, got: Any) -> Message:
    call = "submit(f, 1, 2, fn=3, self=4, args=5, timeout=6)"
    if isinstance(got, ErrorValue):
        why = "A name of yours that is in the way has to be positional-only: `def submit(self, fn, /, *args, **kwargs)`."
        if "unexpected keyword" in got.text or "takes" in got.text:
            why = "What a caller hands on to fn comes in *args and **kwargs."
        if "multiple values" in got.text or "positional-only" in got.text:
            why = "A name of yours that is in the way has to be positional-only: `def submit(self, fn, /, *args, **kwargs)`."
        return Message(
            f"{call} raised {said(got)}. Expected f to get all of them.", _find(learner, r"def submit", SERIAL) or learner.where(got), why
        )
    return Message(
        f"{call} called f with {shown(got)}. Expected both positional and all four keyword arguments.",
        _find(learner, r"\bfn\(", SERIAL),
        "What a caller hands on to fn comes in *args and **kwargs.",
    )


def keeps(learner: Learner, name: str, found: str) -> Message:
    line = _find(learner, r"except\b", SERIAL)
    if found == "left submit":
        if name in ("SystemExit", "KeyboardInterrupt"):
            why = f"{name} is no Exception. A thread pool keeps it in the future, and a program should behave the same on every engine."
            return Message(f"fn raised {name}, and it left submit. Expected it in the future.", line, why)
        return Message(
            f"fn raised {name}, and it left submit. Expected it in the future.",
            line,
            "With a pool the error comes up at result(): whoever submits does not expect it.",
        )
    what = {
        "lost": "the future says that there was no error",
        "not done": "the future was not done",
        "no future": "submit returned no future",
    }.get(found, f"the future has {found}" if found.startswith("another") else found)
    return Message(
        f"fn raised {name}, and {what}. Expected that very exception in the future.",
        _find(learner, r"set_exception\(|except\b", SERIAL),
        "set_exception keeps the object; result() raises it.",
    )


def closed(learner: Learner, how: str, found: Any) -> Message:
    after = {"shutdown": "shutdown(wait=False)", "twice": "two shutdowns", "with": "the end of `with`"}[how]
    if isinstance(found, ErrorValue):
        line = _find(learner, r"def shutdown|def __exit__", SERIAL) or learner.where(found)
        return Message(
            f"{after} raised {said(found)}. Expected it to close, again if need be.",
            line,
            "`with` calls shutdown(wait=True); others pass cancel_futures.",
        )
    raised, calls = found
    if raised == "with gave something else":
        return Message(
            "`with SerialExecutor() as executor` gave something else than the executor.", _find(learner, r"def __enter__", SERIAL)
        )
    called = "fn was called" if calls else "fn was not called"
    outcome = "submit raised nothing" if raised == "nothing" else f"submit raised {raised}"
    why = "A pool that is closed refuses work: whoever submits too late has a mistake in his program, and hears of it."
    return Message(
        f"After {after} {outcome}, and {called}. Expected RuntimeError, and no call.", _find(learner, r"def (submit|shutdown)", SERIAL), why
    )


def mapped(learner: Learner, got: Any, right: list[Any]) -> Message:
    line = _find(learner, r"def map", SERIAL) or learner.where(got)
    return Message(
        f"map(fn, numbers, others) {came(got)}. Expected {shown(right)}.",
        line,
        "Executor.map calls submit for each and yields the results: there is no need for another.",
    )


# -- 13b -----------------------------------------------------------------------------------------------------------------------------


def never_returns(engine: str) -> AbstractContextManager[None]:
    return deadlock_says(f"{ALL} never returned. Every worker of the executor is idle, or waits.")


def results(learner: Learner, office: Office, letters: list[int], got: Any) -> Message:
    right = [office.stamped(letter) for letter in letters]
    if type(got) is list and len(got) == len(right) and sorted(map(str, got)) == sorted(map(str, right)):
        line = _find(learner, r"as_completed|append\(|add_done_callback", ALL)
        return Message(
            "The results stand in the order in which they came. Expected the order of the items.",
            line,
            "The first item was the last to be ready. as_completed yields what is ready first.",
        )
    if isinstance(got, ErrorValue):
        if got.type == "TypeError" and ("len()" in got.text or "subscriptable" in got.text):
            return Message(
                f"{ALL} raised {said(got)}. Expected results.",
                learner.where(got),
                "items may be any iterable: a generator has no len and no places.",
            )
        return Message(f"{ALL} raised {said(got)}. Expected {len(right)} results.", learner.where(got))
    if type(got) is not list:
        why = "map returns an iterator, whose results are still to be asked for." if "generator" in shown(got) else ""
        return Message(f"{ALL} returned {shown(got)}. Expected a list of {len(right)} results.", _find(learner, r"\breturn\b", ALL), why)
    why = "An item that stands twice is two items." if len(got) == len(right) - 1 else ""
    return Message(f"{len(right)} items came to {shown(got)}. Expected fn(item) for each.", _find(learner, r"\breturn\b", ALL), why)


def no_items(learner: Learner, got: Any) -> Message:
    return Message(f"Without items {ALL} {came(got)}. Expected an empty list.", learner.where(got))


def processes(learner: Learner, got: Any) -> Message:
    text = f"Given a ProcessPoolExecutor, {ALL} {came(got)}. Expected the same results as from threads."
    if isinstance(got, ErrorValue) and got.is_pickles_refusal():
        line = _find(learner, r"\blambda\b", ALL) or _find(learner, r"^ +def |submit\(|\.map\(", ALL)
        return Message(text, line, "A lambda, and a function inside a function, cannot be sent to a process. fn itself can.")
    return Message(text, learner.where(got))


def elsewhere(learner: Learner, engine: str) -> Message:
    line = _find(learner, r"isinstance\(", ALL) or _find(learner, r"(Thread|Process)PoolExecutor\(|[^.\w]fn\(", ALL)
    why = (
        "Whoever asks an executor for its type knows only the types of today."
        if _find(learner, r"isinstance\(", ALL)
        else "The caller chose the engine; work that goes elsewhere is out of his hands."
    )
    return Message(f"Given {engine}, fn was called outside of it. Expected every call to go through it.", line, why)


def outside(learner: Learner, got: Any) -> Message:
    text = f"Given an executor of another library, {ALL} {came(got)}. Expected the same results as from a thread pool."
    if isinstance(got, ErrorValue) and got.type == "AttributeError":
        return Message(text, learner.where(got), "A name that begins with an underscore is private: another engine does not have it.")
    return Message(text, learner.where(got), "Its methods are submit, map and shutdown; it is neither of the two pools.")


def submits(learner: Learner, count: int, items: int) -> Message:
    return Message(
        f"{items} items were handed in by {count} submits. Expected one for each.",
        _find(learner, r"submit\(|\.map\(", ALL),
        "fn gets one item and nothing else, in a call of its own.",
    )


def closed_it(learner: Learner) -> Message:
    line = _find(learner, r"with \w*|shutdown\(", ALL)
    return Message(
        f"After {ALL} the caller's executor was closed. Expected it to be of use.",
        line,
        "The end of `with` is a shutdown. Who makes an executor closes it.",
    )


def overlap(learner: Learner, counts: list[int], workers: int) -> Message:
    line = _find(learner, r"submit\(.*\.result\(|\.result\(", ALL)
    peak = max(counts, default=0)
    if peak == workers:
        return Message(_slow("10 items, a thread pool of", workers, counts), _find(learner, r"range\(|islice\(", ALL), BATCHES)
    why = "`.result()` waits for that item before the next one is handed in." if line and peak < workers else ""
    return Message(f"10 items, a thread pool of {workers}: {_under_way(peak)} at the same moment. Expected {workers}.", line, why)


BATCHES = "Who works in batches waits for the slowest of each; meanwhile the other workers have nothing to do."


def _slow(what: str, size: int, counts: list[int]) -> str:
    beside = counts[1] if len(counts) > 1 else 1
    return f"{what} {size}: while one was slow, {_under_way(beside)}, that one included. Expected {size}."


def _under_way(count: int) -> str:
    return "1 was under way" if count == 1 else f"{count} were under way"


def error(learner: Learner, got: Any, text: str) -> Message:
    seen = f"fn raised KeyError('{text}') for the second item, and another one for the fourth. {ALL} {came(got)}."
    if isinstance(got, ErrorValue) and got.type == "KeyError":
        return Message(
            f"{seen} Expected the second item's.",
            _find(learner, r"as_completed|wait\(", ALL),
            "The fourth item's error came first in time, not in the list.",
        )
    return Message(
        f"{seen} Expected the second item's error.",
        learner.where(got) or _find(learner, r"except\b", ALL),
        "Who only reads the list takes it for a success.",
    )


# -- 13c -----------------------------------------------------------------------------------------------------------------------------


def loop_waits(learner: Learner) -> AbstractContextManager[None]:
    line = _find(learner, r"\.result\(|\.join\(|[^.]wait\(|(?<!async )\bwith\b|acquire\(", ASYNC)
    why = "load was called in the loop's own thread: a coroutine that does not await keeps the loop."
    if line:
        why = "The loop's own thread waits: `result()`, the end of a pool's `with` and a lock of threads block it as much as load does. await instead."
    return deadlock_says("A load waited for the event loop, and the loop for the load. Expected the loop to be free.", why)


def shape(learner: Learner, got: Any, count: int) -> Message:
    text = f"{ASYNC} of {count} URLs {came(got)}. Expected {count} results."
    if isinstance(got, ErrorValue) and got.type == "TypeError" and "await" in got.text:
        return Message(text, _find(learner, r"def load_all_async", ASYNC), "The task is a coroutine function: `async def`.")
    if isinstance(got, ErrorValue) and got.type == "TypeError" and "len()" in got.text:
        return Message(text, learner.where(got), "urls may be any iterable: a generator has no len.")
    return Message(text, learner.where(got))


def pages(learner: Learner, got: Any, right: list[str]) -> Message:
    if type(got) is list and sorted(map(str, got)) == sorted(map(str, right)):
        return Message(
            "The pages stand in the order in which they came. Expected the order of the URLs.",
            _find(learner, r"as_completed|append\(", ASYNC),
            "The first URL's page was the last to come. asyncio.gather keeps the order, as_completed does not.",
        )
    if type(got) is list and len(got) == len(right) - 1:
        return Message(
            f"{len(right)} URLs, one of them twice, came to {len(got)} results. Expected one for each place.",
            _find(learner, r"\{|dict|set\(", ASYNC),
            "A dict and a set have a URL once.",
        )
    return Message(f"{ASYNC} {came(got)}. Expected the page of each URL.", learner.where(got))


def no_urls(learner: Learner, got: Any) -> Message:
    return Message(f"Without URLs {ASYNC} {came(got)}. Expected an empty list.", learner.where(got))


def limit(learner: Learner, counts: list[int], limit: int) -> Message:
    peak = max(counts, default=0)
    if peak == limit:
        return Message(_slow("12 URLs, a limit of", limit, counts), _find(learner, r"range\(|islice\(", ASYNC), BATCHES)
    text = f"12 URLs, limit={limit}: {_under_way(peak)} at the same moment. Expected {limit}."
    if peak == 1:
        line = _find(learner, r"\bawait\b", ASYNC)
        return Message(text, line, "`await` in a loop waits for that URL before the next one begins. Make tasks of them, or gather them.")
    if peak > limit:
        line = _find(learner, r"to_thread|run_in_executor|Executor\(", ASYNC)
        return Message(text, line, "Without a semaphore, or a pool of this size, the pool that is there decides.")
    return Message(text, _find(learner, r"Semaphore\(|Executor\(", ASYNC), "Fewer places than limit says.")


def load_errors(learner: Learner, got: Any, loaded: int, count: int) -> Message:
    text = f"load raised KeyError for 1 of {count} URLs. {ASYNC} {came(got)}, and {loaded} were loaded. Expected the error in its place, and the others' pages."
    if isinstance(got, ErrorValue):
        line = _find(learner, r"TaskGroup|gather\(", ASYNC) or learner.where(got)
        why = "A TaskGroup cancels the others at the first error; gather without return_exceptions raises it."
        return Message(text, line, why)
    return Message(text, _find(learner, r"except\b", ASYNC), "The exception object itself is the result of its URL.")


def threads(learner: Learner, count: int, urls: int) -> Message:
    return Message(
        f"{urls} URLs were loaded in {count} threads. Expected a few threads, used again.",
        _find(learner, r"Thread\(|Executor\(", ASYNC),
        "A pool that is made for one URL lets its thread go with it.",
    )
