"""Hidden suite for exercise 06: start methods and the pickle border.

06a is asked about objects that the probes make. 06b makes exceptions and sends them on journeys. 06c hands in a function of ours that meets
the referee: the kernel says which process a call comes from, and the trusted side decides every answer and every order. Configs tell the
referee when they are pickled. `start_method` is the one that map_with_config is given.
"""

import random
from functools import partial
from typing import Any

from grader.model import Message
from grader.sandbox.wire import ErrorValue, Name
from grader.suite.check import POLLS, NoVerdict, check, expect, generator, probes, tasks
from grader.suite.learner import Learner, Raised
from grader.suite.rendezvous import Rendezvous
from grader.suites.ex06_start_methods import messages
from grader.suites.ex06_start_methods.messages import BOOM, CHUNK, WORKERS

QUICK = {"cpu": 4}
POOL = {"cpu": 8}
CROWD = {"cpu": 10, "processes": 128, "files": 512}
"""For the check where a wrong file starts a process for each item."""
MANY = 300
"""Items for counting pickles: in chunks of up to 75 there are more chunks than the stub allows pickles."""
CORES = 5
"""What the worker believes this machine to have: neither one less than WORKERS nor one more."""


def _fail(message: Message) -> None:
    expect(False, lambda: message)


# -- 06a -----------------------------------------------------------------------------------------------------------------------------

TRAVEL = (
    "a number",
    "None",
    "False",
    "an empty list",
    "a dict of lists",
    "nan",
    "an object without __eq__",
    "a function of a module",
    "a class",
    "a partial",
    "a ValueError",
)
STAY = (
    "a lock",
    "a generator",
    "a lambda",
    "a local function",
    "an object of a local class",
    "a dict with a lock in it",
    "an object that holds a lock",
    "multiprocessing's own lock",
)
TWO = "an exception with two arguments and one in args"
ERRORS = ("ValueError", "LookupError", "OSError", "RuntimeError", "ArithmeticError")


def _asked(learner: Learner, kind: str, *details: str) -> Any:
    """What pickle_problem says of an object; or what it raised, as a `Raised`."""
    try:
        reply = learner.run(probes.pickle_problem, tasks("pickle_problem"), kind, *details)
    except Raised as raised:
        return raised
    return reply[0] if type(reply) is tuple and len(reply) == 1 else reply


def _words(draw: random.Random) -> str:
    return " ".join("".join(draw.choices("abdefgiklmnoprstu", k=5)) for _ in range(2))


def _is_problem(said: Any) -> bool:
    return type(said) is str and bool(said.strip())


@check("06a.travels", points=1, says="None for what makes the round trip", about="the-round-trip", limits=QUICK)
def test_travels(learner: Learner) -> None:
    for kind in TRAVEL:
        said = _asked(learner, kind)
        if not expect(said is None, partial(messages.travels, learner, kind, said)):
            return


@check("06a.leaving", points=2, says="a problem for what cannot be pickled", about="what-does-not-leave", limits=QUICK)
def test_leaving(learner: Learner, draw: random.Random) -> None:
    for kind in STAY:
        said = _asked(learner, kind)
        if not expect(_is_problem(said), partial(messages.leaving, learner, kind, said)):
            return
    for name in draw.sample(ERRORS, 3):
        said = _asked(learner, "breaks", "dumps", name, _words(draw))
        if not expect(_is_problem(said), partial(messages.leaving, learner, f"an object whose __reduce__ raises {name}", said)):
            return


@check("06a.arriving", points=2, says="a problem for what cannot be unpickled", about="what-does-not-arrive", limits=QUICK)
def test_arriving(learner: Learner, draw: random.Random) -> None:
    asked = [(TWO, (TWO,)), ("an object whose __setstate__ raises LookupError", ("breaks late", _words(draw)))]
    asked += [
        (f"an object that raises {name} when it is made again", ("breaks", "loads", name, _words(draw))) for name in draw.sample(ERRORS, 3)
    ]
    for kind, details in asked:
        said = _asked(learner, *details)
        if not expect(_is_problem(said), partial(messages.arriving, learner, kind, said)):
            return


@check(
    "06a.names", points=1, says="the problem names the exception and its text", about="the-round-trip", needs=("06a.leaving",), limits=QUICK
)
def test_names(learner: Learner, draw: random.Random) -> None:
    for name, text, at in zip(
        draw.sample(ERRORS, 4), [_words(draw) for _ in range(3)] + [""], ("dumps", "loads", "dumps", "dumps"), strict=True
    ):
        said = _asked(learner, "breaks", at, name, *filter(None, [text]))
        if said is None and at == "loads":
            continue  # 06a.arriving says so
        right = _is_problem(said) and name in said and text in said
        if not expect(right, partial(messages.names, learner, name, text, said)):
            return
    said = _asked(learner, "a generator")
    right = _is_problem(said) and "TypeError" in said and "generator" in said
    expect(right, partial(messages.names, learner, "TypeError", "cannot pickle 'generator' object", said))


