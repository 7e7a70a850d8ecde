"""Exercise 06: start methods and the pickle border.

Write the two functions and the class below. Check your work with

    course grade 06

Use the standard library only. You may add helpers, classes and imports.
The checks import this file under its own name, and workers import it
again: importing it must start nothing, print nothing and leave
multiprocessing's start method alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from multiprocessing.context import BaseContext
from typing import Any

WORKERS = 2
"""How many worker processes map_with_config uses. Leave it as it is."""


def pickle_problem(obj: object) -> str | None:
    """Say what keeps `obj` from crossing to another process, or None.

    Make the whole round trip: pickle `obj`, then unpickle the bytes.
    If both work, return None. Nothing else counts: the copy need not
    be equal to `obj`.

    If either step raises an exception (any subclass of Exception),
    return one sentence, a str. It contains the name of that exception's
    class and, where it has one, its message: "TypeError: cannot pickle
    'generator' object" will do.

    What is no subclass of Exception, such as KeyboardInterrupt, is not
    about `obj`: let it through.

    `obj` stays as it was: no attribute and no item of it is changed.

    >>> pickle_problem([1, "two", None]) is None
    True
    >>> pickle_problem(n for n in range(3))
    "TypeError: cannot pickle 'generator' object"
    """
    raise NotImplementedError("06a: pickle_problem")


class JobFailed(Exception):
    """A job did not work out. Raised in a worker, caught in the parent.

    `JobFailed(job_id, reason)` takes its two arguments by position or by
    name. `job_id` is an int or a str, `reason` is a str. They become the
    attributes `job_id` and `reason`, and `str(error)` puts them together:

    >>> error = JobFailed(7, "no flour")
    >>> error.job_id, error.reason, str(error)
    (7, 'no flour', 'job 7: no flour')

    It survives the way out of a process pool, however it was made: the
    parent catches a JobFailed with the same two attributes and the same
    text.

    A subclass that adds nothing of its own survives too, as that
    subclass.
    """

    def __init__(self, job_id: int | str, reason: str) -> None:
        raise NotImplementedError("06b: JobFailed")


def map_with_config(
    fn: Callable[[Any, Any], Any],
    items: Iterable[Any],
    config: Any,
    *,
    mp_context: BaseContext,
) -> list[Any]:
    """Return `[fn(item, config) for item in items]`, from other processes.

    The list has one result for each item, in the order of `items`,
    whichever call ends first. No items give `[]`.

    fn          a function at the top level of a module. It is called as
                `fn(item, config)`, with two positional arguments; its
                parameters may have any names.
    items       any iterable, perhaps a generator: it can be read once,
                and has no `len`
    config      what every call needs: large, and slow to pickle. Two
                calls of map_with_config may have different ones.
    mp_context  what `multiprocessing.get_context` returns for "fork",
                "spawn" or "forkserver"

    Items, results and the exceptions of `fn` can all be pickled.

    - Every call of `fn` runs in a worker process, and every worker is
      started by way of `mp_context`, whichever method that is.
    - There are WORKERS workers. Given at least `16 * WORKERS` items,
      WORKERS calls run at the same moment, each in a process of its own,
      and never more. (Handing out items in chunks is fine, up to 16 at a
      time, or the whole list in WORKERS equal parts.)
    - `config` crosses the border once for each worker, not once for each
      item: it is pickled at most `WORKERS + 1` times in all, and
      unpickled no more often, however many items there are.
    - The default start method of the program, what
      `multiprocessing.get_start_method()` says, is the same afterwards.
    - When it returns or raises, its workers have ended.
    - When `fn` raises for an item, map_with_config raises that exception:
      the same type with the same arguments. Other results may be lost.
    - When `config` cannot be handed to the workers (pickling or
      unpickling it raises), map_with_config raises an exception; which
      one does not matter. It does not wait for ever, and it does not
      call `fn` without the config, or in your own process. (Under fork a
      config may arrive without being pickled. Then all is well.)
    """
    raise NotImplementedError("06c: map_with_config")
