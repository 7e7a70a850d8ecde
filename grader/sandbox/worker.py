"""One worker: a fork of the keeper that gets ready, is given a learner's file, and answers requests until it is killed.

    fd 0  /dev/null      fd 1, 2  a pipe: what the learner's code prints
    fd 3  the channel: requests in, replies out          fd 4  a pipe: where its threads are, on SIGUSR1

Replies are claims: no verdict is reached here and no expected value is known here. pytest never loads in this process.
"""

import base64
import dataclasses
import faulthandler
import importlib.util
import multiprocessing
import multiprocessing.context
import os
import signal
import site
import socket
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

from grader.schedule.service import Service

from . import containment, limits, outline, prestart, wire
from .levels import Level

CHANNEL, STACKS = 3, 4


@dataclasses.dataclass(frozen=True)
class Start:
    """How one worker gets ready."""

    scratch: str
    level: Level
    disk: int
    """Bytes of each of its folders, where it has its own."""
    coverage: str | None = None
    """The folder that holds the coverage package, when lines are to be recorded."""


@dataclasses.dataclass(frozen=True)
class Task:
    """What one worker is for."""

    module: str
    files: dict[str, str]
    """In base64: the learner's file, the probes and what they import, by their names in the scratch folder."""
    limits: dict[str, int]
    method: str | None = None
    """The start method that multiprocessing is to use by default; None: Python's own default."""


def main(start: Start, channel: int, output: int, stacks: int) -> None:
    """Become the worker: descriptors, folder, environment, a fresh `__main__`, jail. Then be given the files and the limits; say so; serve."""
    _descriptors(channel, output, stacks)
    line = socket.socket(fileno=CHANNEL)
    try:
        start = _prepare(start)
        worker = _begin(start, Task(**wire.read_frame(line)), line)
    except wire.WireError:
        return  # nobody wants us
    except OSError as error:
        line.sendall(wire.pack({"failed": str(error)}))
        return
    line.sendall(wire.pack({"ready": os.getpid(), "keeper": os.getppid()}))
    worker.serve()


def _prepare(start: Start) -> Start:
    readable = [str(Path(start.coverage, "coverage"))] if start.coverage else []
    scratch = containment.prepare_worker(start.level, start.disk, start.scratch, readable)
    # Named semaphores outlive a tree that is killed; under this prefix the keeper finds and removes them.
    multiprocessing.current_process()._config["semprefix"] = "/" + containment.semaphore_prefix(start.scratch)  # type: ignore[attr-defined]
    start = dataclasses.replace(start, scratch=scratch, coverage=start.coverage and _coverage_alone(start.coverage, scratch))
    os.chdir(scratch)
    os.environ.clear()
    # Loopback must be reached directly: with http_proxy set, or macOS's system proxy, urllib sends even 127.0.0.1 to the proxy.
    os.environ.update(PATH="/usr/bin:/bin", HOME=scratch, TMPDIR=scratch, LANG="C.UTF-8", PYTHONHASHSEED="0", no_proxy="*", NO_PROXY="*")
    sys.path.insert(0, scratch)
    sys.dont_write_bytecode = True
    sys.modules["__main__"] = types.ModuleType("__main__")  # else spawn's children would run ours again
    site.setquit()  # `exit()` exists in a script that a learner runs, so it must here; -S leaves it out
    multiprocessing.current_process().authkey = os.urandom(32)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGALRM, signal.SIG_IGN)  # whoever listens for an alarm is then known from outside (suite/clocks.py)
    faulthandler.register(signal.SIGUSR1, file=STACKS, all_threads=True)
    containment.confine_worker(start.level, scratch, readable)
    return start


def _begin(start: Start, task: Task, line: socket.socket) -> "Worker":
    for name, body in task.files.items():
        Path(name).write_bytes(base64.b64decode(body))
    sys.argv[:] = [f"{task.module}.py"]
    limits.apply(limits.Limits(**task.limits), own_ids=start.level is Level.FULL)
    if task.method:
        set_default_method(task.method)
    prestart.prepare(task.method)
    return Worker(start, task.module, line)


def _coverage_alone(folder: str, scratch: str) -> str:
    """A folder that shows the coverage package and none of the packages beside it: the course may be one of them."""
    alone = Path(scratch, ".coverage-package")
    alone.mkdir()
    (alone / "coverage").symlink_to(Path(folder, "coverage"))
    return str(alone)


def set_default_method(method: str) -> None:
    """Make `method` what multiprocessing uses when nobody chooses.

    Not `set_start_method`: after it, a right script that calls that itself would die with "context has already been set".
    """
    context = multiprocessing.context
    context._default_context._default_context = context._concrete_contexts[method]  # type: ignore[attr-defined]


