"""What the threads of an execution did, for showing it: the events, in the learner's lines."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from .controlled import Controlled
from .instrument import Site

_ONLY_A_LOCK = ("_RLock.acquire", "Condition.__enter__")
"""What waits for the lock that it was called on, and says nothing more than that lock does."""


@dataclass(frozen=True)
class Event:
    """One thing that a thread did."""

    thread: int
    site: int
    """-1 when it waits where no point is."""
    line: int
    what: str = ""
    """"" for passing a point; else "waits", "times out" or "raises", with what."""
    value: str = ""
    """What the attribute, variable or container was worth after it, where that is plain."""


class Recording:
    """Of one execution. Only when it is to be kept are there events."""

    def __init__(self, sites: list[Site], files: frozenset[str], shown: str, *, keep: bool) -> None:
        """`files`: those that are instrumented; `shown`: the learner's, whose innermost frame is where a thread is."""
        self.sites = sites
        self.files = files
        self.shown = shown
        self.keep = keep
        self.events: list[Event] = []
        self._shown: Callable[[], Any] | None = None
        """Reads what the last event was about."""

    def show(self, read: Callable[[], Any]) -> None:
        """What the last event is about can be seen by calling `read`, once the operation is over."""
        if self.keep:
            self._shown = read

    def see(self) -> None:
        """Keep what the last event's attribute, variable or container is worth now."""
        read, self._shown = self._shown, None
        if read and self.events:
            try:
                self.events[-1] = replace(self.events[-1], value=_plain(read()))
            except (LookupError, AttributeError, TypeError):
                pass  # it is not there, or not yet

    def note(self, me: Controlled, what: str = "") -> None:
        """That thread passes its point, or does `what`: see `Event.what`."""
        if not self.keep:
            return
        self.see()
        self.events.append(Event(me.number, me.site, me.line if what else self.sites[me.site].line, what))

    def where(self, me: Controlled, frame: Any) -> tuple[str, int]:
        """What was called that waits, by the name it has in the library, and the learner's line that called it."""
        through = ""
        while frame is not None and frame.f_code.co_filename != self.shown:
            ours = frame.f_globals.get("__name__", "").startswith("grader.schedule")
            if frame.f_code.co_filename in self.files:
                through = ""  # what a scenario of ours calls says nothing of the learner's
            elif not ours and frame.f_code.co_qualname not in _ONLY_A_LOCK:
                through = frame.f_code.co_qualname
            frame = frame.f_back
        if frame is None:
            return through, 0
        # A frame in the middle of a statement of several lines names any of them; the point says which one was meant.
        site = self.sites[me.site] if me.site >= 0 else None
        return through, site.line if site and site.shown else frame.f_lineno


def _plain(value: Any) -> str:
    """A value as text, where that is short and calls no code of the learner's."""
    simple = (int, float, str, bool, bytes, type(None))
    if type(value) in simple:
        return repr(value)[:24]
    if type(value) in (list, tuple, set, dict, deque) and len(value) <= 8:
        parts = [*value, *value.values()] if type(value) is dict else value
        if all(type(part) in simple for part in parts):
            return repr(value)[:24]
    return ""
