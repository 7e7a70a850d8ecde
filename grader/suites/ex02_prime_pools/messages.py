"""What exercise 02 tells a learner, mistake by mistake: what was seen, what was expected, why that happens.

Which sentence is chosen depends on what was observed; the learner's source only decides which line to quote and between mistakes that
look the same from outside.
"""

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from grader.model import Message, Outcome, SourceLine
from grader.sandbox.wire import ErrorValue, Other
from grader.suite.fate import Fate
from grader.suite.learner import Learner, Raised, shown
from grader.suite.rendezvous import Rendezvous

Pair = tuple[int, Any]

PRIMES = [
    (112272535099, True),
    (112582705987, True),
    (112272535099, True),
    (115280095211, True),
    (115797848083, True),
    (108811700243, False),
]
"""The stub's list, with the answers."""
CHUNK = 16
"""The largest chunk that the stub allows."""
BOOM = "boom"
"""The order that makes our predicate raise; see probes.py."""


def written(number: int) -> str:
    """A number as a reader knows it."""
    powers = {2**53 + 1: "2**53 + 1", 2**61: "2**61"}
    return powers.get(number, str(number))


def calling(learner: Learner, numbers: Any, **options: Any) -> Any:
    """What check_primes returns, or the exception it raised.

    On some Pythons (3.12.1) a pool that cannot pickle a function waits for ever, where others raise: told by its cause.
    """
    try:
        return learner.attempt("check_primes", numbers, **options)
    except Fate as fate:
        if fate.outcome is Outcome.DEADLOCKED:
            if learner.find(r"(submit|map\w*)\(\s*lambda\b"):
                fate.text, fate.why = (
                    "check_primes waits for ever: a lambda does not pickle.",
                    "A function travels as a name, and a lambda has none.",
                )
            elif learner.find(r"^\s+def "):
                fate.text = "check_primes waits for ever: a function inside a function does not pickle."
                fate.why = "A function travels as a name, and this one can be looked up nowhere."
        raise


def raised(learner: Learner, call: str, error: ErrorValue, expected: str = "") -> Message:
    """An exception that nobody asked for."""
    said = f": {' '.join(error.text.split())[:200]}" if error.text else ""
    return Message(f"{call} raised {error.type}{said}.{expected}", learner.where(error))


# -- 02a -----------------------------------------------------------------------------------------------------------------------------


def small(learner: Learner, number: int, got: Any) -> Message:
    if isinstance(got, ErrorValue):
        if got.type == "ValueError" and number < 0:
            why = "A negative number has no real root: answer before you take it."
            return Message(
                f"is_prime({number}) raised ValueError for a number below 0: {got.text}. Expected False.", learner.where(got), why
            )
        return raised(learner, f"is_prime({number})", got, " Expected False.")
    if number < 0 and got is True:
        why = "The sign was dropped before the test." if learner.lines("abs", "is_prime") else "No divisor was tried, so none was found."
        return Message(
            f"is_prime({number}) returned True. Expected False: negative numbers are not primes.", learner.lines("abs", "is_prime"), why
        )
    if number == 1 and got is True:
        return Message("is_prime(1) returned True. Expected False: a prime is 2 or more.", (), "1 has one divisor; a prime has two.")
    return Message(f"is_prime({number}) returned {shown(got)}. Expected False: a prime is 2 or more.")


def prime(learner: Learner, number: int, got: Any) -> Message:
    call = f"is_prime({number})"
    if isinstance(got, ErrorValue):
        return raised(learner, call, got, " Expected True.")
    if got is None:
        return Message(f"{call} returned None for a prime. Expected True.", (), "The function ends without a return after its loop.")
    if type(got) is int and got == 1:
        return Message(f"{call} returned 1, an int, not True. Expected a bool.", (), "1 == True, but it prints as 1.")
    if number == 2 and got is False:
        why = "The test for even numbers comes before the test for 2."
        return Message(f"{call} returned False. Expected True: 2 is the one even prime.", learner.find(r"%\s*2\b"), why)
    return Message(f"{call} returned {shown(got)}. Expected True: nothing divides it but 1 and itself.")


def no_bool(number: int, got: Any) -> Message:
    return Message(
        f"is_prime({number}) returned {shown(got)}, not False. Expected a bool.",
        (),
        f"{shown(got)} is falsy, but it prints as {shown(got)}.",
    )


