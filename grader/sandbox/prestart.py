"""multiprocessing's helper processes, started ahead as forks of the warm worker instead of as fresh interpreters.

Under spawn and forkserver every first pool starts a resource tracker, and under forkserver a fork server: 25 to 40 ms of CPU each, which a
worker for each check would pay each time. Forked before the learner's file is loaded they hold nothing of it, as fresh ones would not.
"""

import faulthandler
import os
import signal
from multiprocessing import forkserver, resource_tracker, util
from typing import Any


def helpers(method: str | None) -> None:
    """Start what multiprocessing needs under `method`. In a process with one thread, before any learner's code."""
    if method not in ("spawn", "forkserver"):
        return
    fresh = util.spawnv_passfds
    util.spawnv_passfds = _fork  # type: ignore[assignment]  # for these two calls; both helpers are started through it
    try:
        resource_tracker.ensure_running()
        if method == "forkserver":
            forkserver.ensure_running()
    finally:
        util.spawnv_passfds = fresh


def _fork(path: bytes, args: list[str], passfds: list[int]) -> int:
    """As multiprocessing.util.spawnv_passfds: the process id of a child that runs `python ... -c PROGRAM` with these descriptors."""
    pid = os.fork()
    if pid:
        return pid
    try:
        faulthandler.unregister(signal.SIGUSR1)
        last = 2
        for descriptor in (*sorted(set(passfds) - {0, 1, 2}), 256):
            os.closerange(last + 1, descriptor)
            last = descriptor
        # What a fresh interpreter would not know: that helpers run, and the locks that are held while they start.
        for helper in (resource_tracker._resource_tracker, forkserver._forkserver):
            _begin_again(helper)
        exec(args[args.index("-c") + 1], {"__name__": "__main__"})  # the program is multiprocessing's own
    finally:
        os._exit(0)


def _begin_again(helper: Any) -> None:
    helper.__init__()
