"""Hidden suite for exercise 02: a pool of processes tells which numbers are prime.

02a calls is_prime. 02b hands in a predicate of ours that meets the referee: the trusted side decides every answer and every order, and the
kernel says which process a call comes from. 02c runs the file as a script, then imports it: no load gate before either.
"""

import os
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from grader.sandbox.wire import ErrorValue
from grader.suite.check import POLLS, NoVerdict, check, expect, generator, probes
from grader.suite.fate import Fate
from grader.suite.learner import Learner, Raised, Unwritten
from grader.suite.rendezvous import Rendezvous
from grader.suites.ex02_prime_pools import messages
from grader.suites.ex02_prime_pools.messages import BOOM, CHUNK, PRIMES, Pair

QUICK = {"cpu": 4}
"""CPU seconds for checks whose right answers take less than one, in any order of trial division."""
POOL = {"cpu": 8}
CROWD = {"cpu": 10, "processes": 128, "files": 512}
"""For the check where a wrong file starts a process for each number: enough to count them all."""


# -- 02a -----------------------------------------------------------------------------------------------------------------------------


@check("02a.small", points=1, says="numbers below 2 are not prime", about="trial-division", limits=QUICK)
def test_small(learner: Learner, draw: random.Random) -> None:
    drawn = [-draw.randrange(1 << bits - 1, 1 << bits) for bits in (8, 24, 60)]
    for number in (0, 1, -1, -2, -3, -7, -9, *drawn):
        got = _is_prime(learner, number)
        falsy = type(got) in (bool, int) and not got
        if not expect(falsy, lambda number=number, got=got: messages.small(learner, number, got)):  # type: ignore[misc]
            return


@check("02a.primes", points=2, says="primes are True, and a bool", about="trial-division", limits=QUICK)
def test_primes(learner: Learner, draw: random.Random) -> None:
    drawn = [_prime(draw, 10**4), _prime(draw, 10**8), _prime(draw, 10**12)]
    for number in (2, 3, 5, 7, 11, 13, 97, 7919, 104729, 2147483647, *drawn, 999999999989):
        got = _is_prime(learner, number)
        if not expect(got is True, lambda number=number, got=got: messages.prime(learner, number, got)):  # type: ignore[misc]
            return
    for number in (4, 9):
        got = _is_prime(learner, number)
        no_bool = got is None or (type(got) is int and not got)
        if not expect(not no_bool, lambda number=number, got=got: messages.no_bool(number, got)):  # type: ignore[misc]
            return


@check("02a.composites", points=2, says="composite numbers are False", about="trial-division")
def test_composites(learner: Learner, draw: random.Random) -> None:
    squares = [9, 25, 49, 121, _prime(draw, 10**4) ** 2, _prime(draw, 10**6) ** 2]
    evens = [4, 6, 8, *(2 * draw.randrange(5, 10**9) for _ in range(3))]
    factors = [(3, 5), (7, 13), (_prime(draw, 10**5), _prime(draw, 10**6)), (_prime(draw, 10**6), _prime(draw, 10**6))]
    products = [one * other for one, other in factors]
    pseudoprimes = [341, 561, 1105, 1729, 2047, 3215031751]
    # 2**53 + 1 is the last: a float takes it for a power of two, and so tries every divisor up to its root.
    large = [2**61, 3825123056546413051, 2**53 + 1]
    for number in squares + evens + products + pseudoprimes + large:
        got = _is_prime(learner, number)
        right = type(got) in (bool, int) and not got
        if right or got is None:
            continue  # None and 0 for a composite belong to 02a.primes
        # What else comes back True tells the mistakes apart.
        others = {n: _is_prime(learner, n) for n in (21, 27, products[-1])} if number in squares else {}
        expect(False, lambda number=number, got=got, others=others: messages.composite(learner, number, got, others))  # type: ignore[misc]
        return


def _is_prime(learner: Learner, number: int) -> Any:
    """What is_prime answers, or the exception it raised; that it never answers is told with its number."""
    try:
        return learner.attempt("is_prime", number)
    except Fate as fate:
        fate.text = f"is_prime({messages.written(number)}) did not come back. {fate.text}"
        raise


