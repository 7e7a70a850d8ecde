"""What the witnesses saw of one worker, as a timeline: callers in, lanes and spans out. Pure; only pictures rest on it, never a verdict.

    arrivals, one clock          places in the order         lanes
    10.031 s  page 1 comes       0                           w1  the first thread that was seen
    10.032 s  page 2 comes       1                           w2  another one
    10.060 s  both let go        2

A process is the one that the kernel names. A thread is the one that the probe inside it names, and a thread cannot be in two calls at once:
who says so is drawn as two. A web client names neither, so its lanes are connections.
"""

from collections.abc import Sequence

from grader.model import Lane, Span, Timeline

from .witness import Caller, Witness

MAX_SPANS = 200
"""Calls that are drawn, of one check under one start method."""
MAX_WORDS = 60
"""Characters of what one was about."""
_CONNECTIONS = "connections to the site"
_OWN = "your own process"


def timeline(arrivals: Sequence[tuple[Caller, Witness]], began: float, method: str) -> Timeline:
    """The timeline of these arrivals, all of them gone by now; `began` is zero on its clock."""
    in_order = sorted(arrivals, key=lambda arrival: arrival[0].came)
    seen = in_order[:MAX_SPANS]
    moments = sorted({_left(caller) for caller, _ in seen} | {(caller.came, 1, number) for number, (caller, _) in enumerate(seen)})
    place = {moment: number for number, moment in enumerate(moments)}
    processes: dict[int, str] = {}
    free: dict[Lane, int] = {}
    """The place from which on a lane is free."""
    owners: dict[Lane, tuple[int, int]] = {}
    spans = []
    for number, (caller, witness) in enumerate(seen):
        first, last = place[caller.came, 1, number], place[_left(caller)]
        owner = caller.pid, caller.thread
        lane = next((lane for lane, whose in owners.items() if whose == owner and free[lane] <= first), None)
        if lane is None:
            lane = Lane(f"w{len(owners) + 1}", _process(processes, caller.pid, witness.main))
            owners[lane] = owner
        free[lane] = last
        begin, end = round(caller.came - began, 6), round(caller.left - began, 6)
        spans.append(Span(lane, witness.in_words(caller.label)[:MAX_WORDS], first, last, begin, end, caller.answered))
    return Timeline(tuple(spans), len(moments), len(in_order) - len(seen), method)


def _left(caller: Caller) -> tuple[float, int, int]:
    """When a caller left. At one reading of the clock, those who were let go left before others came, for they made room."""
    return caller.left, 0 if caller.left > caller.came else 2, 0


def _process(known: dict[int, str], pid: int, main: int) -> str:
    """A process by its role."""
    if pid not in known:
        others = sum(role not in (_OWN, _CONNECTIONS) for role in known.values())
        known[pid] = _CONNECTIONS if pid == 0 else _OWN if pid == main else f"child process {others + 1}"
    return known[pid]
