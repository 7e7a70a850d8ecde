"""One execution of a scenario: its threads, which of them runs, the virtual clock, and how it ended.

    thread A   ----at(site)----+                         +---- ... ----->
                               | strategy chooses B      | chooses A
    thread B                   +----at(site)---blocks----+

They are real threads, each waiting on a lock of its own; who holds the **baton** runs, everybody else waits. Control passes at points only:
before a visible operation, when a thread must wait, and at its end. So an execution is determined by the choices made there.

Time is virtual: it moves only when nobody else can run, or when the strategy lets a time-out come early (as a **preemption**, which is
counted), so a sleep is never waited for and never orders anything.
"""

import _thread
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from . import deadlock
from .controlled import Abandoned, Controlled, Waitable, ident, start_thread, taken
from .history import History, Location, Reads, Sharing
from .instrument import Site
from .recording import Recording

MAX_POINTS = 20_000
"""After so many points an execution is held to go on for ever."""
MAX_THREADS = 100
"""Their stacks count as memory that a check may use."""
SPIN = 200
"""Points that a thread may pass in one turn before the others go first: it may be waiting for them in a loop."""
POLL = 0.05
"""Virtual seconds that a turn of a loop takes which looks at the clock and changes nothing."""
_RELUCTANT = 1_000
"""How often a thread may refuse to end, by catching what ends it, before it is left where it is."""

Turn = tuple[int, int, bool]
"""Thread, points that it passes, whether it begins with a time-out that comes early."""


class Change:
    """Waiting for somebody to change what was read."""

    private = never = False
    made_at = 0
    holder: Controlled | None = None

    def __init__(self, history: History, reads: Reads) -> None:
        self._history = history
        self._reads = reads

    def ready(self) -> bool:
        """Whether somebody has."""
        return any(self._history.source(location) != source for location, source in self._reads)


@dataclass(frozen=True)
class Choice:
    """What was to choose from at one decision, and what was chosen."""

    chosen: int
    running: int | None
    """Who could have gone on at no cost; None when the switch was forced."""
    enabled: tuple[int, ...]
    """Who could run, the default first."""
    timers: tuple[int, ...]
    """Who waits for a clock that may ring early, at the cost of one preemption."""


class Strategy(Protocol):
    """Who runs next."""

    def decides(self, site: int) -> bool:
        """Whether it wants to choose at this site."""

    def choose(self, execution: "Execution", running: int | None, enabled: tuple[int, ...], timers: tuple[int, ...]) -> int:
        """One of those. Raises `Stop` to end the execution here."""


class Stop(Exception):
    """Nothing new can come of this execution."""


