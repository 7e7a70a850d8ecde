"""What instrumented code calls: each method is a point for the thread that calls it, and returns what it is given.

Outside an execution, and in a thread that is not under control, they do nothing.
"""

import sys
from collections.abc import Iterator
from functools import partial
from types import BuiltinFunctionType, FrameType, FunctionType, MethodType
from typing import Any

from . import effects, primitives
from .controlled import Controlled, ident
from .execution import Execution

_execution: Execution | None = None


def run(execution: Execution | None) -> None:
    """From now on points belong to this execution; None: to none."""
    global _execution
    _execution = execution


def who() -> tuple[Execution | None, Controlled | None]:
    """The execution that runs, and the thread of it that calls."""
    run = _execution
    return (run, run.by_ident.get(ident())) if run else (None, None)


def learner_line() -> int:
    """The innermost line of an instrumented file in the stack; 0 when there is none."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and _execution is not None:
        if frame.f_code.co_filename in _execution.files:
            return frame.f_lineno
        frame = frame.f_back
    return 0


class Points:
    """`__at__` in an instrumented module. The first argument is the site's number."""

    slice = slice

    def get(self, site: int, owner: Any) -> Any:
        """Before an attribute of `owner` is read."""
        return self._attribute(site, owner, write=False)

    def set(self, site: int, owner: Any) -> Any:
        """Before an attribute of `owner` is written or deleted."""
        return self._attribute(site, owner, write=True)

    def variable(self, site: int) -> bool:
        """Before a global or captured variable is read or written. Always False: `at.variable(3) or x` is x."""
        run, me = who()
        if run and me:
            place = run.sites[site]
            run.at(me, site)
            run.touch(me, (place.scope, place.name), write=place.verb == "write")
            if run.recording.keep:
                variables = sys._getframe(1).f_globals
                run.recording.show(lambda: variables[place.name])
        return False

    def container(self, value: Any) -> Any:
        """What stands before the brackets; its point comes with what stands between them."""
        run, me = who()
        if run and me:
            me.subscripted.append(value)
        return value

    def item(self, site: int, index: Any) -> Any:
        """Before an item is read, written or deleted."""
        run, me = who()
        if run and me:
            value = me.subscripted.pop()
            run.at(me, site)
            if isinstance(value, effects.CONTAINERS):
                run.touch(me, id(value), write=run.sites[site].verb == "write", keep=value)
                run.recording.show(lambda: value)
        return index

    def read(self, site: int, value: Any) -> Any:
        """Before the contents of a value are looked at, if it has any that can change."""
        return self._contents(site, value, write=False) if isinstance(value, effects.CONTAINERS) else value

    def mutate(self, site: int, value: Any) -> Any:
        """Before `+=` changes a container in place."""
        return self._contents(site, value, write=True) if isinstance(value, effects.CONTAINERS) else value

    def begin(self, site: int) -> None:
        """Before a `while` loop."""
        run, me = who()
        if run and me:
            run.history.forget(me.number)

    def again(self, site: int) -> None:
        """At each turn of a `while` loop."""
        run, me = who()
        if run and me:
            run.again(me, site, dict(sys._getframe(1).f_locals))

    def enter(self, site: int, manager: Any) -> Any:
        """Before a context manager is entered."""
        run, me = who()
        if run and me:
            if effects.synchronized(type(manager)):
                run.at(me, site, primitives.behind(manager, me))
            elif not instrumented(type(manager), run.files):
                run.at(me, site)
                run.touch_everything(me)
        return manager

    def each(self, site: int, values: Any) -> Any:
        """What a loop goes over, with a point before each step when others can change it."""
        run, me = who()
        if not (run and me):
            return values
        found, advances = effects.containers(values), hasattr(type(values), "__next__")
        return _steps(site, iter(values), found, values if advances else None) if found or advances else values

    def call(self, site: int, function: Any) -> Any:
        """What is about to be called: a function of an instrumented module as it is, any other with a point in front."""
        run, me = who()
        if not (run and me) or instrumented(function, run.files):
            return function
        return _Call(site, function)

    def _attribute(self, site: int, owner: Any, *, write: bool) -> Any:
        run, me = who()
        if run and me:
            name = run.sites[site].name
            run.at(me, site)
            if name == "__dict__":
                run.touch_everything(me)
            else:
                run.touch(me, (id(owner), name), write=write, keep=owner)
                if run.recording.keep:
                    run.recording.show(lambda: vars(owner)[name])
                if isinstance(owner, type):
                    run.sharing.class_attributes.add(name)
                if name in run.sharing.class_attributes:
                    run.touch(me, ("class", name), write=write and isinstance(owner, type))
        return owner

    def _contents(self, site: int, value: Any, *, write: bool) -> Any:
        run, me = who()
        if run and me:
            run.at(me, site)
            run.touch(me, id(value), write=write, keep=value)
            run.recording.show(lambda: value)
        return value


class _Call:
    """A callable that makes its call visible."""

    __slots__ = ("_function", "_site")

    def __init__(self, site: int, function: Any) -> None:
        self._site = site
        self._function = function

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        run, me = who()
        function = self._function
        if run and me:
            waits = None
            if (
                isinstance(function, (MethodType, BuiltinFunctionType))  # a union would be made anew each time
                and getattr(function, "__name__", "") == "acquire"
                and not (arguments or named)
            ):
                waits = primitives.behind(function.__self__, me)
            found = effects.of_call(function, arguments, named)
            if found.reads or found.writes or found.attribute or found.everything or waits:
                run.at(me, self._site, waits)
            for each in found.reads:
                run.touch(me, id(each), write=False, keep=each)
            for each in found.writes:
                run.touch(me, id(each), write=True, keep=each)
                run.recording.show(partial(_itself, each))
            if found.attribute:
                owner, name, write = found.attribute
                run.touch(me, (id(owner), name), write=write, keep=owner)
            if found.everything:
                run.touch_everything(me)
            if found.progress:
                result = function(*arguments, **named)
                if result is not False:
                    run.history.forget(me.number)  # the library's own code has no points: what it changed under its locks is not seen
                return result
        return function(*arguments, **named)


def _itself(value: Any) -> Any:
    return value


def instrumented(function: Any, files: frozenset[str]) -> bool:
    """Whether calling this runs code that has points of its own, or only makes an object whose class has them."""
    if isinstance(function, MethodType):
        function = function.__func__
    if isinstance(function, FunctionType):
        return function.__code__.co_filename in files
    if isinstance(function, type):
        return any(
            isinstance(part, FunctionType) and part.__code__.co_filename in files
            for kind in function.__mro__
            for part in vars(kind).values()
        )
    return False


def _steps(site: int, values: Iterator[Any], over: list[Any], iterator: Any) -> Iterator[Any]:
    """The values, with a point before each: it looks into what they are of, and changes the `iterator` that the loop was given, if it was one."""
    while True:
        run, me = who()
        if run and me:
            run.at(me, site)
            for each in over:
                run.touch(me, id(each), write=False, keep=each)
            if iterator is not None:
                run.touch(me, id(iterator), write=True, keep=iterator)
        try:
            value = next(values)
        except StopIteration:
            return
        yield value
