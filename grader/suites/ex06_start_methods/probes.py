"""What runs in the worker for exercise 06: objects that do not cross, a function that meets the trusted side, and configs that tell.

A probe of a task has the task's name. What it returns is a claim, as data; the trusted side says what is right.
"""

import builtins
import math
import multiprocessing
import multiprocessing.context
import os
import pickle
import threading
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import forkserver as fork_server
from multiprocessing import resource_tracker

from witness import meet

fork, spawn, forkserver = map(multiprocessing.get_context, ("fork", "spawn", "forkserver"))

BOOM = "boom"
"""The order to raise, and the first argument of what is raised."""

# -- 06a -----------------------------------------------------------------------------------------------------------------------------

nameless = lambda: None  # noqa: E731


class Plain:
    """Travels; no two of them are equal."""

    def __init__(self, content=None):
        self.content = content


class Breaks:
    """Raises on its way out (`at` is "dumps") or on its way in ("loads")."""

    def __init__(self, at, error):
        self.at = at
        self.error = tuple(error)

    def __reduce__(self):
        if self.at == "dumps":
            raise_(*self.error)
        return raise_, self.error


class BreaksLate:
    """Its state cannot be put back."""

    def __init__(self, text):
        self.text = text

    def __setstate__(self, state):
        raise LookupError(state["text"])


class TwoArguments(Exception):
    """Leaves, and cannot be put together again."""

    def __init__(self, first, second):
        super().__init__(f"{first}: {second}")


attempts = 0
"""How often something of ours has raised."""


def raise_(name, *args):
    """Raise the built-in exception of that name."""
    global attempts
    attempts += 1
    raise getattr(builtins, name)(*args)


def _local():
    def oven():
        pass

    class Oven:
        pass

    return oven, Oven()


OBJECTS = {
    "a number": lambda: 41,
    "None": lambda: None,
    "False": lambda: False,
    "an empty list": list,
    "a dict of lists": lambda: {"rye": [1, 2.5], ("a", "b"): {None, "c"}},
    "nan": lambda: math.nan,
    "an object without __eq__": Plain,
    "a function of a module": lambda: raise_,
    "a class": lambda: Plain,
    "a partial": lambda: partial(raise_, "KeyError"),
    "a ValueError": lambda: ValueError(7, "no flour"),
    "a lock": threading.Lock,
    "a generator": lambda: (order for order in ()),
    "a lambda": lambda: nameless,
    "a local function": lambda: _local()[0],
    "an object of a local class": lambda: _local()[1],
    "a dict with a lock in it": lambda: {"rye": [1, {"key": threading.Lock()}]},
    "an object that holds a lock": lambda: Plain(threading.Lock()),
    "multiprocessing's own lock": fork.Lock,
    "an exception with two arguments and one in args": lambda: TwoArguments(7, "no flour"),
}


def pickle_problem(task, kind, *details):
    """Ask the task about one object: what it said, in a tuple that tells it from what it raised."""
    if kind in OBJECTS:
        thing = OBJECTS[kind]()
    elif kind == "breaks late":
        thing = BreaksLate(*details)
    else:
        at, *error = details
        thing = Breaks(at, error)
    return (task(thing),)


def attempted():
    """Whether something of ours has raised yet."""
    return attempts > 0


def untouched(task, kind):
    """Whether a thing that does not travel has all its parts after the task has looked at it."""
    lock = threading.Lock()
    parts = {"name": "oven", "lock": lock, "number": 7}
    if kind == "object":
        thing = Plain()
        vars(thing).update(parts)
        task(thing)
        left = {name: part for name, part in vars(thing).items() if name != "content"}
    elif kind == "dict":
        left = dict(parts)
        task(left)
    else:
        items = list(parts.values())
        task(items)
        left = dict(zip(parts, items, strict=False)) if len(items) == len(parts) else {}
    return list(left) == list(parts) and all(left[name] is part for name, part in parts.items())


# -- 06b -----------------------------------------------------------------------------------------------------------------------------


