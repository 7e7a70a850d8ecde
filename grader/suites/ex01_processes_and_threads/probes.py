"""Probes for exercise 01: the functions that the learner's code is given to call, in whatever thread or process it calls them."""

import ast
import builtins
import inspect
import os
import sys
import textwrap
import threading
from typing import Any

from witness import meet

_FILE = "ex01_processes_and_threads.py"
_own = threading.local()


class Blot(Exception):
    """An exception that cannot be made from its text alone."""

    def __init__(self, page: int, guest: str) -> None:
        super().__init__(page, guest)


def perform() -> Any:
    """The `fn` of most checks: it tells the referee where it runs, and does as it is told."""
    return _obey(meet(_place()))


def receive(*args: Any, **kwargs: Any) -> int:
    """A `fn` that tells the referee which arguments have reached it."""
    meet(_place() | {"call": call_text(args, kwargs)})
    return 1


def send_back(*args: Any) -> list[Any]:
    """A `fn` that returns its arguments."""
    meet(_place())
    return list(args)


def leave_behind() -> Any:
    """As `perform`, in a thread that has something of its own to free when it ends."""
    _own.farewell = Farewell()
    return perform()


class Farewell:
    """Kept in a `threading.local`: CPython drops it while its thread ends, before join() comes back."""

    def __del__(self) -> None:
        meet("farewell")


def call_text(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """The call as one would write it; keywords by name, so that their order does not matter."""
    return f"fn({', '.join([*map(repr, args), *(f'{name}={kwargs[name]!r}' for name in sorted(kwargs))])})"


def last_return(task: Any) -> int:
    """The line of the last `return` in a function, to quote; 0 if there is none."""
    lines, first = inspect.getsourcelines(task)
    tree = ast.parse(textwrap.dedent("".join(lines)))
    return max((first + node.lineno - 1 for node in ast.walk(tree) if isinstance(node, ast.Return)), default=0)


def _place() -> dict[str, Any]:
    """Where this code runs: in the calling thread or not, through Thread.run or not, called from which line of the learner's."""
    place = {"caller": threading.current_thread() is threading.main_thread(), "run": False, "line": 0}
    frame = sys._getframe(1)
    while frame:
        if frame.f_code is threading.Thread.run.__code__:
            place["run"] = True
        if os.path.basename(frame.f_code.co_filename) == _FILE:
            place["line"] = place["line"] or frame.f_lineno
        frame = frame.f_back
    return place


def _obey(order: Any) -> Any:
    match order:
        case "return", literal:
            return ast.literal_eval(literal)
        case "repeat", literal, times:
            return ast.literal_eval(literal) * times
        case "return class", name:
            return _class(name)
        case "return error", name, literal:
            return _class(name)(*ast.literal_eval(literal))
        case "raise", name, literal:
            raise _class(name)(*ast.literal_eval(literal))


def _class(name: str) -> Any:
    return Blot if name == "Blot" else getattr(builtins, name)
