"""Whether exactly so many were under way: the counts of a witness, and what may be concluded from them."""

from .check import POLLS, NoVerdict
from .witness import Witness


def is_wrong(witness: Witness, counts: list[int], size: int) -> bool:
    """Whether these counts, one for each rest, are not `size` each, or at any rest there were more.

    More than `size` at once is wrong for sure. Fewer may be only some of those to come: raises `NoVerdict` when the rest was not sure.
    """
    if witness.peak <= size and counts and counts == [size] * len(counts):
        return False
    if witness.peak <= size and not witness.sure:
        raise NoVerdict(f"How many run at once could not be counted: {POLLS}. Seen: {witness.peak}.")
    return True