def _descriptors(channel: int, output: int, stacks: int) -> None:
    """Lay out the descriptors as the module's docstring says, and close all others but those that the jail is still to be built with."""
    high = [os.dup2(descriptor, 200 + place, inheritable=False) for place, descriptor in enumerate((output, output, channel, stacks))]
    for place, descriptor in zip((1, 2, CHANNEL, STACKS), high, strict=True):
        os.dup2(descriptor, place, inheritable=place <= 2)
    first = STACKS + 1
    for kept in (*sorted(containment.held_descriptors()), 256):
        os.closerange(first, kept)
        first = kept + 1


class Missing(Exception):
    """An argument names a task that the learner's file does not have."""


class Worker:
    """The learner's module, the probes, and the channel to the trusted side."""

    def __init__(self, start: Start, module: str, channel: socket.socket) -> None:
        self.start = start
        self.module = module
        self.channel = channel
        self.pid = os.getpid()
        self.path = str(Path(start.scratch, f"{module}.py"))
        self.recording: Any = None
        self.schedules = Service(module, start.scratch)

    def serve(self) -> None:
        """Answer requests for ever. A child that the learner forked and that comes back here ends at once."""
        while True:
            request = wire.read_frame(self.channel)
            nonce = request.pop("nonce", "")
            try:
                reply, descriptors = self.answer(**request)
            except Missing as missing:
                reply, descriptors = {"missing": str(missing)}, list[int]()
            except BaseException as error:
                reply, descriptors = self.raised(error), []
            if os.getpid() != self.pid:
                os._exit(0)
            self.reply(reply, nonce, descriptors)

    def reply(self, reply: dict[str, Any], nonce: str, descriptors: list[int]) -> None:
        """Send it with what says which question it is for."""
        try:
            frame = wire.pack({**reply, "nonce": nonce})
        except wire.Unsendable as error:
            frame = wire.pack({"unsendable": str(error), "nonce": nonce})
        if descriptors:
            sent = socket.send_fds(self.channel, [frame], descriptors)
            frame = frame[sent:]
        self.channel.sendall(frame)

    def raised(self, error: BaseException) -> dict[str, Any]:
        """The reply for an exception: what it is, and its frames in the learner's file."""
        try:
            described = wire.encode(error)["error"]
        except (wire.Unsendable, RecursionError, MemoryError):
            described = {"type": type(error).__name__, "bases": [], "args": [], "text": "", "errors": []}
        frames, trace = [], error.__traceback__
        while trace:
            if trace.tb_frame.f_code.co_filename == self.path:
                frames.append([trace.tb_lineno, trace.tb_frame.f_code.co_name])
            trace = trace.tb_next
        if isinstance(error, SyntaxError) and error.filename == self.path and error.lineno:
            frames.append([error.lineno, "<module>"])
            described["args"] = [str(error.msg)[:200], error.offset if type(error.offset) is int else 0]
        return {"raised": described | {"frames": frames[:3] + frames[3:][-20:]}}

    # -- requests ----------------------------------------------------------------------------------------------------------------------

    def answer(self, op: str, **request: Any) -> tuple[dict[str, Any], list[int]]:
        """The reply to one request, and the descriptors that go with it."""
        if op == "listen":
            return self.listen(request["kind"])
        requests = ("load", "call", "outline", "record", "script", "prepare", "explore", "replay", "play")
        return getattr(self, requests[requests.index(op)])(**request), []

    def listen(self, kind: str) -> tuple[dict[str, Any], list[int]]:
        """A listening socket, made on this side of the border and handed out: so it is inside whatever jail the worker is in."""
        if kind == "unix":
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(str(Path(self.start.scratch, "rendezvous")))
        else:
            listener = socket.socket()
            listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        address = listener.getsockname()
        return {"ok": None if kind == "unix" else address[1]}, [listener.detach()]

    def load(self) -> dict[str, Any]:
        """Import the learner's file: a real file behind a real module in `sys.modules`, so that pools can import it again."""
        if self.start.coverage:
            self.begin_recording(self.start.coverage)
        spec = importlib.util.spec_from_file_location(self.module, self.path)
        assert spec
        assert spec.loader
        module = sys.modules[self.module] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return {"ok": None}

    def call(self, module: str, name: str, args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Call a task of the learner's, or one of our probes (module `probes`)."""
        function = self.resolve(module, name)
        if function is None:
            raise Missing(name)
        if not callable(function):
            return {"uncallable": type(function).__name__}
        values = [wire.decode(arg, self.find) for arg in args]
        named = {key: wire.decode(value, self.find) for key, value in kwargs.items()}
        result = function(*values, **named)
        return self._sendable(result)

    @staticmethod
    def _sendable(result: Any) -> dict[str, Any]:
        try:
            return {"ok": wire.encode(result)}
        except wire.Unsendable as error:
            return {"unsendable": str(error)}

    def prepare(self, probes: str) -> dict[str, Any]:
        """Take the probes as the scheduler needs them; see `grader.schedule.service`."""
        self.schedules.prepare(probes)
        return {"ok": None}

    def explore(self, **request: Any) -> dict[str, Any]:
        """Run a scenario of the probes' in many orders: see `grader.schedule.service`."""
        return self._scheduled(self.schedules.explore, request)

    def replay(self, **request: Any) -> dict[str, Any]:
        """Run a scenario in the order of one schedule."""
        return self._scheduled(self.schedules.replay, request)

    def play(self, **request: Any) -> dict[str, Any]:
        """Run a scenario step by chosen step."""
        return self._scheduled(self.schedules.play, request)

    def _scheduled(self, run: Callable[..., dict[str, Any]], request: dict[str, Any]) -> dict[str, Any]:
        args = [wire.decode(arg, self.find) for arg in request.pop("args")]
        return self._sendable(run(args=args, **request))

    def resolve(self, module: str, name: str) -> Any:
        if module == "learner":
            return getattr(sys.modules[self.module], name, None)
        return getattr(importlib.import_module(module), name)

    def find(self, module: str, name: str) -> Any:
        """For `wire.decode`: what a `Name` stands for."""
        found = self.resolve(module, name)
        if found is None:
            raise Missing(name)
        return found

    def outline(self) -> dict[str, Any]:
        """Every call in the learner's source with its function and line: for messages, never for verdicts."""
        return {"ok": outline.calls(Path(self.path).read_bytes())}

    def script(self, method: str) -> dict[str, Any]:
        """Replace this process by `python FILE`, as a learner would run it; its end is the answer."""
        os.closerange(CHANNEL, STACKS)
        os.set_inheritable(STACKS, True)
        flags = ["-s", "-P", "-X", "utf8"]
        program = SCRIPT
        if self.start.coverage:
            program = RECORDING + SCRIPT
            os.environ["COURSE_COVERAGE"] = self.start.coverage
            self.coverage_config()
        os.execv(sys.executable, [sys.executable, *flags, "-c", program, method, self.path])

    # -- coverage ----------------------------------------------------------------------------------------------------------------------

    def begin_recording(self, folder: str) -> None:
        """Record the lines that run, in this process, its threads and its children (multiprocessing's too)."""
        sys.path.append(folder)
        import coverage  # not of the standard library: only here, only when asked for

        self.recording = coverage.Coverage(config_file=self.coverage_config())
        self.recording.start()

    def coverage_config(self) -> str:
        """Write what coverage reads, for this process and for those that multiprocessing starts."""
        data, config = Path(self.start.scratch, ".lines"), Path(self.start.scratch, ".coveragerc")
        config.write_text(f"[run]\nconcurrency = thread,multiprocessing\nparallel = true\ndata_file = {data}\ninclude = {self.path}\n")
        os.environ["COVERAGE_RCFILE"] = str(config)
        return str(config)

    def record(self) -> dict[str, Any]:
        """Stop recording; the lines of the learner's file that ran, and those that could."""
        if self.recording is None:
            return {"ok": [[], []]}
        self.recording.stop()
        self.recording.save()
        self.recording.combine()
        _, statements, _, missing, _ = self.recording.analysis2(self.path)
        return {"ok": [sorted(set(statements) - set(missing)), statements]}


RECORDING = """
def begin():
    import atexit, os, sys
    sys.path.append(os.environ["COURSE_COVERAGE"])
    import coverage
    recording = coverage.Coverage(config_file=os.environ["COVERAGE_RCFILE"])
    recording.start()
    def tell(path=sys.argv[2]):
        recording.stop(), recording.save(), recording.combine()
        _, statements, _, missing, _ = recording.analysis2(path)
        os.write(4, f"reached {sorted(set(statements) - set(missing))} of {statements}\\n".encode())
    atexit.register(tell)
begin()
"""
"""Put before SCRIPT under --coverage: what ran is written where the stacks go, for a script has no channel."""

SCRIPT = """
import faulthandler, multiprocessing.context as context, signal, sys, types
faulthandler.register(signal.SIGUSR1, file=4, all_threads=True)
method, path = sys.argv[1:]
context._default_context._default_context = context._concrete_contexts[method]
main = sys.modules["__main__"] = types.ModuleType("__main__")
main.__file__, main.__builtins__, sys.argv[:] = path, __builtins__, [path]
sys.path.insert(0, path.rpartition("/")[0])
del context, faulthandler, method, signal, types
exec(compile(open(path, "rb").read(), path, "exec"), main.__dict__)
"""
