"""The jail from the inside and the outside: what a right program needs works at every level, and the level is found by trying."""

import errno
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from grader import grading
from grader.sandbox import containment, linux, system_calls
from grader.sandbox.client import Sandbox
from grader.sandbox.levels import PROMISES, Level, Trial
from tests.conftest import COURSE, ROOT, Run, clean_environment
from tests.denied import AS_NOBODY, DENY, LANDLOCK, UNSHARE, denied

with Sandbox() as _sandbox:
    BEST = _sandbox.level
LEVELS = list(Level)[list(Level).index(BEST) :]

RUNNER = """
import json, sys
from pathlib import Path
from grader.sandbox.client import Sandbox
from grader.sandbox.levels import Level
from grader.suite.runner import run_suite
from grader.suite.subject import Subject
folder = Path(sys.argv[1])
source = (folder / "learner.py").read_bytes()
with Sandbox(Level(sys.argv[2])) as sandbox:
    def work(suite):
        with suite.run(Subject(lambda lane: sandbox.open("learner", source, None, lane), "learner", source, "seed")) as results:
            print(json.dumps([[r.check.id, r.outcome, [m.text for m in r.messages]] for r in results]))
    run_suite(folder, work)
"""

PROGRAM = """
import http.server, multiprocessing, os, queue, signal, socket, subprocess, sys, tempfile, threading, urllib.request
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import shared_memory


def double(number):
    return 2 * number


def put(where):
    where.put(os.getpid())


def pool(method):
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as executor:
        return list(executor.map(double, range(4)))


def queue_and_lock(method):
    context = multiprocessing.get_context(method)
    where, lock = context.Queue(), context.Lock()
    with lock:
        child = context.Process(target=put, args=(where,))
        child.start()
    found = where.get()
    child.join()
    return found == child.pid and child.exitcode == 0


def manager(method):
    with multiprocessing.get_context(method).Manager() as found:
        shared = found.dict()
        shared["x"] = 1
        return dict(shared) == {"x": 1}


def memory():
    block = shared_memory.SharedMemory(create=True, size=100)
    block.buf[0] = 7
    again = shared_memory.SharedMemory(block.name)
    found = again.buf[0]
    again.close()
    block.close()
    block.unlink()
    return found == 7


def threads():
    gate = threading.Barrier(32)
    with ThreadPoolExecutor(32) as executor:
        return len(list(executor.map(lambda number: gate.wait(), range(32)))) == 32


def web():
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"hello")
        def log_message(self, *args): pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with urllib.request.urlopen(f"http://localhost:{server.server_port}/") as page:
        return page.read() == b"hello"


def interpreter():
    done = subprocess.run([sys.executable, "-c", "import json, ssl, sqlite3; print(6 * 7)"], capture_output=True, text=True)
    return done.stdout == "42\\n" or done.stderr


def signals():
    child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    child.send_signal(signal.SIGTERM)
    return child.wait() == -signal.SIGTERM


def files():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "x")
        with open(path, "w") as file:
            file.write("x")
        os.mkfifo(path + "fifo")
        return os.listdir(folder) != []


def user():
    return os.getuid()
"""

SUITE = """
from grader.suite.check import check, expect
import pytest
for name, calls in {calls!r}.items():
    def one(learner, calls=calls, name=name):
        for arguments, right in calls:
            got = getattr(learner, name)(*arguments)
            expect(got == right, f"{{name}}{{arguments}} returned {{got!r}}")
    globals()[f"test_{{name}}"] = check(f"01a.{{name}}", points=1, says="works", about="x")(one)
"""

METHODS = ("fork", "spawn", "forkserver")
CALLS: dict[str, list[tuple[tuple[str, ...], Any]]] = {
    "pool": [((method,), [0, 2, 4, 6]) for method in METHODS],
    "queue_and_lock": [((method,), True) for method in METHODS],
    "manager": [((method,), True) for method in METHODS],
    "memory": [((), True)],
    "threads": [((), True)],
    "web": [((), True)],
    "interpreter": [((), True)],
    "signals": [((), True)],
    "files": [((), True)],
}


