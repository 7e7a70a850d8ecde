"""Solution NN: call a function for every item, all at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any


def run_SLUG(fn: Callable[[Any], None], items: Iterable[Any]) -> None:
    """Call `fn(item)` once for every item, all calls at the same time."""
    # TODO: say why it is written so, where a reader would ask.
    threads = [threading.Thread(target=fn, args=(item,)) for item in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
