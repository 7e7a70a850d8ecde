"""The warm parent: imports the standard library once, then forks a keeper for each submission. Runs no learner code.

Started as `python -s -P -S -u -c ...` with an empty environment, before the trusted process imports pytest: the two starts overlap.
Its control socket carries, for each submission, one byte (a slot) and one descriptor (the new keeper's control socket); its end is our end.
A slot's new keeper replaces its last one.
"""

# Warm: what learners' files and pools import is inherited by every worker.
import concurrent.futures.process
import gc
import os
import shutil
import signal
import socket

import concurrent.futures.thread  # noqa: F401 isort: skip
import http.client  # noqa: F401 isort: skip
import multiprocessing.connection
import multiprocessing.forkserver
import multiprocessing.popen_fork
import multiprocessing.queues
import multiprocessing.resource_tracker

import multiprocessing.synchronize  # noqa: F401 isort: skip

import grader.schedule.scenario  # noqa: F401 probes import it where no file can be read

from . import containment, keeper, selftest, wire
from .levels import Level


def main(control: socket.socket, scratch: str, highest: str, shown: tuple[str, ...]) -> None:
    """Find the level to be had, `highest` at most, and say so; then fork a keeper for each descriptor that arrives.

    `shown`: folders that workers may be given to read. At the end of the stream end every process and remove `scratch`.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the trusted process's to answer; our end is the end of the stream
    try:
        _serve(control, scratch, Level(highest), shown)
    except ConnectionError:
        pass  # the trusted side is gone
    finally:
        containment.sweep()
        shutil.rmtree(scratch, ignore_errors=True)
        os._exit(0)


def _serve(control: socket.socket, scratch: str, highest: Level, shown: tuple[str, ...]) -> None:
    try:
        containment.enter_launcher(scratch, shown)
        trials = selftest.offered(scratch, highest)
    except OSError as error:
        control.sendall(wire.pack({"failed": str(error)}))
        return
    control.sendall(wire.pack({"trials": [[trial.level.value, trial.held, trial.why] for trial in trials]}))
    level = trials[-1].level
    compile("pass", "warm", "exec")  # builds the AST types, which would cost every worker 3 ms
    gc.collect()
    gc.freeze()
    keepers: dict[int, int] = {}
    while request := _receive(control):
        slot, descriptor = request
        keepers.pop(slot, None)
        place = f"{scratch}/{slot}"
        containment.sweep(spare=frozenset(keepers.values()))  # the slot's last keeper, and whatever it left
        containment.clear(place)

        def keep(place: str = place, ours: int = descriptor) -> None:
            control.close()
            keeper.main(socket.socket(fileno=ours), place, level)

        keepers[slot] = containment.fork_keeper(level, keep, shown)
        os.close(descriptor)


def _receive(control: socket.socket) -> tuple[int, int] | None:
    try:
        slot, descriptors, _, _ = socket.recv_fds(control, 1, 1)
    except ConnectionError:
        return None
    return (slot[0], descriptors[0]) if descriptors else None
