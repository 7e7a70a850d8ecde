"""Exercise 12: try every order, and write tests that find a bug each time.

Use the standard library only. Grade your work with `course grade 12`.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

State = dict[str, Any]
"""What the programs share: names and values. At the end of each order all values can
be hashed; before that, a list may be among them."""
Outcome = tuple[tuple[str, Any], ...]
"""A state at the end, as `tuple(sorted(state.items()))`."""
Program = Callable[[State], Iterator[None]]
"""A thread of its own kind: called with the state it gives a generator, and each
`next` of that is one step. What stands behind the last `yield` is a step too."""


class Cache(Protocol):
    """What a cache promises, to any number of threads at once.

    It is made with a function `load(key)`, which gives the value of a key. It may
    take long, and it may raise.
    """

    def get(self, key: str) -> Any:
        """The value of `key`. The first who asks calls `load(key)`; all others get what it gave.

        - However many ask for a key at once, `load` is called once. Who comes while it
          is at work waits for it.
        - While one key is loaded, other keys can be asked for, and are loaded.
        - None is a value like any other.
        - What `load` raises, `get` raises, and nothing is kept: who asks next, loads.
          Who waited meanwhile gets the same, or loads again: both are right.
        """

    def drop(self, key: str) -> None:
        """Forget `key`, so that who asks next loads it again. Not there: nothing happens.

        It waits for nobody. What a `load` gives that was at work meanwhile, those get
        who have asked before, and it is not kept.
        """


Load = Callable[[str], Any]
MakeCache = Callable[[Load], Cache]


def outcomes(programs: Sequence[Program], state: State) -> set[Outcome]:
    """Every outcome that `programs` can have, over all orders of their steps.

    Each order begins anew: with a deep copy of `state`, and with every program called
    on it. Then the programs take their steps in that order, each until its end. In the
    set is what the state is at the end of each order.

    - `state` itself stays as it is.
    - Programs may differ in length, and one that never yields takes one step.
    - Without any program there is one outcome: `state`.
    - What a step raises, `outcomes` raises.
    """
    raise NotImplementedError("12a: outcomes")


# 12b: tests of a cache, as many functions as you like. The name of each begins with
# `test_`; each is given `make_cache`, makes a cache with it, and asserts.
#
# They are run against caches that keep every promise above, and against six that each
# break one of them. There they have to be right every time:
#
# - On a cache that keeps its promises, every test passes, in whatever order the threads
#   run. Test the promises, not how they are kept. A sleep says nothing about the others:
#   here it may end at once.
# - On each of the six, some test fails, and does so in every order in which no thread is
#   interrupted: make what has to come together come together, with an Event or a Barrier.
#   A test that never ends counts as failed there. Wait with a time-out all the same: it
#   lasts until nobody else can move.
#
# End every thread that a test starts before it returns. The one below is yours to replace.


def test_cache(make_cache: MakeCache) -> None:
    raise NotImplementedError("12b: test_cache")
