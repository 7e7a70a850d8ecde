"""What `fn` is told to do, and what must come of it. `fn` asks the referee for its order, and so needs no arguments."""

import builtins
import random
from dataclasses import dataclass
from typing import Any, NamedTuple

from grader.sandbox.wire import ErrorValue, Name, Other
from grader.suite.check import probes
from grader.suite.learner import Learner, Raised
from grader.suite.rendezvous import Rendezvous


class Ending(NamedTuple):
    """How a call of the learner's function ended."""

    raised: bool
    value: Any
    """What it returned, or the exception, which is an `ErrorValue` either way."""
    in_child: bool = False
    """Whether another process called fn."""


@dataclass(frozen=True)
class Order:
    """One thing for `fn` to do: `recipe` is what the probe `perform` reads."""

    recipe: tuple[Any, ...]
    said: str
    """What fn gave, for a message: "41", "a ValueError object"."""
    wanted: Any
    raises: bool = False
    text: str = ""
    """The text of the exception."""

    def met(self, ending: Ending) -> bool:
        """Whether a call that ended so hands back what fn gave."""
        return ending.raised is self.raises and same(self.wanted, ending.value)


def same(wanted: Any, got: Any) -> bool:
    """Equal and of one type; exceptions by type and arguments."""
    if type(wanted) is ErrorValue:
        return type(got) is ErrorValue and (got.type, got.args) == (wanted.type, wanted.args)
    return type(got) is type(wanted) and bool(got == wanted)


def returns(value: Any) -> Order:
    """Fn returns a plain value."""
    return Order(("return", repr(value)), repr(value), value)


def returns_class(name: str) -> Order:
    """Fn returns an exception class, uncalled. Of a class only its type crosses the border."""
    return Order(("return class", name), f"the class {name}", Other("type"))


def returns_error(name: str, args: tuple[Any, ...]) -> Order:
    """Fn returns an exception, and does not raise it."""
    return Order(("return error", name, repr(args)), f"a {_type(name, args)} object", ErrorValue(_type(name, args), args=args))


def raises(name: str, args: tuple[Any, ...]) -> Order:
    """Fn raises."""
    made = _made(name, args)
    return Order(("raise", name, repr(args)), _type(name, args), ErrorValue(_type(name, args), args=args), raises=True, text=str(made))


def run(learner: Learner, referee: Rendezvous, task: str, order: Order, fn: Name = probes.perform) -> Ending:
    """Have the learner's `task` call a `fn` that follows this order."""
    referee.answers = lambda label: order.recipe
    return call(learner, referee, task, fn)


def call(learner: Learner, referee: Rendezvous, task: str, /, *args: Any, **kwargs: Any) -> Ending:
    """Call the learner's `task`. A returned exception and a raised one are two endings."""
    try:
        return Ending(False, getattr(learner, task)(*args, **kwargs), referee.workers > 0)
    except Raised as raised:
        return Ending(True, raised.error, referee.workers > 0)


def plain(draw: random.Random) -> list[Order]:
    """Ordinary results: none is false."""
    word = "".join(draw.choices("abcdefgh", k=6))
    values = [draw.randint(2, 999), word, [{"guest": word, "page": draw.randint(1, 99)}], draw.randbytes(5) + b"\0"]
    return [returns(value) for value in values]


def falsy() -> list[Order]:
    """None first: it is what a missing result looks like."""
    values: list[Any] = [None, 0, False, "", [], {}]
    return [returns(value) for value in values]


def odd(draw: random.Random) -> list[Order]:
    """Exceptions as results."""
    return [returns_error("ValueError", (draw.randint(2, 999), "blot")), returns_class("KeyError")]


def failures(draw: random.Random) -> list[Order]:
    """Exceptions to raise. None has its text for its only argument, or one made again from the text would look the same.

    Blot comes last: whoever makes the others again from their text must be told so, before it fails to make this one.
    """
    page = draw.randint(2, 999)
    first = [raises("ValueError", (page, "gone")), raises("KeyError", ("page", page)), raises("OSError", (2, f"no page {page}"))]
    draw.shuffle(first)
    return [*first, raises("Blot", (page, "Ana"))]


def _made(name: str, args: tuple[Any, ...]) -> Any:
    return getattr(builtins, name, Exception)(*args)


def _type(name: str, args: tuple[Any, ...]) -> str:
    """OSError(2, ...) makes a FileNotFoundError."""
    made = _made(name, args)
    return name if type(made) is Exception else type(made).__name__
