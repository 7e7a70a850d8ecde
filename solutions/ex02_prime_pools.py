"""Solution 02: a pool of processes tells which numbers are prime."""

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from math import isqrt

PRIMES = [
    112272535099,
    112582705987,
    112272535099,
    115280095211,
    115797848083,
    108811700243,
]


def is_prime(n: int) -> bool:
    """Say whether `n` is a prime."""
    if n < 2:
        return False
    if n % 2 == 0:
        return n == 2  # the one even prime
    # A divisor above the root comes with a partner below it, so the root is far enough.
    # `isqrt` is exact for an int of any size; `math.sqrt` goes through a float.
    # `+ 1` because a range leaves out its end, and 9, 25 and 49 have their root as divisor.
    return all(n % divisor for divisor in range(3, isqrt(n) + 1, 2))


def check_primes(
    numbers: Iterable[int],
    *,
    max_workers: int = 4,
    predicate: Callable[[int], bool] = is_prime,
) -> list[tuple[int, bool]]:
    """Ask `predicate` about every number, in other processes; pairs in the order of `numbers`."""
    # `numbers` is needed twice, for the calls and for the pairs. A generator gives its items
    # once, and `map` takes all of them at the start: `zip` would find it empty.
    numbers = list(numbers)
    with ProcessPoolExecutor(max_workers) as executor:
        # `map` yields answers in the order of its input, whichever call finishes first, and
        # raises a call's exception when that answer's turn comes. `list` takes every answer
        # here, so no exception is left behind. Pairs keep a number that is listed twice.
        return list(zip(numbers, executor.map(predicate, numbers), strict=True))


def main() -> None:
    """Print one line for each number of PRIMES."""
    for number, prime in check_primes(PRIMES):
        print(f"{number} is prime: {prime}")


# A spawned worker runs this file again, from the top, under the name `__mp_main__`. It needs
# the functions above and must not start a pool of its own.
if __name__ == "__main__":
    main()
