"""Exercise NN: call a function for every item, all at once.

Write the function below. Check your work with

    course grade NN

TODO: what the exercise is about, in a sentence.
You may add helpers, classes and imports from the standard library.
Importing this file must start nothing and print nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


def run_SLUG(fn: Callable[[Any], None], items: Iterable[Any]) -> None:
    """Call `fn(item)` once for every item, all calls at the same time.

    It returns when all calls have ended.
    TODO: all that a stranger needs in order to write a right file.
    """
    raise NotImplementedError("NNa: run_SLUG")