@check("06a.untouched", points=1, says="the object stays as it was", about="the-round-trip", needs=("06a.leaving",), limits=QUICK)
def test_untouched(learner: Learner) -> None:
    for kind in ("object", "dict", "list"):
        try:
            left = learner.run(probes.untouched, tasks("pickle_problem"), kind)
        except Raised:
            continue  # 06a.leaving says so
        if not expect(left is True, partial(messages.untouched, kind)):
            return


@check("06a.interrupt", points=1, says="Ctrl-C gets through", about="what-does-not-leave", needs=("06a.leaving",), limits=QUICK)
def test_interrupt(learner: Learner) -> None:
    for at, name in (("dumps", "KeyboardInterrupt"), ("loads", "KeyboardInterrupt"), ("dumps", "SystemExit")):
        said = _asked(learner, "breaks", at, name)
        if not learner.run(probes.attempted) or (said is None and at == "loads"):
            continue  # no trip was made, or half of one: 06a.leaving and 06a.arriving say so
        right = isinstance(said, Raised) and said.error.type == name
        if not expect(right, partial(messages.interrupt, learner, name, said)):
            return


# -- 06b -----------------------------------------------------------------------------------------------------------------------------


def _job(draw: random.Random) -> tuple[int | str, str]:
    number = draw.randint(2, 999)
    return (number if number % 2 else f"rye-{number}"), f"no {_words(draw)}"


def _trip(learner: Learner, how: str, job: tuple[int | str, str], *method: str) -> Any:
    """What came of a JobFailed made with these two arguments; see the probe."""
    try:
        return learner.run(probes.JobFailed, tasks("JobFailed"), how, *job, *method)
    except Raised as raised:
        return raised.error


def _same(found: Any, job: tuple[int | str, str]) -> bool:
    return type(found) is tuple and len(found) == 6 and found[1:5] == (True, *job, f"job {job[0]}: {job[1]}")


@check("06b.made", points=1, says="two attributes and a text", about="an-exception-that-arrives", limits=QUICK)
def test_made(learner: Learner, draw: random.Random) -> None:
    for job in ((draw.randint(2, 999), f"no {_words(draw)}"), (f"rye-{draw.randint(2, 99)}", f"no {_words(draw)}")):
        found = _trip(learner, "made", job)
        if not expect(_same(found, job) and found[5] is True, partial(messages.made, learner, job, found)):
            return


@check(
    "06b.pool",
    points=3,
    says="it comes out of a pool as it was raised",
    about="an-exception-that-arrives",
    needs=("06b.made",),
    processes=True,
    limits=POOL,
)
def test_pool(learner: Learner, draw: random.Random, start_method: str) -> None:
    job = _job(draw)
    found = _trip(learner, "pool", job, start_method)
    expect(_same(found, job), partial(messages.pool, learner, job, found))


@check(
    "06b.named", points=1, says="also when made with named arguments", about="an-exception-that-arrives", needs=("06b.pool",), limits=QUICK
)
def test_named(learner: Learner, draw: random.Random) -> None:
    job = _job(draw)
    found = _trip(learner, "named", job)
    expect(_same(found, job), partial(messages.named, learner, job, found))


@check("06b.subclass", points=1, says="a subclass arrives as itself", about="an-exception-that-arrives", needs=("06b.pool",), limits=QUICK)
def test_subclass(learner: Learner, draw: random.Random) -> None:
    job = _job(draw)
    found = _trip(learner, "subclass", job)
    expect(_same(found, job), partial(messages.subclass, learner, job, found))


# -- 06c -----------------------------------------------------------------------------------------------------------------------------


