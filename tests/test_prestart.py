"""A process that the template forks under spawn is told from a fresh interpreter by nothing that a program could rely on."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the template needs Linux")

DRIVER = """
import atexit, json, multiprocessing, os, signal, sys

counter = 0

def facts(pipe, say_more):
    ignored = sorted(n for n in signal.valid_signals() if signal.getsignal(n) is signal.SIG_IGN)
    caught = sorted(n for n in signal.valid_signals() if callable(signal.getsignal(n)))
    print("printed", flush=True)
    pipe.send({
        "is a child of who spawned it": os.getppid() == multiprocessing.parent_process().pid,
        "counter": counter, "argv": sys.argv, "name": multiprocessing.current_process().name, "main": sys.modules["__main__"].__name__,
        "environment": sorted(os.environ.items()), "folder": os.getcwd(), "ignored": ignored, "caught": caught,
        "mask": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())), "cores": sorted(os.sched_getaffinity(0)),
        "descriptors": sorted(n for n in map(int, os.listdir("/proc/self/fd")) if n > 2 and os.path.exists(f"/proc/self/fd/{n}")),
        "write_through": sys.stdout.write_through, "line_buffering": sys.stdout.line_buffering,
        "fresh": b"--multiprocessing-fork" in open("/proc/self/cmdline", "rb").read(),
        "start method": multiprocessing.get_start_method(),
    })

def returns(*_): atexit.register(print, "at exit")
def exits(*_): sys.exit(3)
def exits_at_once(*_): os._exit(4)
def raises(*_): raise KeyError("seven")
def is_killed(*_): os.kill(os.getpid(), signal.SIGTERM)
def reads_input(*_): print("read", repr(sys.stdin.read()))
def spawns(pipe, _):
    ours, theirs = multiprocessing.Pipe()
    grandchild = multiprocessing.Process(target=facts, args=(theirs, False))
    grandchild.start()
    pipe.send(ours.recv())
    grandchild.join()

class BrokenOffOnce:
    # The line to the template, as if a signal's handler had raised while its first answer was awaited.
    def __init__(self, line): self.line, self.first = line, True
    def __getattr__(self, name): return getattr(self.line, name)
    def recv(self, size):
        if self.first:
            self.first = False
            raise KeyboardInterrupt
        return self.line.recv(size)

def run(target, pipes=False):
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.Process(target=target, args=(theirs, False))
    child.start()
    told = ours.recv() if pipes else None
    child.join()
    return [target.__name__, child.exitcode, told]

if __name__ == "__main__":
    import faulthandler
    from grader.sandbox import prestart
    faulthandler.register(signal.SIGUSR1, file=2)
    multiprocessing.set_start_method("spawn")
    how = sys.argv[1:]
    if "template" in how:
        prestart.prepare("spawn")
    if "forkserver" in how:
        from multiprocessing import forkserver, resource_tracker
        multiprocessing.set_start_method("forkserver", force=True)
        ends = [run(returns), run(exits)]
        helpers = [resource_tracker._resource_tracker._pid, forkserver._forkserver._forkserver_pid]
        fresh = [b"multiprocessing" in open(f"/proc/{pid}/cmdline", "rb").read() for pid in helpers]
        mask = [next(line for line in open(f"/proc/{pid}/status") if line.startswith(("SigBlk", "SigIgn"))) for pid in helpers]
        print(json.dumps([["", 0, {"fresh": fresh, "signals": mask}], *ends]))
        sys.exit()
    if "core" in how: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    if "ignores" in how: signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    if "umask" in how: os.umask(0o77)
    if "crowd" in how: held = [os.open(os.devnull, os.O_RDONLY) for _ in range(120)]
    if "broken" in how: os.kill(max(map(int, open(f"/proc/self/task/{os.getpid()}/children").read().split())), signal.SIGKILL)
    if "interrupted" in how:
        template = multiprocessing.util.spawnv_passfds.__self__
        template._line = BrokenOffOnce(template._line)
        try:
            run(returns)
        except KeyboardInterrupt:
            pass
    counter = 5
    os.environ["LATE"] = "so spät"
    os.chdir("/usr")
    del sys.argv[1:]
    told = [run(facts, pipes=True), run(spawns, pipes=True), *map(run, (returns, exits, exits_at_once, raises, is_killed, reads_input))]
    print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("prestart") / "driver.py"
    path.write_text(DRIVER, encoding="utf-8")
    return path


def told(driver: Path, *how: str) -> tuple[dict[str, Any], list[Any], list[str], str]:
    """The facts of the child, the ends of all children, what was printed, and what went to stderr."""
    command = [sys.executable, str(driver), *how]
    environment = {"PYTHONPATH": str(Path(__file__).parents[1]), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    *printed, last = done.stdout.splitlines()
    ends = json.loads(last)
    return ends[0][2], ends, printed, done.stderr


def test_the_template_is_as_good_as_a_fresh_interpreter(driver: Path) -> None:
    forked, forked_ends, *forked_output = told(driver, "template")
    fresh, fresh_ends, *fresh_output = told(driver, "fresh")
    assert (forked.pop("fresh"), fresh.pop("fresh")) == (False, True)
    assert len(forked.pop("descriptors")) == len(fresh.pop("descriptors"))
    assert forked == fresh
    assert forked["counter"] == 0
    assert forked["is a child of who spawned it"]
    assert forked["folder"] == "/usr"
    assert ["LATE", "so spät"] in forked["environment"]
    assert [end[:2] for end in forked_ends] == [end[:2] for end in fresh_ends]
    assert [code for _, code, _ in forked_ends] == [0, 0, 0, 3, 4, 1, -15, 0]
    assert forked_output == fresh_output


def test_the_resource_tracker_and_the_fork_server_are_forks_too(driver: Path) -> None:
    forked, forked_ends, *forked_output = told(driver, "template", "forkserver")
    fresh, fresh_ends, *fresh_output = told(driver, "forkserver")
    assert (forked.pop("fresh"), fresh.pop("fresh")) == ([False, False], [True, True])
    assert forked == fresh
    assert [code for _, code, _ in forked_ends[1:]] == [code for _, code, _ in fresh_ends[1:]] == [0, 3]
    assert forked_output == fresh_output


def test_a_child_that_spawns_gets_fresh_interpreters(driver: Path) -> None:
    grandchild = told(driver, "template")[1][1][2]
    assert grandchild["fresh"]
    assert grandchild["is a child of who spawned it"]


@pytest.mark.parametrize("changed", ["core", "ignores", "umask", "crowd", "broken", "interrupted"])
def test_what_the_template_does_not_have_is_inherited_by_a_fresh_interpreter(driver: Path, changed: str) -> None:
    facts, ends, *_ = told(driver, "template", changed)
    assert facts["fresh"]
    assert [code for _, code, _ in ends] == [0, 0, 0, 3, 4, 1, -15, 0]
