"""Exercise 02: a pool of processes tells which numbers are prime.

Three tasks. The first two are the functions below. The third is this file itself:

02c  Run as a script, `python ex02_prime_pools.py` prints one line for each number
     of PRIMES, in the order of the list, with the answer after a colon:

         97 is prime: True

     or `False`. Then it exits with status 0. It does so whether processes are
     started by fork, by spawn or by forkserver.
     Imported as a module, the file prints nothing and starts no process.
     Write the body of `main`, and write the code that calls it: that is part of
     the task. A worker may import this file, sometimes under another name.

Use the standard library only. Grade your work with `course grade 02`.
"""

from collections.abc import Callable, Iterable

PRIMES = [
    112272535099,
    112582705987,
    112272535099,
    115280095211,
    115797848083,
    108811700243,
]


def is_prime(n: int) -> bool:
    """Say whether `n` is a prime: `True` or `False`, a bool and nothing else.

    A prime is 2 or more and has no divisor but 1 and itself. Zero, one and every
    negative number are `False`. `n` may be larger than 2**53, so compute with ints.
    If you divide by every number up to the square root of `n` and stop at the first
    divisor, no number in the checks needs more than 1,000,000 divisions.

    >>> is_prime(97), is_prime(91)
    (True, False)
    """
    raise NotImplementedError("02a: is_prime")


def check_primes(
    numbers: Iterable[int],
    *,
    max_workers: int = 4,
    predicate: Callable[[int], bool] = is_prime,
) -> list[tuple[int, bool]]:
    """Ask `predicate` about every number, in other processes.

    Returns a list of tuples `(number, answer)`, one for each number, in the order of
    `numbers`, whichever call finishes first. A number listed twice is in the result
    twice. No numbers give `[]`.

    - `numbers` may be a generator: it can be read once, and has no `len`.
    - Every call of `predicate` runs in a process other than the caller's.
      `predicate` is a function that pickles.
    - Calls overlap: given at least `16 * max_workers` numbers, `max_workers` of them
      are in `predicate` at the same moment, each in its own process, and never more.
      (Handing out numbers in chunks is fine, up to 16 at a time.) `max_workers` is at
      least 1 and may be more than the machine has cores.
    - When `predicate` raises for a number, `check_primes` raises that exception: the
      same type with the same arguments. Answers to the other numbers may be lost then.

    >>> check_primes([91, 97, 91])
    [(91, False), (97, True), (91, False)]
    """
    raise NotImplementedError("02b: check_primes")


def main() -> None:
    """Print the line of 02c for each number of PRIMES. `check_primes` has the answers."""
    raise NotImplementedError("02c: main")