class Bakery:
    """One call of map_with_config: the orders, the tokens of the configs, and what the referee saw of it."""

    def __init__(self, learner: Learner, referee: Rendezvous, draw: random.Random, method: str, kind: str = "Prices") -> None:
        self.learner = learner
        self.referee = referee
        self.method = method
        self.tokens = [f"prices of {day} {draw.getrandbits(24):06x}" for day in ("Monday", "Tuesday")]
        self.failing: int | None = None
        self._offset = draw.randint(2, 99)
        referee.form = _form
        referee.answers = self._answer
        learner.prepare(probes.stock, kind, *self.tokens)

    def _answer(self, label: list[Any]) -> Any:
        if label[0] != "call":
            return None
        return BOOM if label[1] == self.failing else self.price(label[1], label[2])

    def price(self, order: Any, token: Any) -> Any:
        """What fn answers: another one for each order and each config."""
        if type(order) is not int or token not in self.tokens:
            return f"no price of {order} by {token}"
        return order * 100 + self._offset + self.tokens.index(token)

    def right(self, orders: list[int], day: int = 0) -> list[Any]:
        """The result."""
        return [self.price(order, self.tokens[day]) for order in orders]

    def call(self, orders: Any, config: Name = probes.prices, fn: Name = probes.price) -> Any:
        """What map_with_config returns, or the exception it raised."""
        return messages.calling(self.learner, fn, orders, config, mp_context=Name("probes", self.method))

    @property
    def calls(self) -> list[Any]:
        """The callers that were calls of fn."""
        return [caller for caller in self.referee.arrivals if caller.label[0] == "call"]

    @property
    def in_main(self) -> int:
        """How many of them were in the learner's own process."""
        return sum(caller.pid == self.referee.main for caller in self.calls)


def _form(label: Any) -> bool:
    call = type(label) is list and list(map(type, label)) in ([str, int, str, str, bool], [str, str, str, str, bool])
    return label in (["pickled"], ["unpickled"]) or (call and label[0] == "call")


def _orders(draw: random.Random, count: int) -> list[int]:
    """Different numbers; the first and the last are neither the least nor the greatest."""
    while True:
        orders = draw.sample(range(10, 999), count)
        if all(min(orders) < order < max(orders) for order in (orders[0], orders[-1])):
            return orders


def _same_items(got: Any, right: list[Any]) -> bool:
    """Whether it is a list of these items, in any order."""
    return type(got) is list and sorted(map(repr, got)) == sorted(map(repr, right))


@check("06c.results", points=2, says="fn(item, config) for every item", about="config-to-every-worker", processes=True, limits=POOL)
def test_results(learner: Learner, referee: Rendezvous, draw: random.Random, start_method: str) -> None:
    bakery = Bakery(learner, referee, draw, start_method)
    orders = _orders(draw, 5)
    orders.append(orders[1])
    got = bakery.call(orders)
    if not expect(_same_items(got, bakery.right(orders)), lambda: messages.results(learner, got, bakery, orders)):
        return
    got = bakery.call([])
    if not expect(type(got) is list and not got, lambda: messages.no_items(learner, got)):
        return
    got = bakery.call(orders[:2], config=probes.other_prices)
    expect(_same_items(got, bakery.right(orders[:2], 1)), lambda: messages.second(learner, got, bakery, orders[:2]))


@check(
    "06c.iterable",
    points=1,
    says="a generator is read once",
    about="config-to-every-worker",
    needs=("06c.results",),
    processes=True,
    limits=POOL,
)
def test_iterable(learner: Learner, referee: Rendezvous, draw: random.Random, start_method: str) -> None:
    bakery = Bakery(learner, referee, draw, start_method)
    orders = _orders(draw, 4)
    got = bakery.call(generator(*orders))
    expect(_same_items(got, bakery.right(orders)), lambda: messages.iterable(learner, got, len(orders)))


@check(
    "06c.order",
    points=1,
    says="results come in the order of the items",
    about="config-to-every-worker",
    needs=("06c.results",),
    processes=True,
    limits=POOL,
)
def test_order(learner: Learner, referee: Rendezvous, draw: random.Random, start_method: str) -> None:
    bakery = Bakery(learner, referee, draw, start_method)
    orders = _orders(draw, CHUNK + 4)
    # The first waits until nothing else moves, so what holds it (a chunk of 16, or half of the list) is the last to finish.
    referee.hold(only=lambda label: label[0] == "call" and label[1] == orders[0])
    got = bakery.call(orders)
    expect(got == bakery.right(orders), lambda: messages.order(learner, got, bakery.right(orders)))