def suite_results(folder: Path, level: Level, learner: str, calls: dict[str, Any]) -> dict[str, tuple[str, list[str]]]:
    (folder / "suite.py").write_text(SUITE.format(calls=calls))
    (folder / "learner.py").write_text(learner)
    done = subprocess.run(
        [sys.executable, "-c", RUNNER, str(folder), level.value],
        env=clean_environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {check.partition(".")[2]: (outcome, messages) for check, outcome, messages in json.loads(done.stdout)}


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.value)
def test_what_a_right_program_needs_works(level: Level, tmp_path: Path) -> None:
    found = suite_results(tmp_path, level, PROGRAM, CALLS)
    assert found == {name: ("passed", []) for name in CALLS}


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.value)
def test_nothing_is_ever_graded_as_root(level: Level, tmp_path: Path) -> None:
    (result,) = suite_results(tmp_path, level, PROGRAM, {"user": [((), -1)]}).values()
    (said,) = result[1]
    assert said.startswith("user() returned ")
    assert said != "user() returned 0"


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.value)
def test_a_worker_that_kills_its_keeper_costs_its_own_check(level: Level, tmp_path: Path) -> None:
    kills = "import os, signal, threading\n\n\ndef kill():\n    os.kill(os.getppid(), signal.SIGKILL)\n    threading.Event().wait()\n"
    found = suite_results(tmp_path, level, kills + "\n\ndef after():\n    return 1\n", {"kill": [((), 1)], "after": [((), 1)]})
    outcome, (said,) = found["kill"]
    assert found["after"] == ("passed", [])
    if level is Level.PROCESS:
        assert outcome == "crashed"
        assert said.endswith("Your program killed a process of the grader's own.")
    else:
        assert outcome == "failed"
        assert "PermissionError" in said


# -- the level is found by trying -------------------------------------------------------------------------------------------------------


def test_a_trial_passes_when_every_promise_of_its_level_is_held() -> None:
    held = dict.fromkeys(PROMISES[Level.FULL], True)
    assert Trial(Level.FULL, held).passed
    assert not Trial(Level.FULL, held | {"connect": False}).passed
    assert Trial(Level.PARTIAL, held | {"connect": False}).passed
    assert not Trial(Level.PARTIAL, held, "landlock: Function not implemented").passed
    assert Trial(Level.PROCESS, {}).passed


def test_the_measures_of_a_level_are_those_applied_and_those_missing() -> None:
    for level in Level:
        assert not set(level.applied) & set(level.missing)
    assert Level.FULL.missing == ()
    assert set(Level.PARTIAL.missing) < set(Level.PROCESS.missing)


@pytest.mark.skipif(os.getuid() != 0, reason="only a grader of root's becomes another user")
def test_no_launcher_becomes_a_user_who_has_processes() -> None:
    first = containment._free_user()
    with subprocess.Popen(["cat"], user=first, stdin=subprocess.PIPE, cwd="/") as process:
        assert containment._free_user() in set(containment.UNPRIVILEGED) - {first}
        process.communicate()


needs_full = pytest.mark.skipif(BEST is not Level.FULL, reason="this machine offers no full isolation to take something away from")


@needs_full
@pytest.mark.parametrize(("numbers", "level"), [([UNSHARE], "partial"), ([UNSHARE, LANDLOCK], "process")], ids=["partial", "process"])
def test_a_kernel_that_refuses_gives_a_lower_level_which_every_report_names(numbers: list[int], level: str, tmp_path: Path) -> None:
    (solution,) = map(str, (ROOT / "solutions").glob("ex01*.py"))
    done = denied(numbers, "grade", "01", "--json", "--file", solution, cwd=tmp_path)
    report = json.loads(done.stdout)
    assert (report["isolation"]["level"], report["passed"]) == (level, True)
    assert "own user, process, network, IPC and mount namespaces" in report["isolation"]["missing"]
    screen = denied(numbers, "grade", "01", "--file", solution, cwd=tmp_path).stdout
    assert "isolation: " in screen
    assert "course doctor says why" in screen