class Execution:
    """Runs once. `ended` says how: "returned", "raised", "deadlock", "endless", "crowd", "outside" or "stopped"."""

    def __init__(
        self,
        sites: list[Site],
        strategy: Strategy,
        sharing: Sharing,
        files: frozenset[str],
        shown: str,
        *,
        record: bool = False,
        patient: bool = False,
    ) -> None:
        self.sites = sites
        self.strategy = strategy
        self.sharing = sharing
        self.files = files
        """Those that are instrumented."""
        self.recording = Recording(sites, files, shown, keep=record)
        self.patient = patient
        """Whether only sleeps may end early, and no wait with a time-out."""
        self.history = History()
        self.threads: list[Controlled] = []
        self.choices: list[Choice] = []
        self.turns: list[Turn] = []
        self.points = 0
        self.now = 1000.0
        self.ended = ""
        self.result: Any = None
        """What the scenario returned."""
        self.waiting: dict[str, Any] | None = None
        """Of a deadlock: see `deadlock.explain`."""
        self.errors: list[tuple[str, BaseException]] = []
        """Exceptions that ended a thread, with its name; that of the scenario is the first where `ended` is "raised"."""
        self.spoiled = False
        """A thread could not be ended: this process is of no use for further executions."""
        self.over = taken()
        """Released when it is over."""
        self.baton: Controlled
        """Who runs."""
        self.by_ident: dict[int, Controlled] = {}
        """Its threads that live, by the number that Python gives them."""
        self._living = 0
        self._kept: dict[int, Any] = {}

    # -- for points and primitives ------------------------------------------------------------------------------------------------------

    def me(self) -> Controlled | None:
        """The controlled thread that calls; None for any other."""
        return self.by_ident.get(ident())

    def at(self, me: Controlled, site: int, waits: Waitable | None = None) -> None:
        """A point: here other threads may run before `me` goes on with the operation of `site`, which waits for `waits`."""
        self.points += 1
        if self.ended or self.points > MAX_POINTS:
            self._finish("endless")
            self.check(me)
        me.site = site
        if waits is not None and not waits.ready():
            self.wait(me, waits)
        elif me.turn >= SPIN or self.strategy.decides(site):
            self._switch(me)
        me.turn += 1
        if self.recording.keep:
            self.recording.note(me)

    def again(self, me: Controlled, site: int, variables: dict[str, Any]) -> None:
        """The top of a `while` loop. Who has changed nothing since it was here last, not even its own variables, waits for others to."""
        reads = self.history.top(me.number, site)
        unchanged = reads is not None and me.variables is not None and _same(me.variables, variables)
        me.variables = variables
        self.at(me, site)
        if unchanged and reads is not None:
            self.history.forget(me.number)
            # What it looks at may be the clock, which moves by itself.
            self.wait(me, Change(self.history, reads), POLL if any(location == "clock" for location, _ in reads) else None)

    def wait(self, me: Controlled, waits: Waitable, timeout: float | None = None) -> bool:
        """Go on when `waits` is ready (True) or, in virtual time, `timeout` seconds have passed (False)."""
        self.check(me)
        if timeout is not None:
            self.touch(me, "clock", write=False)  # when it ends depends on what time it is
        me.waits, me.deadline, me.timed_out = waits, None if timeout is None else self.now + timeout, False
        me.asleep = waits.never
        me.through, me.line = self.recording.where(me, sys._getframe(1))
        self.recording.note(me, f"waits {me.through}".strip())
        self._switch(me)
        ready = waits.ready() or not me.timed_out
        me.waits = me.deadline = None
        if not ready:
            self.recording.note(me, "times out")
        return ready

    def touch(self, me: Controlled, location: Location, *, write: bool, keep: Any = None, lock: bool = False) -> None:
        """Note that `me` reads or writes there, or takes or frees a `lock`. `keep` is held until the execution is over, so that no other object gets its id."""
        if keep is not None:
            self._kept[id(keep)] = keep
        if write:
            self.history.write(me.number, location, me.site, lock=lock)
        else:
            self.history.read(me.number, location, me.site)
        if self._living > 1:
            self.sharing.touch(me.number, location, me.site, write=write)

    def touch_everything(self, me: Controlled) -> None:
        """Note that `me` may do anything now."""
        self.history.everything(me.number, me.site)
        if self._living > 1:
            self.sharing.add((me.site,))

    def state(self, running: int | None) -> int:
        """A number for the state that this execution is in, equal for orders that the program cannot tell apart."""
        return hash((running, *((past, thread.site, thread.done) for past, thread in zip(self.history.past, self.threads, strict=True))))

    # -- threads -----------------------------------------------------------------------------------------------------------------------

    def begin(self, name: str, run: Callable[[], object], *, daemon: bool = False, pooled: bool = False) -> Controlled:
        """A new thread, which waits for the baton. Raises `Abandoned` when there are too many."""
        parent = self.me()
        if len(self.threads) >= MAX_THREADS and parent:
            self._finish("crowd")
            self.check(parent)
        thread = Controlled(len(self.threads), name, daemon, pooled=pooled)
        registered = taken()
        try:
            start_thread(self._run, (thread, run, registered))
        except RuntimeError:  # the machine's limit, or the check's
            self._finish("crowd")
            if parent:
                self.check(parent)
            raise
        self.threads.append(thread)
        self.baton = self.threads[0] if parent is None else parent
        self.history.begin(parent.number if parent else None)
        self._living += 1
        registered.acquire()
        return thread

    def _run(self, thread: Controlled, run: Callable[[], object], registered: Any) -> None:
        thread.ident, thread.native = ident(), _thread.get_native_id()
        self.by_ident[thread.ident] = thread
        registered.release()
        thread.go.acquire()
        try:
            if not self.ended:
                run()
        except Abandoned:
            pass
        except BaseException as error:
            if not self.ended and not (isinstance(error, SystemExit) and thread.number):
                self._raised(thread, error)
        finally:
            thread.done = True
            self._living -= 1
            if not self.ended:
                self.touch(thread, id(thread), write=True)
                self._switch(thread)
            del self.by_ident[thread.ident]
            thread.gone.release()

    def _raised(self, thread: Controlled, error: BaseException) -> None:
        self.errors.append((thread.name, error))
        self.recording.note(thread, f"raises {type(error).__name__}")
        if thread.number == 0:
            self._finish("raised")

    def check(self, me: Controlled) -> None:
        """End this thread, whatever it is about, if the execution is over. One that will not end is left where it stands, for ever."""
        if not self.ended or me.done:
            return
        me.refusals += 1
        if me.refusals > _RELUCTANT:
            self.spoiled = True
            taken().acquire()
        raise Abandoned

    def outside(self, where: str) -> None:
        """It waits for something that is not under control: give it up."""
        self._finish("outside")
        self.result, self.spoiled = where, True

    def end(self, seconds: float = 2.0) -> None:
        """End the threads that are left, one after another, newest first. `seconds` is for one that runs code which none of ours stops."""
        for thread in reversed(self.threads):
            if thread.go.locked():
                thread.go.release()
            if not thread.gone.acquire(timeout=seconds):
                self.spoiled = True
                return

    # -- who runs ----------------------------------------------------------------------------------------------------------------------

    def _switch(self, me: Controlled) -> None:
        """Let the strategy say who runs now, and hand over the baton if it is another."""
        chosen = self._choose(me)
        if chosen is not me and not self.ended:
            self.baton = chosen
            chosen.go.release()
            if me.done:
                return
            me.go.acquire()
        self.check(me)

    def _choose(self, me: Controlled) -> Controlled:
        enabled = [thread for thread in self.threads if thread.enabled()]
        timers = [thread for thread in self.threads if not thread.done and thread.deadline is not None and thread not in enabled]
        timers.sort(key=lambda thread: (thread.deadline, thread.number))
        if self.threads[0].done and self._all_over():
            self._finish("returned")
            return me
        if not enabled:
            if not timers:
                self._finish("endless" if any(isinstance(thread.waits, Change) for thread in self.threads) else "deadlock")
                return me
            enabled, timers = timers[:1], []
        if self.patient:
            timers = [thread for thread in timers if thread.asleep]
        # Going on after another's end is nothing to anybody else: it happens at once, and who runs is decided after it.
        resumed = next((thread for thread in enabled if thread.waits is not None and thread.waits.private), None)
        if resumed:
            resumed.resumed = True
            return self._hand_over(me, resumed)
        running = me if me in enabled and me.turn < SPIN and not me.resumed else None
        me.resumed = False
        # The default: who runs goes on; else the next in turn, so that who waits in a loop lets everybody else go first.
        enabled.sort(key=lambda thread: (thread is not running, (thread.number - me.number - 1) % len(self.threads)))
        chosen = enabled[0]
        if len(enabled) + len(timers) > 1:
            names = tuple(thread.number for thread in enabled), tuple(thread.number for thread in timers)
            try:
                number = self.strategy.choose(self, running.number if running else None, *names)
            except Stop:
                self._finish("stopped")
                return me
            self.choices.append(Choice(number, running.number if running else None, *names))
            chosen = self.threads[number]
        return self._hand_over(me, chosen)

    def _hand_over(self, me: Controlled, chosen: Controlled) -> Controlled:
        early = not chosen.enabled()
        if early:
            assert chosen.deadline is not None
            self.now, chosen.timed_out = max(self.now, chosen.deadline), True
            self.history.write(chosen.number, "clock", -2)
        if chosen is not me or early or me.turn >= SPIN:
            self.turns.append((me.number, me.turn, me.early))
            chosen.turn, chosen.early = 0, early
        return chosen

    def _all_over(self) -> bool:
        """Whether nobody is left whom Python would wait for at its exit."""
        return all(thread.done or thread.daemon or (thread.pooled and not thread.line and not thread.enabled()) for thread in self.threads)

    def _finish(self, how: str) -> None:
        if not self.ended:
            self.recording.see()
            self.ended = how
            self.turns.append((self.baton.number, self.baton.turn, self.baton.early))
            self.waiting = deadlock.explain(self.threads)
            self.over.release()


def _same(before: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether variables hold the very same objects, or equal numbers and texts."""
    return before.keys() == now.keys() and all(
        value is now[name] or (type(value) in (int, float, str, bytes) and type(value) is type(now[name]) and value == now[name])
        for name, value in before.items()
    )