def composite(learner: Learner, number: int, got: Any, others: dict[int, Any]) -> Message:
    """`others`: for the square of a prime, what is_prime answers for 21, for 27 and for the product of two large primes."""
    call = f"is_prime({written(number)})"
    if isinstance(got, ErrorValue):
        return raised(learner, call, got, " Expected False.")
    if got is not True:
        return Message(f"{call} returned {shown(got)}. Expected False.")
    if others:
        return _square(learner, number, others)
    if number % 2 == 0 and number < 2**53:
        why = "The loop tries odd divisors only." if learner.lines("range", "is_prime") else "2 is a divisor too."
        return Message(f"{call} returned True: an even number came back True. Expected False.", learner.lines("range", "is_prime"), why)
    divisor = next(n for n in range(2, 10**6 + 1) if number % n == 0)
    if learner.lines("pow", "is_prime", arguments=3) and number < 2**53:
        text = f"{call} returned True. Expected False: {number} = {divisor} * {number // divisor}."
        return Message(text, learner.lines("pow", "is_prime"), f"{number} passes Fermat's test and is not prime.")
    if number > 2**53:
        why = "A float above 2**53 loses the last digit; % on ints does not."
        return Message(f"{call} returned True. Expected False: {divisor} divides it.", learner.find(r"\bfloat\b|\bfmod\b|\w\s/\s\w"), why)
    return Message(f"{call} returned True. Expected False: {divisor} divides it.")


def _square(learner: Learner, number: int, others: dict[int, Any]) -> Message:
    """For the square of a prime that came back True."""
    returned = f"is_prime({number}) returned True"
    loop = learner.lines("range", "is_prime")
    *thirds, product = others
    if all(others[third] is True for third in thirds):
        why = "return True inside the loop ends it in its first round."
        line = learner.find(r"return\s+True") or loop
        return Message(f"{returned}: one divisor was tried before True. Expected False.", line, why)
    if others[product] is True:
        why = "A composite can have a smallest divisor as large as its root."
        return Message(f"{returned}, and is_prime({product}) too: larger divisors are never tried. Expected False.", (), why)
    why = "range leaves out its end, so the root itself is never tried." if loop else "The root itself is never tried."
    root = math.isqrt(number)
    return Message(f"{returned}: the square of a prime came back True. Expected False: {root} * {root}.", loop, why)


# -- 02b -----------------------------------------------------------------------------------------------------------------------------


def shape(learner: Learner, got: Any, count: int) -> Message | None:
    """What is wrong with a result before one looks at its pairs."""
    if isinstance(got, ErrorValue):
        if got.is_a("AttributeError", "PicklingError") and "<locals>" in got.text:
            what, line, why = "a function inside a function does not pickle", learner.where(got), "this one can be looked up nowhere"
            if "<lambda>" in got.text:
                what, line, why = "a lambda does not pickle", learner.find(r"\blambda\b"), "a lambda has none"
            return Message(f"check_primes raised {got.type}: {what}. Expected pairs.", line, f"A function travels as a name, and {why}.")
        if got.type == "ValueError" and "chunksize" in got.text:
            why = "A short list makes chunks of size 0: // rounds down."
            return Message(
                f"{count} numbers raised ValueError: {got.text.rstrip('.')}. Expected pairs.",
                learner.find("//") or learner.where(got),
                why,
            )
        return raised(learner, "check_primes", got)
    if isinstance(got, Other):
        why = "With yield in it, the body runs only when somebody asks." if got.type == "generator" else ""
        if got.type in ("zip", "map"):
            why = f"A {got.type} takes each answer only when somebody asks."
        article = "an" if got.type[:1] in "aeiouAEIOU" else "a"
        return Message(f"check_primes returned {article} {got.type}, not a list. Expected a list.", (), why)
    if type(got) is not list:
        return Message(f"check_primes returned {shown(got)}. Expected a list of tuples (number, answer).")
    if any(isinstance(item, tuple) and any(isinstance(part, Other) and part.type == "Future" for part in item) for item in got):
        why = "submit gives a future; its .result() is the answer."
        return Message("A Future stands where the answer should. Expected True or False.", learner.lines("submit", "check_primes"), why)
    if got and all(type(item) is bool for item in got):
        return Message(f"check_primes returned {shown(got)}: answers came without their numbers. Expected tuples (number, answer).")
    odd = next((item for item in got if type(item) is not tuple or len(item) != 2), None)
    if odd is not None:
        return Message(f"{shown(odd)} stands in the list. Expected tuples (number, answer).")
    return None


