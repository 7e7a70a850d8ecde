"""Hidden suite for exercise 01: call a function in a thread, then in a process.

`fn` is always a probe of ours. It calls the referee, which knows from the kernel which process the call comes from, and which tells it what
to return or raise (orders.py). So `fn` takes no arguments, but for the two places where arguments are the question.
Extra threads and processes are right: nothing is counted but the calls of `fn`.
"""

import random
from collections.abc import Callable
from typing import Any

from grader.model import Message
from grader.suite import tree
from grader.suite.check import check, expect, probes
from grader.suite.fate import deadlock_says
from grader.suite.learner import Learner
from grader.suite.rendezvous import Rendezvous
from grader.suites.ex01_processes_and_threads import messages, orders
from grader.suites.ex01_processes_and_threads.orders import Ending, Order

THREAD, PROCESS = "run_in_thread", "run_in_process"
QUICK = {"cpu": 5}
"""CPU seconds: what is right here takes a seventh of one."""
FAREWELL = "farewell"
"""What a thread says while it ends: see `Farewell` in probes.py."""
LARGE = 1 << 20
KEYWORDS = ("fn", "self", "name", "target", "args", "kwargs", "group", "daemon")
"""Names that parameters on the way to `fn` may bear."""

Telling = Callable[[Learner, str, Order, Ending], Message]
"""What makes the message when an order was not met."""