@check(
    "06c.processes",
    points=2,
    says="WORKERS processes work at once, then end",
    about="config-to-every-worker",
    needs=("06c.results",),
    processes=True,
    limits=CROWD,
)
def test_processes(learner: Learner, referee: Rendezvous, draw: random.Random, start_method: str) -> None:
    bakery = Bakery(learner, referee, draw, start_method)
    learner.prepare(probes.set_cores, CORES)
    learner.prepare(probes.start_helpers, start_method)
    learner.load()
    before = learner.processes
    processes: list[int] = []

    def look(labels: list[Any]) -> list[Any]:
        processes.append(len({caller.pid for caller in referee.waiting}))
        # One rest that is sure has shown all. After one that is not, somebody may only be late: whoever comes is held and counted too.
        return [] if referee.sure else labels

    referee.hold(only=lambda label: label[0] == "call", pick=look)
    bakery.call(_orders(draw, CHUNK * WORKERS))
    if not expect(not bakery.in_main, lambda: messages.own_process(learner, bakery)):
        return
    right = referee.peak == WORKERS == max(processes, default=0)
    if not right and not referee.sure:
        raise NoVerdict(f"How many calls run at once could not be counted: {POLLS}. Seen: {referee.peak}.")
    if not expect(right, lambda: messages.overlap(learner, referee.peak, max(processes, default=0), CORES, CHUNK * WORKERS)):
        return
    learner.settle()
    learner.run(probes.reap)
    expect(learner.processes <= before, lambda: messages.left_over(learner, learner.processes - before))


@check(
    "06c.config",
    points=3,
    says="config is pickled once a worker, not once an item",
    about="config-to-every-worker",
    needs=("06c.results", "06c.processes"),
    processes=True,
    limits=POOL,
)
def test_config(learner: Learner, referee: Rendezvous, draw: random.Random, start_method: str) -> None:
    bakery = Bakery(learner, referee, draw, start_method, kind="CountedPrices")
    orders = [draw.randrange(10, 999) for _ in range(MANY)]
    got = bakery.call(orders, fn=probes.quick)
    right = [[order, bakery.tokens[0]] for order in orders]
    if not expect(_same_items(got, right), lambda: messages.results(learner, got, bakery, orders)):
        return
    pickles = [caller.pid for caller in referee.arrivals if caller.label == ["pickled"]]
    at_home = sum(pid == referee.main for pid in pickles)
    if not expect(len(pickles) <= WORKERS + 1, lambda: messages.config(learner, len(pickles), at_home, MANY)):
        return
    read = referee.labels.count(["unpickled"])
    expect(read <= WORKERS + 1, lambda: messages.read_again(learner, read, MANY))


OTHER = {"fork": "spawn", "spawn": "fork", "forkserver": "fork"}
"""The default start method beside the one that is given."""


@check(
    "06c.context",
    points=2,
    says="workers start by mp_context, the default stays",
    about="one-context-one-method",
    needs=("06c.results",),
    processes=True,
    limits=POOL,
)
def test_context(learner: Learner, referee: Rendezvous, draw: random.Random, start_method: str) -> None:
    bakery = Bakery(learner, referee, draw, start_method)
    other = OTHER[start_method]
    learner.prepare(probes.set_default, other)
    got = bakery.call(_orders(draw, 4))
    now = learner.run(probes.default)
    if not expect(now == other, lambda: messages.default_changed(learner, other, now)):
        return
    births = sorted({str(caller.label[3]) for caller in bakery.calls if caller.pid != referee.main})
    if not births:
        return  # no worker at all: 06c.processes says so
    expect(births == [start_method], lambda: messages.context(learner, got, start_method, births))


@check(
    "06c.error",
    points=1,
    says="an error of fn comes through",
    about="config-to-every-worker",
    needs=("06c.results",),
    processes=True,
    limits=POOL,
)
def test_error(learner: Learner, referee: Rendezvous, draw: random.Random, start_method: str) -> None:
    bakery = Bakery(learner, referee, draw, start_method)
    orders = _orders(draw, 4)
    bakery.failing = draw.choice([orders[0], orders[2], orders[-1]])
    with messages.unanswered("fn raised KeyError"):
        got = bakery.call(orders)
    right = isinstance(got, ErrorValue) and got.type == "KeyError" and got.args == (BOOM, bakery.failing)
    expect(right, lambda: messages.error(learner, got, bakery.failing, len(orders)))


@check(
    "06c.lost",
    points=2,
    says="a config that does not arrive is an error",
    about="when-the-config-does-not-arrive",
    needs=("06c.results", "06c.processes"),
    processes=True,
    limits={"cpu": 5},
)
def test_lost(learner: Learner, referee: Rendezvous, draw: random.Random, start_method: str) -> None:
    bakery = Bakery(learner, referee, draw, start_method, kind="LostPrices")
    orders = _orders(draw, 4)
    with messages.endless(learner):
        got = bakery.call(orders)
    odd = [caller.label[2] for caller in bakery.calls if caller.label[2] not in bakery.tokens]
    if not expect(not bakery.in_main, lambda: messages.serial_after_all(learner)):
        return
    right = not odd and (isinstance(got, ErrorValue) or _same_items(got, bakery.right(orders)))
    expect(right, lambda: messages.lost(learner, got, odd))