@contextmanager
def importing(learner: Learner) -> Iterator[None]:
    """An import that does not come back in here is one that starts a pool: 02c tells the rest."""
    try:
        yield
    except Fate as fate:
        fate.text = (
            "Importing the file starts a pool, and each of its workers imports the file: none gets on. Expected an import that does not."
        )
        fate.why = "A worker looks `is_prime` up in your file, and so runs its top level; 02c says when main may run."
        raise


def pairs(learner: Learner, got: Any, numbers: list[int], calls: int, at_home: int) -> Message:
    if isinstance(got, ErrorValue) and got.type == "TypeError" and "not callable" in got.text and at_home:
        why = "submit(f(x)): predicate was called before submit."
        return Message(
            f"predicate ran in your own process, then TypeError: {got.text}. Expected pairs.", learner.lines("submit", "check_primes"), why
        )
    if told := shape(learner, got, len(numbers)):
        return told
    if not calls:
        line = learner.lines("map", "check_primes") or learner.lines("submit", "check_primes")
        return Message(f"predicate was never called. Expected {len(numbers)} calls.", line, "is_prime was asked instead.")
    if not got:
        why = "Memory is not shared: the list was filled in the workers."
        return Message(f"check_primes returned an empty list for {len(numbers)} numbers. Expected {len(numbers)} pairs.", (), why)
    given = [pair[0] for pair in got]
    often = max(numbers, key=numbers.count)
    if given.count(often) == 1:
        why = "A dict keeps one entry for each number."
        return Message(
            f"{often} was given {numbers.count(often)} times and is in the result once. Expected {len(numbers)} pairs, got {len(got)}.",
            (),
            why,
        )
    if len(got) != len(numbers):
        return Message(f"{len(got)} pairs came back for {len(numbers)} numbers. Expected one for each.")
    odd = next((pair for pair in got if pair[0] not in numbers or type(pair[1]) is not bool), got[0])
    return Message(f"{shown(got)} is not each number with its answer: look at {shown(odd)}.")


def no_numbers(learner: Learner, got: Any) -> Message:
    if isinstance(got, ErrorValue):
        why = "min(max_workers, 0) is 0." if "max_workers" in got.text else ""
        return Message(f"No numbers raised {got.type}: {got.text}. Expected [].", learner.where(got), why)
    return Message(f"check_primes returned {shown(got)} for no numbers. Expected [].")


def default(learner: Learner, got: Any, numbers: list[int]) -> Message:
    if told := shape(learner, got, len(numbers)):
        return told
    return Message(f"Without predicate=, check_primes returned {shown(got)} for {numbers}. Expected the answers of is_prime.")


def iterable(learner: Learner, got: Any, count: int) -> Message:
    if isinstance(got, ErrorValue) and got.type == "TypeError" and "len()" in got.text:
        why = "An iterable promises only that it can be read once."
        return Message("check_primes raised TypeError: a generator has no len(). Expected pairs.", learner.where(got), why)
    if type(got) is list and not got:
        why = "map took them all, and the generator was empty when read again by zip."
        if not learner.lines("zip", "check_primes"):
            why = "The first reading took them all, and the generator was empty when read again."
        return Message(f"{count} numbers from a generator gave []. Expected {count} pairs.", learner.lines("map", "check_primes"), why)
    if told := shape(learner, got, count):
        return told
    return Message(f"{count} numbers from a generator gave {shown(got)}. Expected {count} pairs.")


def too_few_calls(calls: int, count: int) -> Message:
    return Message(f"predicate was called {calls} times for {count} different numbers. Expected one call for each.")


