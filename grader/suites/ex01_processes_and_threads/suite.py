"""Hidden suite for exercise 01: call a function in a thread, then in a process.

`fn` is always a probe of ours. It calls the referee, which knows from the kernel which process the call comes from, and which tells it what
to return or raise (orders.py). So `fn` takes no arguments, but for the two places where arguments are the question.
Extra threads and processes are right: nothing is counted but the calls of `fn`.
"""

import random
from typing import Any

from grader.model import Outcome
from grader.suite import tree
from grader.suite.check import check, expect, probes
from grader.suite.conversation import Fate
from grader.suite.learner import Learner
from grader.suite.rendezvous import Rendezvous
from grader.suites.ex01_processes_and_threads import messages, orders
from grader.suites.ex01_processes_and_threads.orders import Order

THREAD, PROCESS = "run_in_thread", "run_in_process"
FAREWELL = "farewell"
"""What a thread says while it ends: see `Farewell` in probes.py."""
LARGE = 1 << 20
KEYWORDS = ("fn", "self", "name", "target", "args", "kwargs", "group", "daemon")
"""Names that parameters on the way to `fn` may bear."""


@check("01a.value", points=1, says="hands back what fn returned", about="a-thread-returns-nothing")
def test_thread_value(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    for group, message in ((orders.plain(draw), messages.result), (orders.falsy(), messages.falsy_result), (orders.odd(draw), messages.odd_result)):
        for order in group:
            ending = orders.run(learner, referee, THREAD, order)
            if not expect(order.met(ending), lambda: message(learner, THREAD, order, ending)):
                return


@check("01a.arguments", points=1, says="every argument reaches fn", about="your-turn")
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
        ending = orders.ending(learner, THREAD, probes.receive, *args, **kwargs)
        labels = referee.labels[before:]
        if not expect(bool(labels), lambda: messages.unreached(learner, kwargs, ending)):
            return
        strange = [label for label in labels if messages.claim(label, "call") != messages.call_text(args, kwargs)]
        if not expect(not strange, lambda: messages.arguments(learner, args, kwargs, strange[0])):
            return


@check("01a.thread", points=1, says="fn runs in a new thread, once", about="called-too-early")
def test_new_thread(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    threads: list[int] = []

    def look(labels: list[Any]) -> list[Any]:
        threads.append(tree.threads_of(referee.main))
        return labels

    referee.hold(pick=look)
    orders.run(learner, referee, THREAD, orders.returns(draw.randint(2, 999)))
    calls = referee.arrivals
    if not expect(bool(calls), "fn was never called.", why="One call in a new thread was expected. A Thread does nothing until .start()."):
        return
    elsewhere = [call for call in calls if call.pid != referee.main]
    callers = [call for call in calls if messages.claim(call.label, "caller") is True]
    if len(calls) > 1:
        places = ": once in a new thread and once in the thread that called you" if len(calls) == 2 and len(callers) == 1 else ""
        expect(False, lambda: messages.too_often(learner, referee.labels, places, "in its thread"))
    elif elsewhere:
        expect(False, lambda: messages.other_process(learner))
    else:
        # One thread in all: whatever it says of itself, it is the caller's. (A call that gave up waiting came back before we looked.)
        alone = tree.available() and any(count < 2 for count in threads)
        expect(not callers and not alone, lambda: messages.in_caller(learner, calls[0].label))


@check("01a.error", points=1, says="what fn raises reaches the caller", about="an-error-stays-in-its-thread")
def test_thread_error(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    for order in orders.failures(draw):
        ending = orders.run(learner, referee, THREAD, order)
        if not expect(order.met(ending), lambda: messages.error(learner, THREAD, order, ending)):
            return


@check("01a.ended", points=1, says="the thread has ended on return", about="not-joined", needs=("01a.thread",))
def test_thread_ended(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    for order in (orders.returns(draw.randint(2, 999)), orders.failures(draw)[0]):
        before = len(referee.arrivals)
        referee.answers = lambda label: order.recipe
        # The ending thread is held in its farewell until all is at rest. A call that comes back earlier did not wait for it.
        referee.hold(only=lambda label: label == FAREWELL)
        orders.ending(learner, THREAD, probes.leave_behind)
        if FAREWELL in referee.labels[before:] and FAREWELL not in referee.held:
            continue
        learner.settle()
        if FAREWELL in referee.labels[before:]:
            text = "Your thread had not ended when your call did: it was still leaving fn's data behind."
            expect(False, text, lines=messages.waiting_line(learner), why=messages.NOT_JOINED)
        else:
            text = "The thread that ran fn is alive after your call: it waits in a pool for more work."
            why = "An ended thread was expected. shutdown(), or leaving a `with` block, ends the threads of a pool."
            expect(False, text, lines=messages.starting_line(learner, THREAD), why=why)
        return


@check("01b.value", points=1, says="hands back what fn returned", about="a-process-gets-a-copy", processes=True)
def test_process_value(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    order = orders.plain(draw)[0]
    ending = orders.run(learner, referee, PROCESS, order)
    if not expect(order.met(ending), lambda: messages.result(learner, PROCESS, order, ending, in_child=referee.workers > 0)):
        return
    given = [(draw.randint(2, 999), "page"), draw.randbytes(4), "Ana"][: draw.randint(1, 3)]
    order = Order((), repr(given), given)
    ending = orders.ending(learner, PROCESS, probes.send_back, *given)
    expect(order.met(ending), lambda: messages.result(learner, PROCESS, order, ending, in_child=True))


@check("01b.any_value", points=1, says="None and errors are values too", about="none-is-a-value", needs=("01b.value",), processes=True)
def test_process_any_value(learner: Learner, referee: Rendezvous, draw: random.Random, start_method: str) -> None:
    falsy, odd = orders.falsy(), orders.odd(draw)
    if start_method != "fork":  # where a process is cheap all are tried, elsewhere the two that matter most
        falsy, odd = falsy[:1], odd[:1]
    for group, message in ((falsy, messages.falsy_result), (odd, messages.odd_result)):
        for order in group:
            ending = orders.run(learner, referee, PROCESS, order)
            if not expect(order.met(ending), lambda: message(learner, PROCESS, order, ending)):
                return


@check("01b.process", points=1, says="fn runs in another process, once", about="a-process-gets-a-copy", needs=("01b.value",), processes=True)
def test_other_process(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    orders.run(learner, referee, PROCESS, orders.returns(draw.randint(2, 999)))
    calls = referee.arrivals
    if not expect(bool(calls), "fn was never called.", why="One call in another process was expected. A Process does nothing until .start()."):
        return
    if len(calls) > 1:
        places = ": once in another process and once in your own" if len(calls) == 2 and referee.in_main == 1 else ""
        expect(False, lambda: messages.too_often(learner, referee.labels, places, "in the child"))
    else:
        expect(not referee.in_main, lambda: messages.own_process(learner, calls[0].label))


@check("01b.large", points=1, says="a result of 1 MiB comes back", about="join-before-get", needs=("01b.value",), processes=True)
def test_process_large(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    block = draw.randbytes(draw.randint(250, 300))
    times = LARGE // len(block) + 1
    order = Order(("repeat", repr(block), times), "1 MiB", block * times)
    try:
        ending = orders.run(learner, referee, PROCESS, order)
    except Fate as fate:
        if fate.outcome is not Outcome.DEADLOCKED:
            raise
        text = "With a result of 1 MiB your process and its child stand still: each waits for the other."
        raise Fate(fate.outcome, text, messages.STAND_STILL, fate.waits) from fate
    expect(order.met(ending), lambda: messages.short_result(learner, ending))


@check("01b.error", points=1, says="what fn raises reaches the caller", about="an-error-stays-in-its-thread", needs=("01b.value",), processes=True)
def test_process_error(learner: Learner, referee: Rendezvous, draw: random.Random, start_method: str) -> None:
    failures = orders.failures(draw)
    if start_method != "fork":
        failures = failures[-1:]
    for order in failures:
        try:
            ending = orders.run(learner, referee, PROCESS, order)
        except Fate as fate:
            if fate.outcome is not Outcome.DEADLOCKED:
                raise
            text = f"fn raised {order.said} in the child; your process still waits for its answer."
            raise Fate(fate.outcome, text, f"{order.said} {messages.NOT_SENT}", fate.waits) from fate
        if not expect(order.met(ending), lambda: messages.error(learner, PROCESS, order, ending)):
            return
