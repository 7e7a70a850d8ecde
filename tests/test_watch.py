"""What a look at a worker's tree decides: of real processes below a keeper of ours, which does not reap."""

import subprocess
import sys
import time

import pytest

from grader.model import Outcome
from grader.sandbox.limits import Limits
from grader.suite import tree
from grader.suite.fate import Fate
from grader.suite.watch import Watch

KEEPER = """
import os, signal, sys
signal.signal(signal.SIGALRM, signal.SIG_IGN)  # as in every worker
child = os.fork()
if child == 0:
    {child}
os.waitid(os.P_PID, child, {until} | os.WNOWAIT)
print(child, flush=True)
sys.stdin.read()
os.kill(child, signal.SIGKILL)
"""
LOOKS = 4 * tree.QUIET_SAMPLES

pytestmark = pytest.mark.skipif(not tree.available(), reason="no /proc here that shows threads and system calls")


def look_at(child: str, until: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KEEPER.format(child=child, until=until)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as keeper:
        assert keeper.stdin
        assert keeper.stdout
        worker = int(keeper.stdout.readline())
        watch = Watch(keeper.pid, worker, Limits(), [])
        try:
            for _ in range(LOOKS):
                watch.look(time.monotonic(), lambda: False)
        finally:
            keeper.stdin.close()


def test_a_worker_that_has_ended_is_not_deadlocked_while_nobody_has_said_so_yet() -> None:
    look_at("os._exit(0)", "os.WEXITED")


def test_a_worker_that_stands_still_is_deadlocked() -> None:
    with pytest.raises(Fate) as fate:
        look_at("os.kill(os.getpid(), signal.SIGSTOP)", "os.WSTOPPED")
    assert fate.value.outcome is Outcome.DEADLOCKED