def processes(learner: Learner, referee: Rendezvous) -> Message:
    calls = len(referee.arrivals)
    if referee.in_main < calls:
        count = "one call" if referee.in_main == 1 else f"{referee.in_main} calls"
        text = f"{count} ran in your own process, {calls - referee.in_main} ran in workers. Expected other processes for all."
        return Message(text, learner.lines("predicate", "check_primes"), "`predicate(n)` written out runs where it stands.")
    # Which thread it was is the caller's word: it chooses between two sentences for the same mistake.
    if all(in_main_thread for _, in_main_thread in referee.labels):
        text = f"All {calls} calls: every call ran in your own process, one after another. Expected other processes."
        line = learner.lines("predicate", "check_primes") or learner.lines("map", "check_primes")
        return Message(text, line, "No call was handed to a pool.")
    text = f"All {calls} calls ran on threads of your own process. Expected other processes."
    why = "A thread pool shares your GIL: one thread runs Python code at a time."
    return Message(text, learner.lines("ThreadPoolExecutor", "check_primes") or learner.lines("Thread", "check_primes"), why)


def pool_line(learner: Learner) -> tuple[SourceLine, ...]:
    """Where check_primes makes its pool."""
    return learner.lines("ProcessPoolExecutor", "check_primes") or learner.lines("Pool", "check_primes")


def overlap(learner: Learner, peak: int, processes: int, workers: int) -> Message:
    if processes == 1 < peak:
        why = "They share that worker's GIL."
        return Message(f"{peak} calls ran at once on threads of one worker process. Expected {workers} processes.", pool_line(learner), why)
    if peak == CHUNK * workers:
        why = "Each start costs; a pool reuses its workers."
        text = f"{peak} calls ran at once: one process for each number. Expected {workers}."
        return Message(text, learner.lines("Process", "check_primes"), why)
    never = f"Never 2 calls at a time (max_workers={workers})"
    waits = learner.lines("submit().result", "check_primes") or learner.lines("result", "check_primes", inside="loop")
    if peak == 1 and waits and not learner.lines("map", "check_primes"):
        why = "The loop waits for each answer before the next call goes out."
        return Message(f"{never}. Expected {workers} at once.", waits, why)
    if peak == 1 and learner.lines("map", "check_primes", arguments=3):
        text = f"{never}: one worker was handed every number. Expected {workers} at once."
        return Message(text, learner.lines("map", "check_primes"), f"chunksize was as large as the list. Up to {CHUNK} is fine.")
    number = "1 call" if peak == 1 else f"{peak} calls"
    text = f"{number} ran at once (max_workers={workers}): max_workers did not reach the pool. Expected {workers}."
    return Message(text, pool_line(learner), "A pool has the size it was made with; left out, it is the number of cores.")


def order(learner: Learner, got: Any, numbers: list[int], right: list[Pair]) -> Message:
    if told := shape(learner, got, len(numbers)):
        return told
    if len(got) != len(numbers):
        return Message(f"{len(got)} pairs came back for {len(numbers)} numbers. Expected one for each.")
    if got == sorted(right):
        return Message("Pairs came sorted by number. Expected the order of the input.", learner.lines("sorted") or learner.lines("sort"))
    odd = next((pair for pair in got if pair not in right), None)
    if odd is not None:
        why = "as_completed gives futures in another order than you submitted them."
        text = f"{shown(odd)}: an answer stands beside another number. Expected each number with its own."
        return Message(text, learner.lines("as_completed", "check_primes"), why)
    place = "last" if got[-1] == right[0] else "late"
    line = learner.lines("as_completed", "check_primes") or learner.lines("imap_unordered", "check_primes")
    return Message(
        f"The pair of the first number came {place}: pairs came in the order the calls finished. Expected the order of the input.",
        line,
        "as_completed and imap_unordered give what is ready.",
    )


@contextmanager
def unanswered(learner: Learner) -> Iterator[None]:
    """A deadlock in here is a wait for a worker that died of the error; it stays a deadlock."""
    try:
        yield
    except Fate as fate:
        if fate.outcome is Outcome.DEADLOCKED:
            fate.text = "check_primes waits for an answer that nobody will send. Expected KeyError."
            fate.why = "The worker ended with the error and sent nothing."
        raise