def _prime(draw: random.Random, top: int) -> int:
    """A prime between a half and the whole of `top`, by Miller and Rabin: these bases suffice below 3e12."""
    while True:
        number = draw.randrange(top // 2, top) | 1
        if all(_passes(number, base) for base in (2, 3, 5, 7, 11, 13)):
            return number


def _passes(number: int, base: int) -> bool:
    twos = (number - 1 & 1 - number).bit_length() - 1
    powers = [pow(base, (number - 1) >> left, number) for left in range(twos, 0, -1)]
    return powers[0] == 1 or number - 1 in powers


# -- 02b -----------------------------------------------------------------------------------------------------------------------------


def answer(number: object) -> bool:
    """What our predicate says of a number: nothing to do with primes."""
    return type(number) is int and number % 3 == 0


def pairs_of(numbers: list[int]) -> list[Pair]:
    """The right result."""
    return [(number, answer(number)) for number in numbers]


def same_pairs(got: Any, right: list[Pair]) -> bool:
    """Whether `got` is a list of these pairs, in any order. A repr tells True from 1 and a tuple from a list."""
    return type(got) is list and Counter(map(repr, got)) == Counter(map(repr, right))


def mixed_up(got: Any, right: list[Pair]) -> bool:
    """Whether `got` has the right numbers and the right answers, and only puts them together wrong."""
    if type(got) is not list or not all(type(pair) is tuple and len(pair) == 2 for pair in got):
        return False
    return all(Counter(repr(pair[side]) for pair in got) == Counter(repr(pair[side]) for pair in right) for side in (0, 1))


def serve(referee: Rendezvous, answers: Callable[[Any], Any] = answer) -> None:
    """Have the referee answer our predicate, whose label is the number and whether it was called in a main thread."""
    referee.form = lambda label: type(label) is list and list(map(type, label)) in ([int, bool], [str, bool])
    referee.answers = lambda label: answers(label[0])


def numbers_for(draw: random.Random, count: int) -> list[int]:
    """Different numbers in no order; the first and the last are neither the least nor the greatest, and answers of both kinds are there."""
    while True:
        numbers = draw.sample(range(10, 100), count)
        inside = all(min(numbers) < number < max(numbers) for number in (numbers[0], numbers[-1]))
        if inside and len({answer(number) for number in numbers[1:-1]}) == 2:
            return numbers


@check("02b.pairs", points=2, says="each number with its answer, in a list", about="map-order", processes=True, limits=POOL)
def test_pairs(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    numbers = numbers_for(draw, 5)
    numbers[3:3] = numbers[5:] = [numbers[1]]  # one of them three times
    serve(referee)
    with messages.importing(learner):
        learner.load()
    # One worker, and nothing ends before all is handed in: calls end in the order of the input. Whoever still takes them in another order
    # (a set of futures has none) is told so by 02b.order, where the order is arranged; here it would be chance.
    referee.hold()
    got = messages.calling(learner, numbers, max_workers=1, predicate=probes.ask)
    calls = len(referee.arrivals)
    at_home = referee.in_main
    ok = (same_pairs(got, pairs_of(numbers)) or mixed_up(got, pairs_of(numbers))) and calls
    if not expect(bool(ok), lambda: messages.pairs(learner, got, numbers, calls, at_home)):
        return
    got = messages.calling(learner, [], max_workers=1, predicate=probes.ask)
    if not expect(type(got) is list and not got, lambda: messages.no_numbers(learner, got)):
        return
    try:
        answers = {number: learner.attempt("is_prime", number) for number in (7, 9)}
    except Unwritten:
        return  # 02a says so
    if any(isinstance(value, ErrorValue) for value in answers.values()):
        return
    numbers = [7, 9, 7]
    got = messages.calling(learner, numbers, max_workers=1)
    expect(same_pairs(got, [(number, answers[number]) for number in numbers]), lambda: messages.default(learner, got, numbers))


@check("02b.iterable", points=1, says="a generator is read once", about="read-once", needs=("02b.pairs",), processes=True, limits=POOL)
def test_iterable(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    numbers = numbers_for(draw, 4)
    numbers.append(numbers[0])
    serve(referee, lambda number: True)  # whose answer it is belongs to other checks
    got = messages.calling(learner, generator(*numbers), max_workers=1, predicate=probes.ask)
    expect(same_pairs(got, [(number, True) for number in numbers]), lambda: messages.iterable(learner, got, len(numbers)))


@check(
    "02b.processes",
    points=2,
    says="every call runs in another process",
    about="own-process",
    needs=("02b.pairs",),
    processes=True,
    limits=POOL,
)
def test_processes(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    numbers = numbers_for(draw, 6)
    serve(referee)
    messages.calling(learner, numbers, max_workers=2, predicate=probes.ask)
    if not expect(len(referee.arrivals) >= len(numbers), lambda: messages.too_few_calls(len(referee.arrivals), len(numbers))):
        return
    expect(referee.in_main == 0, lambda: messages.processes(learner, referee))


@check(
    "02b.overlap",
    points=2,
    says="max_workers calls run at once",
    about="worker-count",
    needs=("02b.processes",),
    processes=True,
    limits=CROWD,
)
def test_overlap(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    # Neither what this machine has nor the stub's default: a size that is not passed on differs.
    cores = {os.cpu_count(), len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None}
    workers = draw.choice([size for size in (3, 5, 6) if size not in cores][:2])
    serve(referee)
    processes: list[int] = []

    def look(labels: list[Any]) -> list[Any]:
        processes.append(len({caller.pid for caller in referee.waiting}))
        # One rest that is sure has shown all. After one that is not, somebody may only be late: whoever comes is held and counted too.
        return [] if referee.sure else labels

    referee.hold(pick=look)
    messages.calling(learner, [draw.randrange(10, 100) for _ in range(CHUNK * workers)], max_workers=workers, predicate=probes.ask)
    right = referee.peak == workers == max(processes, default=0)
    if not right and not referee.sure:
        raise NoVerdict(f"How many calls run at once could not be counted: {POLLS}. Seen: {referee.peak}.")
    expect(right, lambda: messages.overlap(learner, referee.peak, max(processes, default=0), workers))


@check(
    "02b.order",
    points=1,
    says="pairs come in the order of the input",
    about="map-order",
    needs=("02b.processes",),
    processes=True,
    limits=POOL,
)
def test_order(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    numbers = numbers_for(draw, CHUNK + 4)
    serve(referee)
    # The first waits until nothing else moves, so what holds it (a chunk of 16, perhaps) is the last to finish.
    referee.hold(only=lambda label: label[0] == numbers[0])
    got = messages.calling(learner, numbers, max_workers=2, predicate=probes.ask)
    expect(got == pairs_of(numbers), lambda: messages.order(learner, got, numbers, pairs_of(numbers)))


@check(
    "02b.error",
    points=2,
    says="an error of predicate comes through",
    about="errors-travel",
    needs=("02b.pairs",),
    processes=True,
    limits=POOL,
)
def test_error(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    numbers = numbers_for(draw, 4)
    failing = draw.choice([numbers[0], numbers[2], numbers[-1]])
    serve(referee, lambda number: BOOM if number == failing else True)
    with messages.unanswered(learner):
        got = messages.calling(learner, numbers, max_workers=2, predicate=probes.ask)
    right = isinstance(got, ErrorValue) and got.type == "KeyError" and got.args == (BOOM, failing)
    expect(right, lambda: messages.error(learner, got, failing, len(numbers)))


# -- 02c -----------------------------------------------------------------------------------------------------------------------------


@check("02c.runs", points=3, says="as a script it prints one line a number", about="the-guard", processes=True, script=True, limits=POOL)
def test_runs(learner: Learner, start_method: str) -> None:
    written = bool(learner.lines("NotImplementedError", "main"))
    called = bool(learner.lines("main"))
    with messages.script_hanging(learner):
        code, printed = learner.script(start_method)
    if written and (("NotImplementedError" in printed and "02c" in printed) or (not called and not printed.strip())):
        raise Unwritten("main()")
    right = code == 0 and messages.answer_lines(printed) == [f"{number} is prime: {prime}" for number, prime in PRIMES]
    expect(right, lambda: messages.runs(learner, code, printed))


@check(
    "02c.quiet",
    points=2,
    says="importing prints nothing, starts nothing",
    about="the-guard",
    needs=("02c.runs",),
    processes=True,
    script=True,
    limits=POOL,
)
def test_quiet(learner: Learner) -> None:
    learner.prepare(probes.watch)
    before = learner.processes
    try:
        learner.load()
        started = learner.processes > before or learner.prepare(probes.forks) != 0
    except Fate:
        started = True  # a pool that waits for the import, or pools without end
    except Raised as raised:
        message = messages.import_raised(learner, raised)
        expect(False, lambda: message)
        return
    expect(not started and not learner.printed.strip(), lambda: messages.quiet(learner, started))
