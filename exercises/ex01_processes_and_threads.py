"""Exercise 01: call a function in a thread, then in a process.

Write the two functions below. Check your work with

    course grade 01

Both take a function, have it run elsewhere, wait, and hand back what it
came to. You may add helpers, classes and imports from the standard
library. Importing this file must start nothing and print nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def run_in_thread(fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Call `fn(*args, **kwargs)` in a new thread and hand back its result.

    `fn` is called once, in a new thread of this same process, never in
    the thread that called run_in_thread. Every argument goes to `fn` as
    it was given: all positional ones, and all keywords, even one that is
    named `fn`, `self`, `name` or `target`.

    Return what `fn` returned. Any value is a result: None, 0, an empty
    list, or an exception object that `fn` returned without raising it.

    If `fn` raises an exception (any subclass of Exception), raise it from
    run_in_thread: the same type with the same arguments.

    When run_in_thread returns or raises, the new thread has ended. It
    waits for as long as that takes.
    """
    raise NotImplementedError("01a: run_in_thread")


def run_in_process(fn: Callable[..., Any], /, *args: Any) -> Any:
    """Call `fn(*args)` in another process and hand back its result.

    `fn` is called once, in a process that run_in_process starts, never in
    this one. `fn`, the arguments, the result and the exception can all be
    pickled; `fn` is a function at the top level of a module.

    Return a copy of what `fn` returned. Any value is a result: None, 0,
    an empty list, or an exception object that `fn` returned without
    raising it. A result may be large: 1 MiB of bytes comes back too.

    If `fn` raises an exception (any subclass of Exception), raise it from
    run_in_process: the same type with the same arguments.

    It works whichever start method is the default: "fork", "spawn" or
    "forkserver". It waits for as long as the call takes. `fn` always
    returns or raises: you need no plan for a process that is killed.
    """
    raise NotImplementedError("01b: run_in_process")