@check("01a.value", points=1, says="hands back what fn returned", about="a-thread-returns-nothing", limits=QUICK)
def test_thread_value(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    results = [*orders.plain(draw), *orders.falsy(), *orders.odd(draw)]
    _follow(learner, referee, THREAD, results, messages.result)


@check("01a.arguments", points=1, says="every argument reaches fn", about="your-turn", limits=QUICK)
def test_thread_arguments(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    one, two = draw.randint(2, 99), draw.randint(100, 999)
    calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
        ((), {}),
        ((one, two), {}),
        ((one,), {}),
        (((one, two),), {}),
        ((None,), {}),
        ((), {"x": one}),
        ((one,), {"x": two}),
        ((), dict.fromkeys(KEYWORDS, one)),
    ]
    for args, kwargs in calls:
        before = len(referee.arrivals)
        ending = orders.call(learner, referee, THREAD, probes.receive, *args, **kwargs)
        labels = referee.labels[before:]
        strange = [label for label in labels if messages.claim(label, "call") != messages.call_text(args, kwargs)]
        if not labels:
            _fail(messages.unreached(learner, kwargs, ending))
            return
        if strange:
            _fail(messages.arguments(learner, args, kwargs, strange[0]))
            return


@check("01a.thread", points=1, says="fn runs in a new thread, once", about="called-too-early", limits=QUICK)
def test_new_thread(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    threads: list[int] = []

    def look(labels: list[Any]) -> list[Any]:
        threads.append(tree.threads_of(referee.main))
        return labels

    referee.hold(pick=look)
    orders.run(learner, referee, THREAD, orders.returns(draw.randint(2, 999)))
    calls = referee.arrivals
    in_caller = [call for call in calls if messages.claim(call.label, "caller") is True]
    # One thread in all: whatever it says of itself, it is the caller's. (A call that gave up waiting came back before we looked.)
    alone = tree.available() and any(count < 2 for count in threads)
    if not calls:
        _fail(Message("fn was never called.", why="One call in a new thread was expected. A Thread does nothing until .start()."))
    elif len(calls) > 1:
        places = ": once in a new thread and once in the thread that called you" if len(calls) == 2 and len(in_caller) == 1 else ""
        _fail(messages.too_often(learner, referee.labels, places, "in its thread"))
    elif referee.workers:
        _fail(messages.other_process(learner))
    elif in_caller or alone:
        _fail(messages.in_caller(learner, calls[0].label))


@check("01a.error", points=1, says="what fn raises reaches the caller", about="an-error-stays-in-its-thread", limits=QUICK)
def test_thread_error(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    _follow(learner, referee, THREAD, orders.failures(draw), messages.error)


@check("01a.ended", points=1, says="the thread has ended on return", about="not-joined", needs=("01a.thread",), limits=QUICK)
def test_thread_ended(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    for order in (orders.returns(draw.randint(2, 999)), orders.failures(draw)[0]):
        before = len(referee.arrivals)
        # The ending thread is held in its farewell until all is at rest. A call that comes back earlier did not wait for it.
        referee.hold(only=lambda label: label == FAREWELL)
        orders.run(learner, referee, THREAD, order, probes.leave_behind)
        if FAREWELL in referee.labels[before:] and FAREWELL not in referee.held:
            continue
        learner.settle()
        over = FAREWELL in referee.labels[before:]
        _fail(messages.not_ended(learner) if over else messages.kept_in_pool(learner))
        return


@check("01b.value", points=1, says="hands back what fn returned", about="a-process-gets-a-copy", processes=True, limits=QUICK)
def test_process_value(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    order = orders.plain(draw)[0]
    ending = orders.run(learner, referee, PROCESS, order)
    if not order.met(ending):
        _fail(messages.result(learner, PROCESS, order, ending))
        return
    given = [(draw.randint(2, 999), "page"), draw.randbytes(4), "Ana"][: draw.randint(1, 3)]
    echo = orders.returns(given)
    ending = orders.call(learner, referee, PROCESS, probes.send_back, *given)
    if not echo.met(ending):
        _fail(messages.result(learner, PROCESS, echo, ending))


@check(
    "01b.any_value",
    points=1,
    says="None and errors are values too",
    about="none-is-a-value",
    needs=("01b.value",),
    processes=True,
    limits=QUICK,
)
def test_process_any_value(learner: Learner, referee: Rendezvous, draw: random.Random, start_method: str) -> None:
    falsy, odd = orders.falsy(), orders.odd(draw)
    if start_method != "fork":  # where a process is cheap all are tried, elsewhere the two that matter most
        falsy, odd = falsy[:1], odd[:1]
    _follow(learner, referee, PROCESS, falsy + odd, messages.result)


@check(
    "01b.process",
    points=1,
    says="fn runs in another process, once",
    about="a-process-gets-a-copy",
    needs=("01b.value",),
    processes=True,
    limits=QUICK,
)
def test_other_process(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    orders.run(learner, referee, PROCESS, orders.returns(draw.randint(2, 999)))
    calls = referee.arrivals
    if not calls:
        _fail(Message("fn was never called.", why="One call in another process was expected. A Process does nothing until .start()."))
    elif len(calls) > 1:
        places = ": once in another process and once in your own" if len(calls) == 2 and referee.in_main == 1 else ""
        _fail(messages.too_often(learner, referee.labels, places, "in the child"))
    elif referee.in_main:
        _fail(messages.own_process(learner, calls[0].label))


@check(
    "01b.large", points=1, says="a result of 1 MiB comes back", about="join-before-get", needs=("01b.value",), processes=True, limits=QUICK
)
def test_process_large(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    block = draw.randbytes(draw.randint(250, 300))
    times = LARGE // len(block) + 1
    order = Order(("repeat", repr(block), times), "1 MiB", block * times)
    with deadlock_says(messages.STAND_STILL, messages.NOBODY_READS):
        ending = orders.run(learner, referee, PROCESS, order)
    if not order.met(ending):
        _fail(messages.short_result(learner, ending))


@check(
    "01b.error",
    points=1,
    says="what fn raises reaches the caller",
    about="an-error-stays-in-its-thread",
    needs=("01b.value",),
    processes=True,
    limits=QUICK,
)
def test_process_error(learner: Learner, referee: Rendezvous, draw: random.Random, start_method: str) -> None:
    failures = orders.failures(draw)
    if start_method != "fork":
        failures = failures[-1:]
    for order in failures:
        with deadlock_says(f"fn raised {order.said} in the child; {messages.STILL_WAITS}", f"{order.said} {messages.NOT_SENT}"):
            before = len(referee.arrivals)
            ending = orders.run(learner, referee, PROCESS, order)
        if not order.met(ending):
            _fail(messages.error(learner, PROCESS, order, ending))
            return
        if not _once(learner, referee, before):
            return


def _follow(learner: Learner, referee: Rendezvous, task: str, todo: list[Order], message: Telling) -> None:
    """Give `fn` one order after another, until one does not end as it must."""
    for order in todo:
        before = len(referee.arrivals)
        ending = orders.run(learner, referee, task, order)
        if not order.met(ending):
            _fail(message(learner, task, order, ending))
            return
        # That a plain call is made once is for 01a.thread and 01b.process to say; here, that None or an error is no reason for another.
        if (order.raises or order.wanted is None) and not _once(learner, referee, before):
            return


def _once(learner: Learner, referee: Rendezvous, before: int) -> bool:
    """Whether fn was called once since then; said, if not."""
    labels = referee.labels[before:]
    if len(labels) > 1:
        _fail(messages.too_often(learner, labels, "", "or in doubt"))
    return len(labels) <= 1


def _fail(message: Message) -> None:
    expect(False, lambda: message)