def JobFailed(task, how, job_id, reason, method="fork"):  # noqa: N802
    """Make one, send it on a journey, and tell what arrived: (type, whether it is the task's own type, job_id, reason, text)."""
    if not isinstance(task, type):
        return (type(task).__name__,)
    kind = task
    if how == "subclass":
        kind = globals()["Late"] = type("Late", (task,), {"__module__": __name__})
    if how == "made":
        error = task(job_id, reason)
    elif how == "pool":
        context = multiprocessing.get_context(method)
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            error = pool.submit(fail, task.__module__, job_id, reason).exception()
    else:
        made = kind(job_id=job_id, reason=reason) if how == "named" else kind(job_id, reason)
        error = pickle.loads(pickle.dumps(made))
    if not isinstance(error, task):
        return (error,)
    return (
        type(error).__name__,
        type(error) is kind,
        _part(error, "job_id"),
        _part(error, "reason"),
        str(error),
        isinstance(error, Exception),
    )


def fail(module, job_id, reason):
    """In a pool's worker: raise the learner's exception."""
    raise getattr(__import__(module), "JobFailed")(job_id, reason)  # noqa: B009


def _part(error, name):
    return getattr(error, name, "nothing")


# -- 06c -----------------------------------------------------------------------------------------------------------------------------

ours = False
"""Set in the process that calls the task, so that a fork of it is known."""


class Prices:
    """A config. Copies of it in one process are no pickles."""

    def __init__(self, token):
        self.token = token

    def __copy__(self):
        return type(self)(self.token)

    def __deepcopy__(self, memo):
        return type(self)(self.token)


class CountedPrices(Prices):
    """Tells the trusted side each time it is pickled, and unpickled."""

    def __reduce__(self):
        meet(["pickled"])
        return _arrive, (self.token,)


def _arrive(token):
    meet(["unpickled"])
    return CountedPrices(token)


class LostPrices(Prices):
    """Leaves, and does not arrive."""

    def __reduce__(self):
        return raise_, ("LookupError", self.token)


def stock(kind, *tokens):
    """Before the file is loaded: make `prices` and `other_prices`, the configs of the check."""
    global ours, prices, other_prices
    ours = True
    prices, other_prices = (globals()[kind](token) for token in (*tokens, "")[:2])


def start_helpers(method):
    """Before processes are counted: the resource tracker, and under forkserver the fork server, start when they are needed, and stay."""
    resource_tracker.ensure_running()
    if method == "forkserver":
        fork_server.ensure_running()


def set_default(method):
    """Before the file is loaded: another default start method than the one that the task is given. As the worker sets it."""
    context = multiprocessing.context
    context._default_context._default_context = context._concrete_contexts[method]
    context._default_context._actual_context = None  # the helpers that run already have asked for it


def default():
    """The default start method now."""
    return multiprocessing.get_start_method()


def set_cores(count):
    """Before the file is loaded: a machine of so many cores."""
    os.cpu_count = os.process_cpu_count = lambda: count
    os.sched_getaffinity = lambda pid: set(range(count))


def reap():
    """Wait for the children that have ended."""
    return len(multiprocessing.active_children())


def price(order, prices):
    """What the task is to call: says where it runs and with which config, and answers what the trusted side says."""
    token = prices.token if isinstance(prices, Prices) else f"type {type(prices).__name__}"
    item = order if type(order) is int else f"type {type(order).__name__}"
    answer = meet(["call", item, token, _birth(), threading.current_thread() is threading.main_thread()])
    if answer == BOOM:
        raise KeyError(BOOM, order)
    return answer


def quick(order, prices):
    """The same without a word."""
    return [order, prices.token]


def _birth():
    """How this process was born: a fork has our mark; spawn's parent is the one that asked, forkserver's is the server."""
    parent = multiprocessing.parent_process()
    if ours or parent is None:
        return "fork"
    return "spawn" if os.getppid() == parent.pid else "forkserver"