def error(learner: Learner, got: Any, failing: int, count: int) -> Message:
    if isinstance(got, ErrorValue):
        if got.type == "KeyError":
            return Message(f"KeyError was raised with other arguments, {shown(got.args)}.", learner.where(got))
        why = "A caller who catches KeyError will miss it."
        return Message(f"Another exception took its place: {got.type}, not KeyError.", learner.where(got), why)
    expected = "Expected KeyError to be raised."
    if type(got) is not list:
        return Message(f"predicate raised KeyError for {failing}, and check_primes returned {shown(got)}. {expected}")
    answers = [pair[1] for pair in got if type(pair) is tuple and len(pair) == 2 and pair[0] == failing]
    caught = learner.find(r"^\s+except\b")
    if answers and isinstance(answers[0], ErrorValue):
        why = "Whoever reads the answer finds something that is true in an `if`."
        line = learner.lines(".exception", "check_primes")
        return Message(f"The exception stands in the list as an answer: ({failing}, KeyError). {expected}", line or caught, why)
    if answers:
        text = f"predicate raised KeyError for {failing}, and check_primes returned ({failing}, {shown(answers[0])})"
        return Message(
            f"{text}: an error became the answer {shown(answers[0])}. {expected}", caught, "Nobody can tell it from a real answer."
        )
    if BOOM in learner.printed:
        text = f"The error was printed and went no further; {len(got)} pairs came back for {count} numbers. {expected}"
        return Message(text, caught, "A caller reads what is returned, not what is printed.")
    line = learner.lines(".exception", "check_primes") or caught
    return Message(
        f"The number that failed is missing: {len(got)} pairs for {count} numbers. {expected}", line, "A missing pair says nothing of why."
    )


# -- 02c -----------------------------------------------------------------------------------------------------------------------------


BROKEN_CHILD = re.compile(r"bootstrapping phase|BrokenProcessPool|ConnectionResetError")
"""In a traceback: a worker could not import the file, or its pool lost it."""
MISSING = re.compile(r"Can't get attribute '(\w+)' on <module '__mp_main__'|module '__mp_main__' has no attribute '(\w+)'")
"""The same, up to 3.13 and from 3.14: the worker's import of the file does not have that name."""


def answer_lines(printed: str) -> list[str]:
    """The printed lines that tell of a prime; a traceback that quotes the print is none."""
    return [line.strip() for line in printed.splitlines() if "is prime:" in line and "print(" not in line]


@contextmanager
def script_hanging(learner: Learner) -> Iterator[None]:
    """A script whose workers die on their import may wait or start new ones for ever: that is told by its cause."""
    try:
        yield
    except Fate as fate:
        if told := worker_import(learner, learner.printed, "The script did not end."):
            fate.text, fate.why = told.text, told.why
        raise


def runs(learner: Learner, code: int, printed: str) -> Message:
    lines, right = answer_lines(printed), [f"{number} is prime: {prime}" for number, prime in PRIMES]
    if lines == right:
        why = "sys.exit(main()) takes what main returns: a list counts as failure." if learner.find(r"exit\(main\(\)\)") else ""
        return Message(f"The lines are right; the exit status was {code}. Expected 0.", learner.find(r"\bexit\("), why)
    if code:
        seen = f"The exit status was {code} and {'not all lines were' if lines else 'nothing was'} printed."
        if told := worker_import(learner, printed, seen):
            return told
        last = next((line.strip() for line in reversed(printed.splitlines()) if line.strip()), "")
        return Message(f"{seen} {last[:120]}".strip(), quoted(learner, printed))
    if not lines:
        return _no_lines(learner, printed)
    return _other_lines(lines, right)


def _no_lines(learner: Learner, printed: str) -> Message:
    expected = 'Expected "__main__".'
    if wrong_name := learner.find(r"""__name__\s*==\s*["'](?!__main__["'])"""):
        name = re.search(r"""==\s*["']([^"']*)""", wrong_name[0].code)
        return Message(f'Nothing was printed: __name__ was compared with "{name[1] if name else ""}". {expected}', wrong_name)
    if printed.strip():
        shown_line = printed.strip().splitlines()[0][:80]
        return Message(f"The line has another form: {shown_line}. Expected `N is prime: True`.", learner.lines("print", "main"))
    if not learner.lines("main") and (named := learner.find(r"^\s*main\s*$")):
        return Message(
            "Nothing was printed: main is named and not called. Expected a line for each number.", named, "Parentheses make the call."
        )
    why = "" if learner.lines("main") else "No line calls main."
    return Message("Nothing was printed. Expected a line for each number of PRIMES.", (), why)


