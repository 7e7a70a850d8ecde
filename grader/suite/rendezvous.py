"""The referee: probes call it from a learner's threads and processes; it knows from the kernel which process each call comes from."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from . import tree
from .witness import Caller, Witness

MAX_LABEL = 64
"""Values in one label: labels are kept for as long as the check lasts."""


def _small(label: Any) -> Any:
    """The label. Raises `ValueError` when it holds more values than a probe would send."""
    left, todo = MAX_LABEL, [label]
    while todo:
        value = todo.pop()
        left -= 1
        if left < 0:
            raise ValueError("not a label")
        todo += value.values() if type(value) is dict else value if type(value) is list else ()
    return label


class Rendezvous(Witness):
    """The other end of `witness.meet(label)`. `answers` maps a label to the value that `meet` returns.

    `form` says whether a label is one that the suite's probes send. Whoever sends another is no probe, and is hung up on.
    """

    answers: Callable[[Any], Any] = staticmethod(lambda label: None)
    form: Callable[[Any], bool] = staticmethod(lambda label: True)

    def parse(self, caller: Caller) -> bool:
        if not caller.heard.endswith(b"\n"):
            return False
        try:
            hello = json.loads(caller.heard)
            caller.label = _small(hello["label"])
            caller.pid = caller.pid or int(hello["pid"])  # the claim counts only where the kernel says nothing
            caller.thread = hello["thread"] if type(hello.get("thread")) is int else 0
            speaks = self.form(caller.label)
        except (ValueError, KeyError, TypeError, RecursionError):
            speaks = False
        if not speaks:
            self._drop(caller)
        return speaks

    def reply(self, caller: Caller) -> bytes:
        return json.dumps(self.answers(caller.label)).encode()

    def count(self) -> int:
        """Callers held, but of one process no more than it has threads that wait for an answer.

        One thread can open many sockets, and idle threads beside it are no crowd either.
        """
        held = Counter(caller.pid for caller in self.waiting)
        if not tree.available():
            return held.total()
        return sum(min(callers, tree.listening_threads(pid)) for pid, callers in held.items())

    @property
    def labels(self) -> list[Any]:
        """What was asked, in order of arrival."""
        return [caller.label for caller in self.arrivals]

    @property
    def in_main(self) -> int:
        """How many calls came from the learner's own first process."""
        return sum(caller.pid == self.main for caller in self.arrivals)

    @property
    def workers(self) -> int:
        """How many other processes called."""
        return len({caller.pid for caller in self.arrivals} - {self.main})