@needs_full
def test_a_level_that_is_not_to_be_had_is_refused_when_it_is_asked_for(tmp_path: Path, run: Run) -> None:
    (solution,) = map(str, (ROOT / "solutions").glob("ex01*.py"))
    assert run("grade", "01", "--allow-isolation", "full", "--file", solution).returncode == 0
    done = denied([UNSHARE], "grade", "01", "--allow-isolation", "full", "--file", solution, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (4, "")
    assert "offers isolation 'partial', and 'full' is asked for: nothing was graded" in done.stderr
    assert denied([UNSHARE], "grade", "01", "--allow-isolation", "partial", "--file", solution, cwd=tmp_path).returncode == 0
    assert run("grade", "01", "--allow-isolation", "none").returncode == 2


@needs_full
def test_doctor_says_what_is_missing_and_how_to_mend_it(tmp_path: Path, run: Run) -> None:
    assert "isolation: full" in run("doctor").stdout
    done = denied([UNSHARE], "doctor", cwd=tmp_path)
    assert done.returncode == 0
    assert "level full: cannot be set up (unshare: Operation not permitted)" in done.stdout
    assert "apparmor_restrict_unprivileged_userns" in done.stdout
    assert "isolation: partial" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 140


UNSTARTABLE = """
import sys
from grader.sandbox import containment, selftest
from grader.sandbox.levels import PROMISES, Level
containment.enter_launcher(sys.argv[1])
sys.executable = "/not/to/be/seen/python"
for trial in selftest.offered(sys.argv[1], Level.FULL):
    print(trial.level.value, *(probe for probe in PROMISES[trial.level] if not trial.held.get(probe)))
"""


@needs_full
def test_a_level_in_which_no_pool_could_start_is_not_offered() -> None:
    with tempfile.TemporaryDirectory() as scratch:  # not below pytest's own folder, which is closed to other users
        done = subprocess.run(
            [getattr(sys, "_base_executable", sys.executable), "-c", UNSTARTABLE, scratch],  # as the launcher is started
            cwd="/",
            env=clean_environment(PYTHONPATH=str(ROOT)),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.stdout.splitlines() == ["full start", "partial start", "process"], done.stderr


MAPPED = """
import sqlite3, ssl, sys
from grader.sandbox import allow_list
print(*[line.split(maxsplit=5)[-1].strip() for line in open("/proc/self/maps")], sep="\\n", file=sys.stderr)
print(*allow_list.system_paths(), *allow_list.interpreter_paths(), allow_list.sysconfig.get_path("platstdlib"), sep="\\n")
"""


@needs_full
def test_a_worker_may_read_every_library_that_this_python_is_made_of(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-c", MAPPED], env=clean_environment(PYTHONPATH=str(ROOT)), capture_output=True, text=True, check=True
    )
    granted = tuple(os.path.realpath(path) for path in done.stdout.splitlines())
    mapped = {path for path in done.stderr.splitlines() if path.startswith("/")}
    assert any("libssl" in path for path in mapped)  # one that only an extension module needs
    assert {path for path in mapped if not any(path == one or path.startswith(f"{one}/") for one in granted)} == set()


def test_root_whose_interpreter_others_cannot_reach_is_told_so(tmp_path: Path) -> None:
    if os.getuid() != 0 or containment._closed_to_others(sys.base_prefix) is None:
        pytest.skip("only for root with an interpreter that other users cannot reach")
    done = subprocess.run(
        [sys.executable, "-c", DENY, str(UNSHARE), *COURSE, "grade", "03", "--file", str(ROOT / "solutions/ex03_url_loaders.py")],
        cwd=tmp_path,
        env=clean_environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4
    assert "grade as an ordinary user" in done.stderr


@needs_full
def test_coverage_is_recorded_where_only_root_can_reach_the_package(tmp_path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("only for root, whose graded files run as somebody else")
    shutil.copytree(grading.coverage_package(), tmp_path / "closed" / "coverage")
    (tmp_path / "closed").chmod(0o700)
    (solution,) = map(str, (ROOT / "solutions").glob("ex01*.py"))
    done = subprocess.run(
        [*COURSE, "grade", "01", "--coverage", "--file", solution],
        cwd="/",
        env=clean_environment(PYTHONPATH=f"{tmp_path / 'closed'}{os.pathsep}{ROOT}"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "coverage: every line was reached" in done.stdout


@needs_full
def test_an_ordinary_user_gets_the_same_level_as_root(tmp_path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("the whole test run is an ordinary user's already")
    home = tmp_path / "home"
    home.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, str(home), *COURSE, "--version"],
        cwd="/",
        env=clean_environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "isolation: full" in done.stdout, done.stderr


SHADOWED = """
import os, sys
from grader.sandbox import containment, linux
kept, hidden = sys.argv[1:]
uid, gid = os.getuid(), os.getgid()
linux.new_namespaces(linux.NEWUSER | linux.NEWNS)
linux.map_own_ids(uid, gid)
linux.make_mounts_private()
containment.shadow(os.path.dirname(kept), [kept])
print(open(kept + "/file").read(), os.path.exists(hidden), os.listdir(os.path.dirname(kept)))
try:
    open(kept + "/file", "w")
except OSError as error:
    print(error.strerror)
"""


@needs_full
def test_an_interpreter_in_a_private_tmp_is_shown_and_cannot_be_changed(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_text("shown")
    (tmp_path / "hidden").write_text("not shown")
    done = subprocess.run(
        [sys.executable, "-c", SHADOWED, str(tmp_path / "kept"), str(tmp_path / "hidden")],
        env=clean_environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == ["shown False ['kept']", "Read-only file system"], done.stderr


def test_a_symbolic_link_is_not_followed(tmp_path: Path, run: Run) -> None:
    (tmp_path / "mine.py").symlink_to(ROOT / "solutions" / "ex03_url_loaders.py")
    done = run("grade", "03", "--file", "mine.py")
    assert done.returncode == 4
    assert "symbolic link" in done.stderr


@pytest.mark.parametrize("kind", ["zip", "gztar", "tar", "bztar", "xztar"])
def test_an_archive_is_refused_by_name(kind: str, tmp_path: Path, run: Run) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "ex03_url_loaders.py").write_text("x = 1")
    archive = shutil.make_archive(str(tmp_path / "homework"), kind, tmp_path / "inside")
    done = run("grade", "03", "--file", archive)
    assert done.returncode == 4
    assert "is an archive: unpack it" in done.stderr


# -- the filter, on both machines --------------------------------------------------------------------------------------------------------


def decide(program: bytes, arch: int, number: int, *arguments: int) -> int:
    """What the filter returns: a small interpreter of classic BPF over struct seccomp_data, seccomp(2)."""
    data = struct.pack("<IIQ6Q", number & 0xFFFFFFFF, arch, 0, *arguments, *[0] * (6 - len(arguments)))
    steps = [struct.unpack("HBBI", program[at : at + 8]) for at in range(0, len(program), 8)]
    at, word = 0, 0
    while True:
        code, then, otherwise, value = steps[at]
        at += 1
        if code == 0x20:
            (word,) = struct.unpack_from("<I", data, value)
        elif code == 0x06:
            return int(value)
        else:
            holds = {0x15: word == value, 0x35: word >= value, 0x45: bool(word & value)}[code]
            at += then if holds else otherwise


ALLOWED, NO, NO_SUCH_CALL, KILLED = 0x7FFF0000, 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS, 0x80000000
MACHINES = {"x86_64": (0xC000003E, 56, 41, 0, 272), "aarch64": (0xC00000B7, 220, 198, 63, 97)}
CLOCKS = {"x86_64": (54, 72, 222, 283), "aarch64": (208, 25, 107, 85)}


@pytest.mark.parametrize("machine", MACHINES)
def test_the_filter_allows_and_refuses(machine: str) -> None:
    arch, clone, make_socket, read, unshare = MACHINES[machine]
    program = system_calls.program(machine)
    assert decide(program, arch, read) == ALLOWED
    assert decide(program, arch, unshare) == NO
    assert decide(program, arch, clone, 0x11) == ALLOWED
    assert decide(program, arch, clone, 0x3D0F00) == ALLOWED  # a thread
    for flag in (linux.NEWUSER, linux.NEWNS, linux.NEWPID, linux.NEWNET, linux.NEWIPC, 0x80):
        assert decide(program, arch, clone, flag | 0x11) == NO
    assert decide(program, arch, 435) == NO_SUCH_CALL
    assert {family: decide(program, arch, make_socket, family) for family in (1, 2, 10)} == dict.fromkeys((1, 2, 10), ALLOWED)
    assert {decide(program, arch, make_socket, family) for family in (16, 17, 38, 40)} == {NO}
    assert decide(program, arch ^ 1, read) == KILLED
    for number in (425, 426, 427, 442):
        assert decide(program, arch, number) == NO
    limit = {"x86_64": 302, "aarch64": 261}[machine]
    assert (decide(program, arch, limit, 0), decide(program, arch, limit, 1)) == (ALLOWED, NO)  # one's own limits, another's


@pytest.mark.parametrize("machine", MACHINES)
def test_the_filter_leaves_no_clock_that_is_not_seen_from_outside(machine: str) -> None:
    arch, program = MACHINES[machine][0], system_calls.program(machine)
    set_option, control, timer_create, timerfd_create = CLOCKS[machine]
    socket_level, tcp_level = 1, 6
    assert {decide(program, arch, set_option, 5, socket_level, option) for option in (20, 21, 66, 67)} == {NO}
    assert {decide(program, arch, set_option, 5, socket_level, option) for option in (2, 9, 19, 22, 65, 68)} == {ALLOWED}
    assert decide(program, arch, set_option, 5, tcp_level, 20) == ALLOWED
    assert [decide(program, arch, control, 5, command) for command in (3, 4, 1023, 1024, 1025)] == [ALLOWED] * 3 + [NO, ALLOWED]
    assert (decide(program, arch, timer_create), decide(program, arch, timerfd_create)) == (NO_SUCH_CALL, NO)


def test_the_x32_way_to_the_same_calls_is_shut() -> None:
    assert decide(system_calls.program("x86_64"), 0xC000003E, 0x40000000) == NO


def test_an_unknown_machine_has_no_filter() -> None:
    with pytest.raises(LookupError):
        system_calls.program("riscv64")