def _other_lines(lines: list[str], right: list[str]) -> Message:
    numbers = [line.partition(" ")[0] for line in lines]
    known = [str(number) for number, _ in PRIMES]
    if any(number.isdigit() and number not in known for number in numbers):
        return Message("PRIMES was changed: it holds other numbers than the stub's. Expected the six of the stub.")
    odd = next((line for line in lines if line not in right), None)
    if odd and re.fullmatch(r"\d+ is prime: (True|False|None|0|1)", odd):
        return Message(
            f"`{odd}`: a wrong answer. Expected what 02a asks of is_prime.", (), "A line can be no better than the answer in it."
        )
    if odd:
        return Message(f"The line has another form: {odd[:80]}. Expected `N is prime: True`.")
    twice = known[0]
    if numbers.count(twice) == 1:
        return Message(f"{twice} is listed twice and printed once. Expected a line for each number of the list.")
    if sorted(lines) == sorted(right):
        return Message("The lines came in another order. Expected the order of PRIMES.")
    return Message(f"{len(lines)} lines came for {len(right)} numbers. Expected one line for each number of PRIMES.")


def worker_import(learner: Learner, printed: str, seen: str) -> Message | None:
    """What went wrong in a worker that imports the file, from what its traceback says."""
    if found := MISSING.search(printed):
        missing = found[1] or found[2]
        why = "The worker imports this file as `__mp_main__`: what is under the guard is not there."
        line = learner.find(rf"\bdef {missing}\b|\b{missing}\s*=")
        return Message(f"{seen} The name `{missing}` exists only under the guard; a spawned worker does not have it.", line, why)
    if not BROKEN_CHILD.search(printed):
        return None
    if line := learner.find(r"\bparent_process\(\)"):
        why = "multiprocessing.parent_process() is None while it imports."
        return Message(f"{seen} This guard lets a spawned worker through. Expected a guard that asks for __name__.", line, why)
    if not learner.find(r"__name__"):
        line = learner.lines("main") or quoted(learner, printed)
        return Message(f"{seen} No guard: each worker ran main() again. Expected six lines.", line, "A spawned worker imports this file.")
    line = quoted(learner, printed)
    return Message(f"{seen} This line runs in every worker. Expected it under the guard.", line, "The pool is made above the guard.")


def quoted(learner: Learner, printed: str) -> tuple[SourceLine, ...]:
    """The line at the top level that the first traceback came through: that of a worker, where there are two."""
    found = re.search(r'File "[^"\n]*ex02_prime_pools\.py", line (\d{1,5}), in <module>', printed)
    return (learner.source_line(int(found[1])),) if found else ()


def import_raised(learner: Learner, raised: Raised) -> Message:
    return Message(f"Importing the file raised {raised.error.type}. Expected nothing to happen.", learner.where(raised.error))


def quiet(learner: Learner, started: bool) -> Message:
    printed = learner.printed.strip()
    if not started and not answer_lines(printed):
        line = learner.find(r"^print\(")
        text = f"This line printed during the import: {printed.splitlines()[0][:60]!r}. Expected nothing."
        return Message(text, line, "What stands at the top level runs whenever the file is imported, in every worker too.")
    if line := learner.find(r"__name__\s*!="):
        text = "Importing the file ran main(): an import under its own name runs main(), only __mp_main__ is kept out. Expected nothing."
        return Message(text, line, "Only the file that was started is called `__main__`: ask for that name.")
    if caught := learner.find(r"^except\b"):
        text = "Importing the file ran main(): the error is caught and main() still runs. Expected nothing."
        return Message(text, learner.find(r"^try\b") or caught, "Catching the RuntimeError hides the missing guard.")
    if learner.find(r"__name__"):
        line = learner.find(r"^[^\s@d].*\bcheck_primes\(") or learner.find(r"^\S.*(Pool|Executor|Process)\(")
        text = "Importing the file started processes, above the guard. Expected none."
        return Message(text, line, "What stands at the top level runs whenever the file is imported.")
    text = "Importing the file ran main(): fork hides the missing guard. Expected nothing."
    return Message(text, learner.lines("main"), "fork imports nothing, so the first run does not show it.")
