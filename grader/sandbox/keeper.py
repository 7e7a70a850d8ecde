"""The keeper of one submission: forks a worker for each check, says how it ended, and leaves no process of it alive.

    trusted -> keeper   {"start": {...}} and 3 descriptors     fork a worker          answered by the worker itself, on its channel
                        {"end": true}                          kill the whole tree    answered by {"swept": true}
    keeper -> trusted   {"ended": code}                        whenever the worker ends by itself (negative: killed by that signal)

Runs no learner code. The end of its control socket is its end.
"""

import os
import selectors
import signal
import socket
from pathlib import Path
from typing import Any

from . import containment, wire, worker
from .levels import Level


def main(control: socket.socket, scratch: str, level: Level) -> None:
    """Serve one submission until `control` ends. `scratch` is the folder of its workers, made anew for each."""
    containment.prepare_keeper(level)
    Keeper(control, Path(scratch), level).serve()


class Keeper:
    """State: the worker of the check that runs now, if one does."""

    def __init__(self, control: socket.socket, scratch: Path, level: Level) -> None:
        self.control = control
        self.scratch = scratch
        self.level = level
        self.worker: int | None = None
        self.frames = wire.Frames()
        self.descriptors: list[int] = []
        self.wake, self.wake_end = os.pipe()  # a dead child writes one byte here: signal.set_wakeup_fd
        os.set_blocking(self.wake, False)
        os.set_blocking(self.wake_end, False)

    def serve(self) -> None:
        """Answer messages and report deaths until the trusted side is gone."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.wake_end, warn_on_full_buffer=False)
        selector = selectors.DefaultSelector()
        selector.register(self.control, selectors.EVENT_READ)
        selector.register(self.wake, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj == self.wake:
                    self.reap()
                elif not self.receive():
                    self.clear()
                    return

    def receive(self) -> bool:
        """Answer what has arrived; False at the end of the stream."""
        try:
            data, descriptors, _, _ = socket.recv_fds(self.control, 1 << 16, 8)
        except ConnectionError:
            return False
        self.descriptors += descriptors
        for message in self.frames.feed(data):
            match message:
                case {"start": start}:
                    self.start(start)
                case {"end": _}:
                    self.end()
        return bool(data)

    def start(self, start: dict[str, Any]) -> None:
        """Fork a worker into a fresh scratch folder."""
        channel, output, stacks = (self.descriptors.pop(0) for _ in range(3))
        if self.level is not Level.FULL:  # there, the worker has a /tmp of its own
            self.scratch.mkdir(mode=0o700)
        self.worker = os.fork()
        if self.worker == 0:
            try:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                worker.main(worker.Start(**start, scratch=str(self.scratch), level=self.level), channel, output, stacks)
            finally:
                os._exit(0)  # never fall back into the keeper's loop
        for descriptor in (channel, output, stacks):
            os.close(descriptor)

    def end(self) -> None:
        """Answer when nothing of the check is left."""
        self.clear()
        self.say({"swept": True})

    def clear(self) -> None:
        """Kill whatever the check left, wait until it is gone, and remove its files."""
        containment.sweep(worker=self.worker)
        self.worker = None
        containment.clear(str(self.scratch))

    def reap(self) -> None:
        """Collect the dead. The worker's end is news; an adopted orphan's is not."""
        while True:
            try:
                if not os.read(self.wake, 4096):
                    break
            except BlockingIOError:
                break
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid == self.worker:
                self.worker = None
                self.say({"ended": os.waitstatus_to_exitcode(status)})

    def say(self, message: dict[str, Any]) -> None:
        """Send to the trusted side; if it is gone, the next read will say so."""
        try:
            self.control.sendall(wire.pack(message))
        except ConnectionError:
            pass
