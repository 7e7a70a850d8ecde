"""What multiprocessing starts, started as forks of a template instead of as fresh interpreters, which cost ten times as much.

Under spawn every process is a fresh interpreter that imports what it needs: 90 ms. Under spawn and forkserver every first pool starts a
resource tracker, and under forkserver a fork server: 25 to 40 ms of CPU each. Here the **template**, forked before the learner's file
is loaded, forks one that has imported the standard library already and knows nothing else:

    worker   -- descriptors, folder, environment -->   template
                                                          | fork
                                                       between       ends at once, so that its child becomes the worker's,
                                                          | fork     who adopts orphans for as long as that takes
                                                       the child     runs what the fresh interpreter would have been told to run
    worker   <-- its process id --------------------   template

Whatever else a fresh interpreter would inherit, and the template has not (a limit, an ignored signal, the cores it may use ...), and a
process of the learner's that spawns for itself, get the fresh interpreter.
"""

import atexit
import faulthandler
import fcntl
import io
import json
import os
import resource
import signal
import socket
import sys
import threading
import types
from multiprocessing import util
from typing import Any, NoReturn

if sys.platform == "linux":
    from . import linux

_MOST_DESCRIPTORS, _HIGHEST_DESCRIPTOR, _MOST_BYTES = 64, 100, 1 << 16
"""Of one request; a larger one gets the fresh interpreter."""

_fresh = util.spawnv_passfds


def prepare(method: str | None) -> None:
    """Have what multiprocessing starts under `method` be forks of a template. In a process with one thread, before any learner's code."""
    if method in ("spawn", "forkserver") and sys.platform == "linux":
        util.spawnv_passfds = Template().spawn  # type: ignore[assignment]


class Template:
    """The worker's side: asks the template for each process that the learner's program spawns."""

    def __init__(self) -> None:
        self._home = os.getpid()
        self._state = _inherited()
        self._lock = threading.Lock()
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        if os.fork() == 0:
            try:
                _serve(theirs)
            finally:
                os._exit(0)
        theirs.close()

    def spawn(self, path: bytes, args: list[str | bytes], passfds: list[int]) -> int:
        """As multiprocessing.util.spawnv_passfds, which popen_spawn_posix calls; for what it cannot do, that itself."""
        numbers = [0, 1, 2, *sorted({int(number) for number in passfds} - {0, 1, 2})]
        small = len(numbers) < _MOST_DESCRIPTORS and numbers[-1] <= _HIGHEST_DESCRIPTOR
        known = os.getpid() == self._home and path == os.fsencode(sys.executable) and _inherited() == self._state
        pid = self._ask(args, numbers) if small and known else None
        return _fresh(path, args, passfds) if pid is None else pid

    def _ask(self, args: list[str | bytes], numbers: list[int]) -> int | None:
        """The new child's process id; None where the template cannot be had."""
        with self._lock:
            folder = os.open(".", os.O_PATH)
            try:
                linux.adopt_orphans(on=True)
                mask = [*map(int, signal.pthread_sigmask(signal.SIG_BLOCK, ()))]
                wanted = {"args": [*map(os.fsdecode, args)], "numbers": numbers, "environment": dict(os.environ), "mask": mask}
                request = json.dumps(wanted).encode("ascii")
                if len(request) > _MOST_BYTES:
                    return None
                socket.send_fds(self._line, [request], [folder, *numbers])
                pid = int(self._line.recv(16))
                os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)  # raises for one that is not our child
            except (OSError, ValueError):  # ValueError: the stream's end
                self._line.close()  # and so for all that follow
                return None
            except BaseException:  # a signal handler's: the answer that is still to come must not be taken for the next one's
                self._line.close()
                raise
            finally:
                linux.adopt_orphans(on=False)
                os.close(folder)
        return pid


def _serve(line: socket.socket) -> NoReturn:
    """The template's life: one request, one child, until the worker is gone."""
    _keep({0: 0, 1: 1, 2: 2, 3: line.detach()})
    faulthandler.unregister(signal.SIGUSR1)
    line = socket.socket(fileno=3)
    while True:
        request, descriptors, _, _ = socket.recv_fds(line, _MOST_BYTES, _MOST_DESCRIPTORS)
        if not request:
            os._exit(0)
        reading, writing = os.pipe()
        between = os.fork()
        if between == 0:
            child = os.fork()
            if child == 0:
                _run(descriptors[0], descriptors[1:], **json.loads(request))
            os.write(writing, b"%d" % child)
            os._exit(0)
        os.close(writing)
        for descriptor in descriptors:
            os.close(descriptor)
        os.waitpid(between, 0)
        line.sendall(os.read(reading, 16))
        os.close(reading)


def _run(
    folder: int, descriptors: list[int], args: list[str], numbers: list[int], environment: dict[str, str], mask: list[int]
) -> NoReturn:
    """The child's life: as `python ... -c PROGRAM` from its start to its end."""
    code = 1
    try:
        os.fchdir(folder)
        _keep(dict(zip(numbers, descriptors, strict=True)))
        os.environ.clear()
        os.environ.update(environment)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        place = args.index("-c") + 1
        sys.argv[:] = ["-c", *args[place + 1 :]]
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(write_through=False)  # the worker's is unbuffered, as its children's would not be
        main = sys.modules["__main__"] = types.ModuleType("__main__")
        exec(compile(args[place], "<string>", "exec"), main.__dict__)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException as error:
        sys.excepthook(type(error), error, _from_the_program(error.__traceback__))
    finally:
        try:
            atexit._run_exitfuncs()
            util._flush_std_streams()  # type: ignore[attr-defined]
        finally:
            os._exit(code)


def _from_the_program(trace: types.TracebackType | None) -> types.TracebackType | None:
    while trace and trace.tb_frame.f_code.co_filename != "<string>":
        trace = trace.tb_next
    return trace


def _inherited() -> tuple[Any, ...]:
    """What a process hands on to the program that it executes, besides descriptors, folder, environment and signal mask."""
    ignored = [number for number in signal.valid_signals() if signal.getsignal(number) is signal.SIG_IGN]
    limits = [resource.getrlimit(kind) for kind in _LIMITS]
    with open("/proc/self/status") as status:
        umask = next((line for line in status if line.startswith("Umask")), "")
    place = os.getsid(0), os.getpgrp(), os.getpriority(os.PRIO_PROCESS, 0), os.sched_getaffinity(0)
    return sorted(ignored), limits, umask, place


_LIMITS = sorted({getattr(resource, name) for name in dir(resource) if name.startswith("RLIMIT_")})


def _keep(wanted: dict[int, int]) -> None:
    """Have the descriptors `wanted` (number -> the one that becomes it) and no others."""
    above = max(*wanted, *wanted.values()) + 1
    held = {number: fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, above) for number, descriptor in wanted.items()}
    first = 0
    for number in sorted(held):
        if first < number:  # without this, CPython 3.11 would close them all for closerange(0, 0)
            os.closerange(first, number)
        os.dup2(held[number], number, inheritable=number <= 2)
        first = number + 1
    os.closerange(first, max(*held.values(), 256) + 1)
