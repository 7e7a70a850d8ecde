"""What a scenario is written with, in a suite's probes."""

import threading
from collections.abc import Callable
from typing import Any

from . import points


def together(*functions: Callable[[], Any]) -> None:
    """Run each in a thread of its own, T1, T2 ..., and wait for all of them."""
    threads = [threading.Thread(target=function, name=f"T{number}") for number, function in enumerate(functions, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def steps() -> int:
    """How many points this execution has passed so far: who waits passes none, who looks again and again passes many."""
    run, _ = points.who()
    return run.points if run else 0
