"""The warm parent: imports the standard library once, then forks a keeper for each submission. Runs no learner code.

Started as `python -s -P -S -u -c ...` with an empty environment, before the trusted process imports pytest: the two starts overlap.
Its control socket carries one byte and one descriptor (the new keeper's control socket) for each submission; its end is our end.
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
import multiprocessing.popen_fork
import multiprocessing.queues
import multiprocessing.resource_tracker

import multiprocessing.synchronize  # noqa: F401 isort: skip

from . import containment, keeper


def main(control: socket.socket, scratch: str) -> None:
    """Fork a keeper for each descriptor that arrives; at the end of the stream end every process and remove `scratch`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the trusted process's to answer; our end is the end of the stream
    containment.enter_launcher()
    compile("pass", "warm", "exec")  # builds the AST types, which would cost every worker 3 ms
    gc.collect()
    gc.freeze()
    while descriptor := _receive(control):
        containment.sweep()  # the last keeper and whatever it left
        if os.fork() == 0:
            control.close()
            keeper.main(socket.socket(fileno=descriptor), scratch)
            os._exit(0)
        os.close(descriptor)
    containment.sweep()
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(0)


def _receive(control: socket.socket) -> int | None:
    try:
        _, descriptors, _, _ = socket.recv_fds(control, 1, 1)
    except ConnectionError:
        return None
    return descriptors[0] if descriptors else None
