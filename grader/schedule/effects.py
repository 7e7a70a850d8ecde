"""What a call of code that is not instrumented reads and writes, as far as another thread could notice.

Where that is not known, the call is held to touch everything: the search then does more work than it need, and misses nothing.
"""

import _thread
import builtins
import gc
import math
import operator
from collections import deque
from dataclasses import dataclass, field
from typing import Any

CONTAINERS = (list, dict, set, deque, bytearray)
"""What can be changed in place by C code; their subclasses too."""
_VALUES = (str, bytes, int, float, complex, bool, tuple, frozenset, range, type(None), slice)
_READING = """
get keys values items index count copy union intersection difference symmetric_difference isdisjoint issubset issuperset
__contains__ __len__ __getitem__ __iter__ __reversed__ __eq__ __repr__ __bool__
"""
_PURE_BUILTINS = """
abs all any ascii bin bool bytes bytearray callable chr complex dict divmod enumerate filter float format frozenset hash hex id int isinstance
issubclass iter len list map max min object oct ord pow print range repr reversed round set slice sorted str sum tuple type zip
"""
_READS = frozenset(_READING.split())
_PURE = frozenset(
    [getattr(builtins, name) for name in _PURE_BUILTINS.split()]
    + [value for module in (math, operator) for value in vars(module).values() if callable(value)]
)
"""They read their arguments and change nothing: what `key=` or `map` call is instrumented where it is the learner's."""
_IN_PLACE = frozenset({operator.setitem, operator.delitem, operator.iadd, operator.ior, operator.iconcat, operator.isub, operator.iand})
_SYNCHRONIZED = ("threading", "queue", "concurrent.futures", "_thread", "grader.schedule", "_queue", "time")
"""Modules whose objects synchronize by controlled locks, and note what they do there."""
_RANDOM = ("random",)
_LOCKS = ("Lock", "RLock", "_RLock")
_LOOKING = frozenset(
    {"is_set", "locked", "empty", "full", "qsize", "done", "running", "cancelled", "result", "exception", "is_alive", "join"}
)
"""Methods of what synchronizes that leave it as it is."""


@dataclass
class Effects:
    """What one call touches: objects (for what they contain), attributes, or everything."""

    reads: list[Any] = field(default_factory=list)
    writes: list[Any] = field(default_factory=list)
    attribute: tuple[Any, str, bool] | None = None
    """An object, the attribute of it that is touched, and whether it is written."""
    everything: bool = False
    progress: bool = False
    """Whether it changes something that synchronizes, other than taking or freeing a lock, unless it returns False or raises."""


def of_call(function: Any, arguments: tuple[Any, ...], named: dict[str, Any]) -> Effects:
    """What calling this with these arguments touches."""
    owner = getattr(function, "__self__", None)
    looked_into = [found for value in (*arguments, *named.values()) for found in containers(value)]
    if isinstance(owner, CONTAINERS):
        if getattr(function, "__name__", "") in _READS:
            return Effects(reads=[owner, *looked_into])
        return Effects(looked_into, [owner])
    if _is(function, (getattr, hasattr, setattr, delattr)) and len(arguments) > 1 and isinstance(arguments[1], str):
        return Effects(attribute=(arguments[0], arguments[1], function in (setattr, delattr)))
    if function is next and arguments:
        return Effects(looked_into, [arguments[0]])
    if _is(function, _IN_PLACE) and arguments:
        return Effects(looked_into, [arguments[0]])
    if _is(function, _PURE) or (isinstance(owner, _VALUES) and owner is not None):
        return Effects(looked_into)
    if isinstance(function, type) and issubclass(function, (*CONTAINERS, BaseException)):
        return Effects(looked_into)
    if synchronized(function) or synchronized(type(owner)):
        # They note what they do by their locks; but an Event's flag is read without one, and so are a Barrier's numbers.
        bare = type(owner).__name__ in ("Event", "Barrier")
        reads = getattr(function, "__name__", "") in ("is_set", "wait") and type(owner).__name__ == "Event"
        progress = not (owner is None or type(owner).__name__ in _LOCKS or getattr(function, "__name__", "") in _LOOKING)
        return Effects([*looked_into, *([owner] if bare and reads else [])], [owner] if bare and not reads else [], progress=progress)
    if getattr(function, "__module__", None) in _RANDOM or getattr(type(owner), "__module__", None) in _RANDOM:
        return Effects(looked_into, [_thread])  # any one object stands for the generator that all share
    return Effects(everything=True)


def synchronized(thing: Any) -> bool:
    """Whether this is of a module that notes what it does."""
    module = getattr(thing, "__module__", None)
    return isinstance(module, str) and (module in _SYNCHRONIZED or module.startswith(("concurrent.futures.", "grader.schedule.")))


def containers(value: Any) -> list[Any]:
    """The containers that an operation looks into when it is handed this: itself, or what an iterator or a view is over."""
    if isinstance(value, CONTAINERS):
        return [value]
    if isinstance(value, _VALUES) or not (hasattr(type(value), "__next__") or hasattr(type(value), "mapping")):
        return []
    found, todo, seen = [], [value], 0
    while todo and seen < 16:  # an iterator over an iterator over a list, and no deeper
        seen += 1
        for below in gc.get_referents(todo.pop()):
            if isinstance(below, CONTAINERS):
                found.append(below)
            elif hasattr(type(below), "__next__"):
                todo.append(below)
    return found


def _is(function: Any, among: Any) -> bool:
    """Whether it is one of these, by equality where it has a hash."""
    try:
        return function in among
    except TypeError:
        return False
