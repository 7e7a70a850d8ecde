"""Exercise 11: time-outs, retries and workers that die.

Write the three functions below. Check your work with

    course grade 11

Use the standard library only. You may add helpers, classes and imports.
Child processes import this file again: importing it must start nothing
and print nothing. Leave multiprocessing's default start method alone:
your code must work under fork, spawn and forkserver.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

MAX_RUNS = 5
"""How often resilient_map may call fn for one item. Leave it as it is."""


@dataclass(frozen=True)
class Settled:
    """What became of one item of resilient_map. Ready to use.

    status  "done"    fn returned
            "failed"  fn raised an exception
            "died"    the process that ran fn ended without an answer
    value   what fn returned, when status is "done"; else None
    error   what fn raised, when status is "failed"; an exception of
            your choice when it is "died"; else None
    """

    status: str
    value: object = None
    error: BaseException | None = None


def run_with_deadline(
    fn: Callable[..., Any], args: tuple[Any, ...], seconds: float
) -> Any:
    """Run `fn(*args)` in a process of its own, for `seconds` at the most.

    `fn` is a function at the top level of a module. `args`, the result
    and the exceptions of `fn` can be pickled. `fn` starts no processes.

    - If `fn` returns in time, its result is returned, whatever it is:
      None, an exception object and ten megabytes are results, too. What
      is there is returned without waiting for the end of the `seconds`.
    - If `fn` raises in time, that exception is raised here: same type,
      same arguments. (`fn` raises subclasses of Exception only.)
    - If `fn` is not finished after `seconds`, TimeoutError is raised. By
      then its process has ended: it has been killed if need be, and it
      has been waited for, so that no zombie is left. `fn` may ignore
      SIGTERM; nobody can ignore SIGKILL.
    - If the process ends without an answer (`os._exit`, a signal), an
      exception is raised as soon as that is seen, not at the deadline.
      It is not a TimeoutError.
    - On the other ways out, too, the process has ended, or ends by itself
      and is waited for.

    `seconds` is more than 0. A fraction of a second counts from when the
    process has been started or from when `fn` begins, as you like.
    """
    raise NotImplementedError("11a: run_with_deadline")


def retry(
    fn: Callable[[], Any],
    *,
    attempts: int,
    retry_on: type[BaseException] | tuple[type[BaseException], ...],
    backoff: float,
    sleep: Callable[[float], object] = time.sleep,
) -> Any:
    """Call `fn()` until it returns, `attempts` times at the most.

    - What `fn` returns is returned at once, whatever it is: None and
      False are results.
    - An exception that is an instance of `retry_on` (a class, or a tuple
      of classes) is followed by a pause and another attempt.
    - Any other exception comes through at once, from the same attempt.
    - The pauses get longer: `backoff` seconds after the first attempt,
      then twice that, then four times that, and so on. A pause is a call
      `sleep(seconds)`, one call for a pause.
    - After the last attempt there is no pause. What it raised is raised:
      the very same exception object.
    - `attempts` below 1 raises ValueError. `fn` is not called then.
    """
    raise NotImplementedError("11b: retry")


def resilient_map(
    fn: Callable[[Any], Any], items: Iterable[Any], *, max_workers: int
) -> list[Settled]:
    """Run `fn(item)` for each item in worker processes that may die.

    Return one `Settled` for each item, in the order of `items`. No items:
    an empty list. `items` may be any iterable, read once.

    `fn` is a function at the top level of a module. Items, results and
    exceptions can be pickled. `fn` raises subclasses of Exception only.

    - `fn` never runs in your own process.
    - While no process dies, `max_workers` calls run at the same moment,
      given enough items, and never more.
    - Now and then an item kills the process that works on it, by
      `os._exit` or by a signal: a poison item. It kills it every time.
      Its status is "died". There may be several.
    - No other item is "died". One that was under way when a process died
      is run again if need be; fn does not mind. While you look for the
      guilty one, items may run one at a time.
    - `fn` is called MAX_RUNS times for an item at the most.
    - When resilient_map returns, its workers have ended.
    """
    raise NotImplementedError("11c: resilient_map")
