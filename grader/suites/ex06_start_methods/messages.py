"""What exercise 06 tells a learner, mistake by mistake: what was seen, what was expected, why that happens.

Which sentence is chosen depends on what was observed; the learner's source only decides which line to quote and between mistakes that
look the same from outside.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from grader.model import Message, Outcome, SourceLine
from grader.sandbox.wire import ErrorValue, Name, Other
from grader.suite.fate import Fate
from grader.suite.learner import Learner, Raised, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.suites.ex06_start_methods.suite import Bakery

Job = tuple[int | str, str]

WORKERS = 2
"""As in the stub."""
CHUNK = 16
"""The largest chunk that the stub allows."""
BOOM = "boom"
"""The order that makes our fn raise; see probes.py."""
TASK = "map_with_config"


TASKS = ("pickle_problem", "JobFailed", TASK)


def find(learner: Learner, pattern: str, task: str = TASK) -> tuple[SourceLine, ...]:
    """The line to quote, of this task or of what belongs to none."""
    return learner.find(pattern, task, TASKS)


def raised(learner: Learner, call: str, error: ErrorValue, expected: str, why: str = "") -> Message:
    """An exception that nobody asked for."""
    said = f": {' '.join(error.text.split())[:150]}" if error.text else ""
    return Message(f"{call} raised {error.type}{said}. {expected}", learner.where(error), why)


def _seen(got: Any) -> str:
    """A result for a message; an exception that stands in it is told by its name."""
    if type(got) is list and (errors := [item for item in got if isinstance(item, ErrorValue)]):
        return f"a list with {_article(errors[0].type)} in it"
    return shown(got)


def _article(word: str) -> str:
    return f"an {word}" if word[:1] in "aeiouAEIOU" else f"a {word}"


# -- 06a -----------------------------------------------------------------------------------------------------------------------------


def travels(learner: Learner, kind: str, said: Any) -> Message:
    expected = "Expected None: it makes the round trip."
    if isinstance(said, Raised):
        return raised(learner, f"pickle_problem of {kind}", said.error, expected)
    if type(said) is bool:
        why = "`if pickle_problem(x):` asks whether there is a problem; the answer to that is a sentence or None."
        return Message(f"pickle_problem of {kind} returned {said}. {expected}", (), why)
    if said == "":
        return Message(f"pickle_problem of {kind} returned '', not None. {expected}", (), "An empty sentence is still a str.")
    if kind in ("nan", "an object without __eq__") and type(said) is str:
        why = "A copy is another object, and without __eq__ no two objects are equal. Whether it arrives is another question."
        line = find(learner, r"loads\(.*[!=]=|[!=]=.*loads\(|[!=]=", "pickle_problem")
        return Message(f"pickle_problem of {kind} returned a problem: {shown(said)}. {expected}", line, why)
    if type(said) is str:
        return Message(f"pickle_problem of {kind} returned a problem: {shown(said)}. {expected}")
    return Message(f"pickle_problem of {kind} returned {shown(said)}. {expected}")


def _no_sentence(learner: Learner, kind: str, said: Any, step: str, why: str) -> Message | None:
    """What is wrong with an answer that is no sentence, and not None either."""
    call = f"pickle_problem of {kind}"
    if said is None:
        return None
    if isinstance(said, ErrorValue):
        return Message(f"{call} returned the exception itself, {_article(said.type)}. Expected a sentence, a str.")
    if isinstance(said, Raised):
        caught = sorted(learner.handled("pickle_problem"))
        some = caught and not set(caught) & {"", "Exception", "BaseException"}
        only = f" Caught here: {', '.join(caught)}, and no other." if some else ""
        return raised(learner, call, said.error, f"Expected a sentence.{only}", why)
    if type(said) is bool:
        return Message(f"{call} returned {said}. Expected a sentence: a bool does not say what the problem is.")
    return Message(f"{call} returned {shown(said)}. Expected a sentence: {step} raises.")


def leaving(learner: Learner, kind: str, said: Any) -> Message:
    why = "Pickling may raise any exception: TypeError for a lock, AttributeError or PicklingError for a local function."
    if told := _no_sentence(learner, kind, said, "pickling it", why):
        return told
    why = ""
    if learner.lines("deepcopy", "pickle_problem"):
        why = "deepcopy shares what it cannot copy, functions among it. Pickle has to turn them into a name."
    elif learner.lines("isinstance", "pickle_problem") or learner.lines("hasattr", "pickle_problem"):
        why = "Only the attempt can tell: what a thing holds counts as much as what it is."
    line = learner.lines("deepcopy", "pickle_problem") or learner.lines("isinstance", "pickle_problem")
    return Message(f"pickle_problem of {kind} returned None. Expected a sentence: pickling it raises.", line, why)


def arriving(learner: Learner, kind: str, said: Any) -> Message:
    why = "Unpickling calls code of the object's own, and that may raise anything."
    if told := _no_sentence(learner, kind, said, "unpickling it", why):
        return told
    expected = "Expected a sentence: it can be pickled, and unpickling it raises."
    if not (find(learner, r"\bloads?\b", "pickle_problem") or find(learner, r"\bUnpickler\b", "pickle_problem")):
        why = "The bytes were made, and nobody tried to read them."
        line = learner.lines("dumps", "pickle_problem")
        return Message(f"pickle_problem of {kind} returned None: it was never unpickled. {expected}", line, why)
    return Message(f"pickle_problem of {kind} returned None. {expected}", find(learner, r"\bloads?\(", "pickle_problem"))


def names(learner: Learner, name: str, text: str, said: Any) -> Message:
    said_so = f": {text!r}" if text else ", with no message"
    if isinstance(said, Raised):
        return raised(learner, "pickle_problem", said.error, "Expected a sentence.")
    seen = f"Pickling or unpickling raised {name}{said_so}; pickle_problem said {shown(said)}."
    if type(said) is str and name not in said and (not text or text in said):
        why = "The message of an exception does not hold its class: type(error).__name__ does."
        return Message(f"{seen} Expected the name of the exception's class in it.", (), why)
    if type(said) is str and name in said:
        why = "The class says what kind of problem it is; the message says which object."
        return Message(f"{seen} Expected the exception's message in it.", (), why)
    return Message(f"{seen} Expected the exception's class and its message.", (), "Who reads it wants to know what to change.")


def untouched(kind: str) -> Message:
    text = f"After pickle_problem, the {kind} had lost or changed a part of it. Expected the {kind} as it was."
    return Message(text, (), "The caller still needs what does not travel: a lock, for one.")


def interrupt(learner: Learner, name: str, said: Any) -> Message:
    line = find(learner, r"except\s*:", "pickle_problem") or find(learner, r"except\s+\(?.*BaseException", "pickle_problem")
    if type(said) is str or said is None:
        what = "A bare `except:` catches" if find(learner, r"except\s*:", "pickle_problem") else "BaseException includes"
        text = f"{name} came while the object was on its way, and pickle_problem returned {shown(said)}. Expected {name} to get through."
        return Message(text, line, f"{what} the request to stop the program too.")
    if isinstance(said, Raised):
        return Message(f"{name} became {said.error.type}. Expected {name} to get through.", line or learner.where(said.error))
    return Message(f"{name} came, and pickle_problem returned {shown(said)}. Expected {name} to get through.", line)


# -- 06b -----------------------------------------------------------------------------------------------------------------------------


def _made(job: Job) -> str:
    return f"JobFailed({job[0]!r}, {job[1]!r})"


def made(learner: Learner, job: Job, found: Any) -> Message:
    call = _made(job)
    if isinstance(found, ErrorValue):
        return raised(learner, call, found, "Expected an exception object with two attributes.")
    if len(found) != 6:
        if isinstance(found[0], str):
            return Message(f"JobFailed is of type {found[0]}. Expected a class.")
        return Message(f"{call} made {shown(found[0])}. Expected a JobFailed.")
    _, _, job_id, reason, text, is_exception = found
    for name, wanted, got in (("job_id", job[0], job_id), ("reason", job[1], reason)):
        if got != wanted or type(got) is not type(wanted):
            given = "no such attribute" if got == "nothing" else shown(got)
            return Message(f"{call} has {name}: {given}. Expected {wanted!r}.")
    wanted = f"job {job[0]}: {job[1]}"
    if text != wanted:
        why = "Without a __str__, the text of an exception with two arguments is that of their tuple." if text == str(job) else ""
        return Message(f"str({call}) is {shown(text)}. Expected {wanted!r}.", (), why)
    if not is_exception:
        return Message(f"{call} is no Exception. Expected a subclass of Exception.", (), "`except Exception` in the parent would miss it.")
    return Message(f"{call} is a {shown(found[0])}. Expected a JobFailed.")


def _broken(learner: Learner, expected: str, error: ErrorValue, seen: str) -> Message:
    """It could not be put together again."""
    line = find(learner, r"super\(\)\.__init__\(|Exception\.__init__\(", "JobFailed") or find(learner, r"__reduce__", "JobFailed")
    text = f"{seen} {error.type}{': ' + error.text if error.type == 'TypeError' else ''}. Expected {expected}."
    why = "Unpickling calls JobFailed(*args), and args holds what super().__init__ was given: not the two arguments."
    if not find(learner, r"super\(\)\.__init__\(|Exception\.__init__\(|self\.args\s*=", "JobFailed"):
        why = "Nobody handed the two arguments to super().__init__, so `args` is empty when they come by name."
    return Message(" ".join(text.split())[:300], line, why)


def _arrived(learner: Learner, job: Job, found: tuple[Any, ...], how: str) -> Message:
    """It came back, and is not what it was."""
    call = _made(job)
    _, own, job_id, reason, text, _ = found
    if not own:
        return Message(
            f"{call} {how} came back as {_article(found[0])}. Expected the same class.", find(learner, r"__reduce__", "JobFailed")
        )
    if (job_id, reason) == (job[1], job[0]):
        why = "Unpickling calls JobFailed(*args): args has to be in the order of the parameters."
        line = find(learner, r"super\(\)\.__init__\(", "JobFailed") or find(learner, r"__reduce__", "JobFailed")
        text = f"{call} {how} came back with job_id={shown(job_id)}, reason={shown(reason)}: swapped. Expected both as they were."
        return Message(text, line, why)
    if job_id != job[0] or reason != job[1]:
        why = "Unpickling makes it again from what __reduce__ returns, or from args; what is in neither is lost."
        line = find(learner, r"__reduce__", "JobFailed") or find(learner, r"super\(\)\.__init__\(", "JobFailed")
        text = f"{call} {how} came back with job_id={shown(job_id, 40)}, reason={shown(reason, 40)}."
        return Message(f"{text} Expected both as they were.", line, why)
    why, seen = "", f"{call} {how} came back with the text {shown(text)}."
    if f"job {job[0]}: {job[1]}" in text:
        why = "Unpickling calls JobFailed(*args). Default values let it succeed with the text alone, and the text is made of the text."
    return Message(f"{seen} Expected 'job {job[0]}: {job[1]}'.", find(learner, r"super\(\)\.__init__\(", "JobFailed"), why)


def pool(learner: Learner, job: Job, found: Any) -> Message:
    call = _made(job)
    error = found if isinstance(found, ErrorValue) else found[0]
    if not isinstance(error, ErrorValue):
        if type(found) is tuple and len(found) == 6:
            return _arrived(learner, job, found, "raised in a worker")
        return Message(f"A worker raised {call}, and {shown(error)} came out of the pool. Expected what was raised.")
    seen = f"A worker raised {call}, and out of the pool came"
    if error.is_a("BrokenExecutor"):
        return _broken(learner, "what was raised", error, seen)
    if error.is_a("PicklingError", "AttributeError") and "<locals>" in error.text:
        why = "A class travels as a name, and one made inside a function can be looked up nowhere."
        return Message(
            f"{seen} {error.type}: the class is a local one. Expected what was raised.",
            find(learner, r"^\s+class JobFailed", "JobFailed"),
            why,
        )
    if error.is_a("PicklingError", "TypeError") and "__reduce__ must return" in error.text:
        why = "It has to return a recipe, (what to call, its arguments), and not the thing itself."
        text = f"{seen} {error.type}: __reduce__ must return a string or tuple. Expected what was raised."
        return Message(text, find(learner, r"__reduce__", "JobFailed"), why)
    if error.is_a("TypeError") and "cannot pickle" in error.text:
        why = "The attributes of an exception travel with it: each of them has to pickle."
        return Message(f"{seen} TypeError: {error.text}. Expected what was raised.", (), why)
    if error.type in ("Exception", "RuntimeError", "ValueError"):
        why = "It was made again from another class."
        return Message(
            f"{seen} {_article(error.type)}: the class is lost. Expected what was raised.", find(learner, r"__reduce__", "JobFailed"), why
        )
    return Message(f"{seen} {error.type}: {' '.join(error.text.split())[:120]}. Expected what was raised.", learner.where(error))


def named(learner: Learner, job: Job, found: Any) -> Message:
    call = f"JobFailed(job_id={job[0]!r}, reason={job[1]!r})"
    if isinstance(found, ErrorValue):
        return _broken(learner, "the same again", found, f"{call} was pickled, and unpickling it raised")
    if len(found) != 6:
        return Message(f"{call} was pickled, and {shown(found[0])} came back. Expected the same again.")
    return _arrived(learner, job, found, "made with named arguments")


def subclass(learner: Learner, job: Job, found: Any) -> Message:
    line = find(learner, r"return\s*\(?\s*JobFailed\b", "JobFailed") or find(learner, r"__reduce__", "JobFailed")
    if isinstance(found, ErrorValue):
        return raised(learner, "Pickling a subclass that adds nothing", found, "Expected it to arrive as itself.")
    if type(found) is tuple and len(found) == 6 and not found[1]:
        why = "The class is written out where it is made again. type(self) is the class that it really has."
        return Message(f"A subclass Late of JobFailed came back as a {found[0]}. Expected a Late.", line, why)
    return Message(f"A subclass of JobFailed came back as {shown(found[0])}. Expected it as it was.", line)


# -- 06c -----------------------------------------------------------------------------------------------------------------------------


def calling(learner: Learner, *args: Any, **options: Name) -> Any:
    """What map_with_config returns, or the exception it raised.

    On some Pythons (3.12.1) a pool that cannot pickle a function waits for ever, where others raise: told by its cause.
    """
    try:
        return learner.attempt(TASK, *args, **options)
    except Fate as fate:
        if fate.outcome is Outcome.DEADLOCKED and not fate.foreseen:
            if find(learner, r"(submit|map\w*)\(\s*lambda\b"):
                fate.text = "map_with_config waits for ever: a lambda does not pickle."
                fate.why = "A function travels as a name, and a lambda has none."
            elif find(learner, r"^\s+def \w+\((?!self)"):
                fate.text = "map_with_config waits for ever: a function inside a function does not pickle."
                fate.why = "A function travels as a name, and this one can be looked up nowhere."
        raise


def shape(learner: Learner, got: Any) -> Message | None:
    """What is wrong with a result before one looks at what is in it."""
    if isinstance(got, ErrorValue):
        if got.is_a("AttributeError", "PicklingError") and "<locals>" in got.text:
            what, line, why = (
                "a function inside a function does not pickle",
                find(learner, r"^\s+def "),
                "this one can be looked up nowhere",
            )
            if "<lambda>" in got.text:
                what, line, why = "a lambda does not pickle", find(learner, r"\blambda\b"), "a lambda has none"
            return Message(f"{TASK} raised {got.type}: {what}. Expected results.", line, f"A function travels as a name, and {why}.")
        if got.type == "TypeError" and re.search(r"\b(price|quick)\(\)", got.text):
            return _called_otherwise(learner, got)
        if got.type == "TypeError" and "not callable" in got.text and "NoneType" in got.text:
            return _unset(learner, got, "fn")
        if got.is_a("BrokenExecutor"):
            why = "A worker died: its initializer raised, or what it was to get could not be unpickled."
            return raised(learner, TASK, got, "Expected results.", why)
        if got.type == "NameError":
            why = "A spawned worker imports the file anew: what your own process has set at run time is not there."
            return raised(learner, TASK, got, "Expected results.", why)
        return raised(learner, TASK, got, "Expected results.")
    if isinstance(got, Other):
        why = "What an executor's map gives takes each answer only when somebody asks."
        if find(learner, r"\byield\b"):
            why = "With yield in it, the body runs only when somebody asks."
        return Message(f"{TASK} returned {_article(got.type)}, not a list. Expected a list.", (), why)
    if type(got) is not list:
        return Message(f"{TASK} returned {shown(got)}, not a list. Expected a list.")
    if any(isinstance(item, Other) and item.type in ("Future", "ApplyResult", "AsyncResult") for item in got):
        line = learner.lines("submit", TASK) or learner.lines("apply_async", TASK)
        return Message("A future stands where a result should. Expected what fn returned.", line, "Its .result() is the answer.")
    return None


def _called_otherwise(learner: Learner, got: ErrorValue) -> Message:
    said = re.sub(r"\b(price|quick)\(\)", "fn()", got.text)
    line = find(learner, r"partial\(") or find(learner, r"\bfn\(")
    if "unexpected keyword" in said:
        return Message(
            f"{TASK} raised TypeError: {said}. Expected fn(item, config).", line, "The second parameter of fn may have any name."
        )
    return Message(f"{TASK} raised TypeError: {said}. Expected fn(item, config), with two arguments.", line)


def _unset(learner: Learner, got: Any, what: str) -> Message:
    text = f"In a worker, {what} was None: what your own process has set is not there. Expected fn(item, config)."
    why = "Only fork copies your process, and with it a global. spawn and forkserver import the file anew."
    return Message(text, find(learner, r"^\s+global\b"), why)


def results(learner: Learner, got: Any, bakery: Bakery, orders: list[int]) -> Message:
    tokens = [caller.label[2] for caller in bakery.calls]
    odd = next((token for token in tokens if token not in bakery.tokens), None)
    if odd is not None:
        return _odd_config(learner, odd, bakery)
    if isinstance(got, ErrorValue) and got.type == "AttributeError" and "'NoneType'" in got.text:
        return _unset(learner, got, "config")
    if told := shape(learner, got):
        return told
    if not tokens and not got:
        text = f"{TASK} returned [] for {len(orders)} items, and fn was never called. Expected {len(orders)} results."
        return Message(text, learner.lines("map", TASK), "An iterator that nobody asks gives nothing.")
    if not got:
        why = "Memory is not shared: a list that workers fill stays empty here."
        return Message(f"{TASK} returned [] for {len(orders)} items. Expected {len(orders)} results.", (), why)
    if len(got) != len(orders):
        why = "A dict keeps one entry for each item." if len(got) == len(set(orders)) < len(orders) else ""
        return Message(f"{len(got)} results came back for {len(orders)} items. Expected one for each.", (), why)
    if all(item is None for item in got):
        return Message("Every result is None. Expected what fn returned.", (), "The function that calls fn ends without a return.")
    if all(type(item) is tuple for item in got):
        return Message(f"{shown(got[0])} stands in the list. Expected what fn returned, and nothing around it.")
    return Message(f"{TASK} returned {_seen(got)}. Expected what fn returned for each item.")


def _odd_config(learner: Learner, token: str, bakery: Bakery) -> Message:
    if token == "type NoneType":
        return _unset(learner, None, "config")
    if token == "type int":
        line = find(learner, r"\bfn\(\s*\w*config")
        return Message("fn was called as fn(config, item). Expected fn(item, config).", line, "The item comes first.")
    return Message(f"fn got an object of {token} as its config. Expected the config that {TASK} was given.")


def no_items(learner: Learner, got: Any) -> Message:
    if isinstance(got, ErrorValue):
        return raised(learner, f"{TASK} of no items", got, "Expected [].")
    return Message(f"{TASK} returned {shown(got)} for no items. Expected [].")


def second(learner: Learner, got: Any, bakery: Bakery, orders: list[int]) -> Message:
    if got and got == bakery.right(orders):
        text = "A second call with another config was answered by the first config. Expected the config of its own call."
        line = find(learner, r"^\s+global\b") or find(learner, r"is None|cache")
        return Message(text, line, "Workers that are kept, or a config that is kept, belong to the call before.")
    if told := shape(learner, got):
        return told
    return Message(f"A second call, with another config, returned {shown(got)}. Expected one result for each item, by its own config.")


def iterable(learner: Learner, got: Any, count: int) -> Message:
    if isinstance(got, ErrorValue) and "cannot pickle" in got.text:
        why = "The generator stays in your process: its items travel."
        return Message(f"{TASK} raised TypeError: {got.text}. Expected {count} results.", learner.where(got), why)
    if isinstance(got, ErrorValue) and got.type == "TypeError":
        why = "An iterable promises only that it can be read once."
        return Message(f"{TASK} raised TypeError: {got.text}. Expected {count} results.", learner.where(got), why)
    if told := shape(learner, got):
        return told
    why = "The first reading took them all, and the generator was empty when read again." if not got else ""
    return Message(f"{count} items from a generator gave {len(got)} results. Expected {count}.", (), why)


def order(learner: Learner, got: Any, right: list[Any]) -> Message:
    if told := shape(learner, got):
        return told
    if len(got) != len(right):
        return Message(f"{len(got)} results came back for {len(right)} items. Expected one for each.")
    if got == sorted(right):
        return Message(
            "Results came sorted. Expected the order of the items.", learner.lines("sorted", TASK) or learner.lines("sort", TASK)
        )
    line = learner.lines("as_completed", TASK) or learner.lines("imap_unordered", TASK)
    place = "last" if got[-1] == right[0] else "late"
    why = "as_completed and imap_unordered give what is ready." if line else "What ends first is put into the list first."
    return Message(f"The result of the first item came {place}: in the order the calls ended. Expected the order of the items.", line, why)


def own_process(learner: Learner, bakery: Bakery) -> Message:
    calls, at_home = len(bakery.calls), bakery.in_main
    line = learner.lines("fn", TASK)
    if at_home < calls:
        count = "one call" if at_home == 1 else f"{at_home} calls"
        text = f"{count} of fn ran in your own process, {calls - at_home} in workers. Expected workers for all."
        return Message(text, line, "`fn(item, config)` written out runs where it stands.")
    # Which thread it was is the caller's word: it chooses between two sentences for the same mistake.
    if all(caller.label[4] for caller in bakery.calls):
        return Message("Every call of fn ran in your own process. Expected worker processes.", line, "No call was handed to a pool.")
    text = "Every call of fn ran on a thread of your own process. Expected worker processes."
    line = learner.lines("ThreadPoolExecutor", TASK) or learner.lines("ThreadPool", TASK) or learner.lines("Thread", TASK)
    return Message(text, line, "A thread shares your memory, so no start method and no pickle takes part.")


def _pool_line(learner: Learner) -> tuple[SourceLine, ...]:
    """Where map_with_config starts its workers."""
    return next(filter(None, (learner.lines(name, TASK) for name in ("ProcessPoolExecutor", "Pool", "Process"))), ())


def overlap(learner: Learner, peak: int, processes: int, cores: int, items: int) -> Message:
    number = "1 call" if peak == 1 else f"{peak} calls"
    if processes == 1 < peak:
        return Message(f"{number} ran at once on threads of one worker. Expected {WORKERS} processes.", _pool_line(learner))
    if peak == cores:
        why = "A pool without a size takes the number of cores."
        text = f"{peak} calls ran at once, one for each core of this machine. Expected WORKERS, which is {WORKERS}."
        return Message(text, _pool_line(learner), why)
    if peak == items:
        why = "Each start costs, and each gets the config; a pool reuses its workers."
        text = f"{peak} calls ran at once: one process for each item. Expected {WORKERS}."
        return Message(text, learner.lines("Process", TASK), why)
    waits = learner.lines("submit().result", TASK) or learner.lines("result", TASK, inside="loop") or learner.lines("apply", TASK)
    if peak == 1 and waits and not learner.lines("map", TASK):
        why = "The loop waits for each answer before the next call goes out."
        return Message(f"Never 2 calls at a time. Expected {WORKERS} at once.", waits, why)
    return Message(f"{number} ran at once. Expected WORKERS, which is {WORKERS}.", _pool_line(learner))


def left_over(learner: Learner, count: int) -> Message:
    number = "1 process was" if count == 1 else f"{count} processes were"
    text = f"{number} still there after {TASK} had returned. Expected its workers to have ended."
    return Message(text, _pool_line(learner), "A pool that is not shut down keeps its workers, and they keep the config.")


def config(learner: Learner, pickles: int, at_home: int, items: int) -> Message:
    line = find(learner, r"partial\(.*config") or find(learner, r"repeat\(\s*config|\(\s*(fn,\s*)?item,\s*config|submit\(.*config")
    allowed = f"Expected at most {WORKERS + 1}."
    if at_home < pickles:
        text = f"config was pickled {pickles} times for {items} items, {pickles - at_home} of them in other processes. {allowed}"
        return Message(text, line, "What a worker returns, or a manager hands out, is pickled too.")
    if pickles >= items:
        why = "What is submitted is pickled for each call, and config is a part of it."
        return Message(f"config was pickled {pickles} times for {items} items: once with every item. {allowed}", line, why)
    why = "Each chunk is one message, and config is a part of each. The more items, the more chunks."
    if replaced := find(learner, r"max_?tasks"):
        line, why = replaced, "A worker that is replaced after some calls is another one, and is given the config again."
    return Message(f"config was pickled {pickles} times for {items} items. {allowed}", line or learner.lines("map", TASK), why)


def read_again(learner: Learner, read: int, items: int) -> Message:
    text = f"config was unpickled {read} times for {items} items. Expected at most {WORKERS + 1}."
    why = "Its bytes were made once, and then sent and read with every item, or every chunk."
    return Message(text, find(learner, r"\bloads\("), why)


def default_changed(learner: Learner, before: str, now: Any) -> Message:
    text = f"The default start method was {before} before the call and is {shown(now)} afterwards. Expected {before}."
    why = "set_start_method is for the whole program, and for the one who starts it: every other part starts its processes by it too."
    return Message(text, learner.lines("set_start_method"), why)


def context(learner: Learner, got: Any, method: str, births: list[str]) -> Message:
    text = f"mp_context was that of {method}, and workers were started by {' and '.join(births)}. Expected {method} for all."
    why = "A pool that is not given a context takes the program's default."
    if find(learner, r"get_context\(|\bfork\("):
        why = "They were started by another way than the context that was given."
    return Message(text, find(learner, r"get_context\(|\bfork\(") or _pool_line(learner), why)


@contextmanager
def unanswered(cause: str) -> Iterator[None]:
    """A deadlock in here is a wait for a worker that has died; it stays a deadlock."""
    try:
        yield
    except Fate as fate:
        if fate.outcome is Outcome.DEADLOCKED and not fate.foreseen:
            fate.text = f"{cause}, and {TASK} waits for an answer that nobody will send. Expected that error."
            fate.why = "The worker ended with the error and sent nothing."
        raise


def error(learner: Learner, got: Any, failing: int | None, count: int) -> Message:
    caught = find(learner, r"^\s+except\b")
    expected = "Expected KeyError to be raised."
    if isinstance(got, ErrorValue):
        if got.type == "KeyError":
            return Message(f"KeyError was raised with other arguments, {shown(got.args)}.", learner.where(got))
        why = "A caller who catches KeyError will miss it."
        return Message(f"fn raised KeyError, and {TASK} raised {got.type}. {expected}", learner.where(got), why)
    if type(got) is not list:
        return Message(f"fn raised KeyError for {failing}, and {TASK} returned {shown(got)}. {expected}")
    if any(isinstance(item, ErrorValue) for item in got):
        why = "A caller takes it for a result."
        return Message(f"The exception stands in the list as a result. {expected}", learner.lines(".exception", TASK) or caught, why)
    if len(got) == count:
        odd = next((item for item in got if type(item) is not int), None)
        text = f"fn raised KeyError for {failing}, and {shown(odd)} stands in its place. {expected}"
        return Message(text, caught, "Nobody can tell it from a real result.")
    return Message(f"The item that failed is missing: {len(got)} results for {count} items. {expected}", caught)


@contextmanager
def endless(learner: Learner) -> Iterator[None]:
    """A hang in here is a wait for workers that cannot begin."""
    try:
        yield
    except Fate as fate:
        if fate.outcome in (Outcome.DEADLOCKED, Outcome.TIMED_OUT) and not fate.foreseen:
            fate.text = f"Unpickling the config raised in every worker, and {TASK} did not come back. Expected an exception."
            fate.why = "Nobody told the parent that its workers had died."
            if fate.outcome is Outcome.TIMED_OUT:
                fate.why = "New workers are started again and again, and each of them dies at its start."
            if find(learner, r"\bPool\("):
                fate.why = "multiprocessing.Pool replaces a worker that dies at its start by a new one, which dies at its start, for ever."
        raise


def serial_after_all(learner: Learner) -> Message:
    caught = find(learner, r"^\s+except\b")
    text = f"Unpickling the config raised in every worker, and {TASK} called fn in your own process. Expected an exception."
    return Message(text, caught, "What was meant to run elsewhere runs here, one after another, and nobody hears of it.")


def lost(learner: Learner, got: Any, odd: list[str]) -> Message:
    caught = find(learner, r"^\s+except\b")
    seen = "Unpickling the config raised in every worker,"
    if odd:
        what = "None" if odd[0] == "type NoneType" else f"an object of {odd[0]}"
        text = f"{seen} and fn was called with {what} as its config. Expected an exception."
        return Message(text, caught, "An initializer that swallows its error lets the worker go on without what it needs.")
    why = "BrokenProcessPool is the only word of it that reaches the parent." if caught else ""
    return Message(f"{seen} and {TASK} returned {_seen(got)}. Expected an exception.", caught, why)
