"""No wait that a clock will end is taken for one that lasts for ever: right programs that wait so are not called deadlocked."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from grader.sandbox.levels import Level
from grader.suite import tree
from tests.conftest import ROOT, clean_environment
from tests.test_isolation import BEST, LEVELS, suite_results

WAITS = """
import ctypes, multiprocessing, os, select, signal, socket, threading
from multiprocessing.managers import BaseManager

libc = ctypes.CDLL(None, use_errno=True)


def pair(**options):
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())
        return client, server.accept()[0]


def timer_descriptor():
    timer = libc.timerfd_create(1, 0)
    libc.timerfd_settime(timer, 0, (ctypes.c_long * 4)(0, 0, 0, 400_000_000), None)
    return int.from_bytes(os.read(timer, 8), "little") == 1


def timer_without_a_first_thread():
    child = os.fork()
    if child == 0:
        threading.Thread(target=lambda: os._exit(7 * timer_descriptor())).start()
        libc.syscall(93 if os.uname().machine == "aarch64" else 60, 0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def corked_beside_a_dead_child():
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    return corked()


def corked():
    client, served = pair()
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
    client.send(b"x")
    return served.recv(1) == b"x"


def accepts_late():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 1)
        client = socket.create_connection(server.getsockname())
        return server.accept()[0] is not None and client is not None


def semaphore():
    found = libc.semget(0, 1, 0o1600)
    libc.semtimedop(found, ctypes.byref((ctypes.c_short * 3)(0, -1, 0)), 1, (ctypes.c_long * 2)(0, 400_000_000))
    libc.semctl(found, 0, 0)
    return ctypes.get_errno() == 11


def resumed():
    poll, parent = select.poll(), os.getpid()
    child = os.fork()
    if child == 0:
        os.kill(parent, signal.SIGSTOP)
        os.kill(parent, signal.SIGCONT)
        os._exit(0)
    poll.poll(600)
    return os.waitpid(child, 0)[1] == 0


class Manager(BaseManager):
    pass


Manager.register("reversed", callable=lambda data: data[::-1])


def manager():
    with Manager(("127.0.0.1", 0), ctx=multiprocessing.get_context("fork")) as there:
        return len(str(there.reversed(b"x" * 40_000))) > 0 and threading.active_count() == 1


def alarm():
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.4)
    signal.pause()
    return True


def alarm_of_a_child():
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, 0.4)
        signal.pause()
    return os.waitpid(child, 0)[1] == signal.SIGALRM


def awaited_alarm():
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    signal.setitimer(signal.ITIMER_REAL, 0.4)
    return signal.sigwait({signal.SIGALRM}) == signal.SIGALRM


def stuck_beside_a_dead_child():
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    threading.Event().wait()


def nobody_accepts():
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("nobody")
        server.listen(0)
        callers = [socket.socket(socket.AF_UNIX) for _ in range(3)]
        for caller in callers:
            caller.connect("nobody")


def own_time_out():
    one, other = socket.socketpair()
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, (ctypes.c_long * 2)(0, 400_000))
    except PermissionError:
        return "refused"
    return one.recv(1)
"""

ENDED_BY_A_CLOCK = (
    "alarm",
    "alarm_of_a_child",
    "awaited_alarm",
    "corked",
    "accepts_late",
    "semaphore",
    "resumed",
    "manager",
)


@pytest.mark.skipif(not tree.available(), reason="without /proc nobody is ever found at rest")
@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.value)
def test_a_program_that_a_clock_wakes_goes_on(level: Level, tmp_path: Path) -> None:
    # Timer descriptors are refused where there is a filter.
    names = [*ENDED_BY_A_CLOCK, *(["timer_descriptor", "timer_without_a_first_thread"] if level is Level.PROCESS else [])]
    found = suite_results(tmp_path, level, WAITS, {name: [((), True)] for name in names})
    assert found == {name: ("passed", []) for name in names}


@pytest.mark.skipif(not tree.available(), reason="without /proc nobody is ever found at rest")
@pytest.mark.parametrize("name", ["stuck_beside_a_dead_child", "nobody_accepts"])
def test_what_no_clock_will_end_is_a_deadlock(name: str, tmp_path: Path) -> None:
    found = suite_results(tmp_path, BEST, WAITS, {name: [((), None)]})
    assert found[name][0] == "deadlocked"


@pytest.mark.skipif(BEST is Level.PROCESS, reason="no system call filter on this machine")
def test_a_socket_has_no_time_out_of_its_own(tmp_path: Path) -> None:
    assert suite_results(tmp_path, BEST, WAITS, {"own_time_out": [((), "refused")]}) == {"own_time_out": ("passed", [])}


ENDLESS = """
import fcntl, json, os, signal, socket, subprocess, sys, threading
from grader.suite import tree

def fifo(path):
    os.mkfifo(path)
    return lambda: os.open(path, os.O_RDONLY)

def locked(path):
    held, wanted = open(path + "lock", "w"), open(path + "lock", "w")
    fcntl.flock(held, fcntl.LOCK_EX)
    return lambda: fcntl.flock(wanted, fcntl.LOCK_EX) or held

def full():
    writer, reader = socket.socketpair()
    writer.setblocking(False)
    try:
        while True:
            writer.send(bytes(1 << 16))
    except BlockingIOError:
        writer.setblocking(True)
    return lambda: writer.sendall(b"x") or reader

def join():
    thread = threading.Thread(target=threading.Event().wait)
    thread.start()
    thread.join()

one, other = socket.socketpair()
server = socket.create_server(("127.0.0.1", 0))
pipe = os.pipe()
waits = {
    "lock": threading.Lock(), "recv": lambda: one.recv(1), "accept": server.accept, "read": lambda: os.read(pipe[0], 1),
    "fifo": fifo(sys.argv[1] + "/fifo"), "flock": locked(sys.argv[1] + "/"), "send": full(), "pause": signal.pause,
    "wait": lambda: subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE).wait(),
    "sigwait": lambda: signal.sigwait({signal.SIGUSR2}), "event": threading.Event().wait, "join": join,
}
waits["lock"].acquire()
waits["lock"] = waits["lock"].acquire
found = {}
for name, wait in waits.items():
    if os.fork() == 0:
        wait()
        os._exit(0)
keeper, samples = os.getpid(), []
while len(samples) < 4 or not tree.unchanged(samples[-4:]):
    samples.append(tree.sample(keeper))
print(json.dumps([[thread.state, thread.wait] for thread in samples[-1].threads]))
sys.stdout.flush()
for pid in samples[-1].processes:
    os.kill(pid, signal.SIGKILL)
"""


@pytest.mark.skipif(not tree.available(), reason="without /proc nobody is ever found at rest")
def test_every_wait_that_deadlocks_are_made_of_is_known_to_be_endless(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ENDLESS, str(tmp_path)],
        env=clean_environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == [["S", ""]] * 14  # twelve, a second thread, and a process that is waited for
