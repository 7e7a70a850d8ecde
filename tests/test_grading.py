"""`course grade` on what people hand in: true verdicts, the right exit code, the other checks unharmed, and nothing left running.

Each file is the solution of exercise 03 with one thing done to it. The command runs in a process of its own, as a learner runs it: an
inner pytest session cannot share a process with this one.
"""

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import COURSE, ROOT, SOLUTION_03, Run, clean_environment

LOAD_URL = "\n\ndef load_url(url, timeout):\n    {}\n"


def graded(run: Run, tmp_path: Path, source: str | bytes, *options: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the report for a file with this source."""
    path = tmp_path / "handed_in.py"
    path.write_bytes(source if isinstance(source, bytes) else source.encode())
    done = run("grade", "03", "--file", str(path), "--json", *options)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def outcomes(report: dict[str, Any]) -> dict[str, str]:
    return {result["check"]: result["outcome"] for result in report["results"]}


def told(report: dict[str, Any], check: str | None = None) -> str:
    results = [result for result in report["results"] if check in (None, result["check"])]
    return " ".join(f"{message['text']} {message['why']}" for result in results for message in result["messages"])


def left_over() -> list[str]:
    """Command lines of processes that a grader left behind."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if "import launcher" in line and parent == 1:
            found.append(line)
    return found


def test_the_solution_earns_full_marks(run: Run, tmp_path: Path) -> None:
    code, report = graded(run, tmp_path, SOLUTION_03)
    assert (code, report["earned"], report["possible"], report["passed"]) == (0, 20, 20, True)


def test_the_untouched_stub_earns_nothing_and_gets_one_line_per_task(run: Run, tmp_path: Path) -> None:
    code, report = graded(run, tmp_path, (ROOT / "exercises" / "ex03_url_loaders.py").read_bytes())
    assert (code, report["earned"], report["passed"]) == (1, 0, False)
    messages = [message["text"] for result in report["results"] for message in result["messages"]]
    assert messages == [f"{name} is still to be written." for name in ("load_url", "load_all", "first_ok")]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("def load_url(url, timeout):\n    return (1,\n\ndef x(:\n", "SyntaxError at line 4"),
        ("x = '\0'\n", "null bytes"),
        ("# -*- coding: nonsense -*-\n", "unknown encoding"),
        ("# " + "x" * 10_000_000, "10.0 MB"),
        ("x = " + "(" * 300 + ")" * 300, "too many nested parentheses"),
        ("import math\n1 / 0\n", "ZeroDivisionError"),
        ("import sys\nsys.exit(0)\n", "SystemExit"),
        ("import os\nos._exit(0)\n", "ended itself with exit code 0"),
        ("import os\nwhile True:\n    os.fork()\n", "more than 64 processes"),
        ("name = input()\n", "EOFError"),
        ("import threading\nthreading.Lock().acquire()\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()\n", "never end"),
    ],
    ids=["syntax", "null bytes", "cookie", "10 MB", "nested", "raises", "exits", "os._exit", "fork bomb", "reads stdin", "hangs"],
)
def test_a_file_that_cannot_be_imported_scores_0_with_one_message(run: Run, tmp_path: Path, source: str, says: str) -> None:
    code, report = graded(run, tmp_path, source)
    assert (code, report["earned"], report["passed"]) == (1, 0, False)
    assert set(outcomes(report).values()) == {"not_run"}
    assert len({message["text"] for result in report["results"] for message in result["messages"]}) == 1
    assert says in told(report)


def test_an_import_that_never_ends_is_decided_by_its_cpu_seconds(run: Run, tmp_path: Path) -> None:
    code, report = graded(run, tmp_path, "import math\nwhile True: pass\n")
    assert code == 1
    assert "CPU seconds" in told(report)
    assert report["results"][0]["messages"][0]["lines"][0]["line"] == 2


@pytest.mark.parametrize(
    ("prefix", "name"),
    [(b"\xef\xbb\xbf", "BOM"), (b"# -*- coding: latin-1 -*-\n# caf\xe9\n", "latin-1"), (b"import os\nos.fork()\n", "forks at import")],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_odd_but_loadable_file_is_graded_as_any_other(run: Run, tmp_path: Path, prefix: bytes, name: str) -> None:
    code, report = graded(run, tmp_path, prefix + SOLUTION_03.encode())
    assert (code, report["earned"]) == (0, 20), name


def test_200_megabytes_of_output_are_read_and_dropped(run: Run, tmp_path: Path) -> None:
    code, report = graded(
        run, tmp_path, "print('x' * 1000, end='')\n" * 10 + f"for _ in range(2000):\n    print('x' * 100_000)\n{SOLUTION_03}"
    )
    assert (code, report["earned"]) == (0, 20)


@pytest.mark.parametrize(
    ("change", "outcome", "says"),
    [
        ("return 3", "failed", "load_url returned 3"),
        ("return (yield)", "failed", "an object of type generator"),
        ("return b'x' * 50_000_000", "failed", "too large to look at"),
        ("return 10 ** 100_000", "failed", "too large to look at"),
        ("import threading; return threading.Lock()", "failed", "an object of type lock"),
        ("return load_url(url, timeout)", "failed", "RecursionError"),
        ("return len(b'x' * (3 << 30))", "failed", "MemoryError"),
        ("import os; os._exit(3)", "crashed", "exit code 3"),
        ("import sys; sys.exit(3)", "failed", "SystemExit"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "crashed", "SIGKILL"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", "deadlocked", "stopped by a signal"),
        ("import os; os.closerange(0, 256)", "crashed", "ended itself"),
        ("import os; os.write(3, b'x' * 1000); input()", "crashed", "grader's own connection"),
        ("import time; time.sleep(100_000)", "inconclusive", "no verdict"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_one_bad_function_costs_its_own_checks_only(run: Run, tmp_path: Path, change: str, outcome: str, says: str) -> None:
    _, report = graded(run, tmp_path, SOLUTION_03 + LOAD_URL.format(change))
    assert outcomes(report)["03a.body"] == outcome
    assert says in told(report, "03a.body")
    others = {check: ended for check, ended in outcomes(report).items() if not check.startswith("03a")}
    assert set(others.values()) == {"passed"}


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (SOLUTION_03.replace("def load_all", "def load_every"), "There is no load_all in your file"),
        (SOLUTION_03 + "\nload_all = 3\n", "load_all is of type int"),
        (SOLUTION_03 + "\ndef load_all(urls):\n    return {}\n", "unexpected keyword argument"),
    ],
    ids=["renamed", "not callable", "arity"],
)
def test_a_task_that_cannot_be_called_says_so(run: Run, tmp_path: Path, source: str, says: str) -> None:
    code, report = graded(run, tmp_path, source)
    assert code == 1
    assert says in told(report)
    assert outcomes(report)["03a.body"] == "passed"


def test_an_exception_with_a_hostile_str_is_only_data(run: Run, tmp_path: Path) -> None:
    hostile = "class Bad(Exception):\n    def __str__(self):\n        raise SystemExit\n    __repr__ = __str__\n"
    _, report = graded(run, tmp_path, SOLUTION_03 + "\n" + hostile + LOAD_URL.format("raise Bad('\\x1b[31m')"))
    assert "load_url raised Bad" in told(report, "03a.body")


def test_a_lock_order_deadlock_of_non_daemon_threads_names_both_lines_and_keeps_every_other_verdict(run: Run) -> None:
    path = ROOT / "tests" / "files" / "lock_order_deadlock.py"
    done = run("grade", "03", "--file", str(path), "--json")
    report = json.loads(done.stdout)
    deadlock = report["results"][0]
    assert deadlock["outcome"] == "deadlocked"
    assert {"with a:", "with b:"} <= {line["code"] for line in deadlock["messages"][0]["lines"]}
    assert {ended for check, ended in outcomes(report).items() if not check.startswith("03a")} == {"passed"}
    # The limit of the check is 10 CPU seconds; a blocked tree uses none of them, so that total is a bound with room.
    assert report["seconds"] < 10 + 1


def test_an_answer_that_comes_before_its_question_is_none(run: Run, tmp_path: Path) -> None:
    forged = """
import json, os, struct
body = json.dumps({"ok": None}).encode()
os.write(3, struct.pack("!I", len(body)) + body)
"""
    code, report = graded(run, tmp_path, SOLUTION_03 + forged, "--task", "03a")
    assert (code, report["earned"]) == (1, 0)
    assert "could not be imported. Something wrote to the grader's own connection: an answer that nobody asked for." in told(report)


def test_a_daemon_that_forked_twice_is_gone_when_the_next_check_starts(run: Run, tmp_path: Path) -> None:
    daemon = "import os, signal\n    if os.fork() == 0:\n        os.setsid()\n        if os.fork() == 0:\n            signal.pause()\n        os._exit(0)\n    return b''"
    marker = "unmistakable_daemon_of_this_test"
    _, report = graded(run, tmp_path, SOLUTION_03 + f"\n{marker} = 1" + LOAD_URL.format(daemon))
    assert outcomes(report)["03a.body"] == "failed"
    assert left_over() == []


def test_the_same_seed_gives_the_same_report(run: Run, tmp_path: Path) -> None:
    wrong = (ROOT / "grader/suites/ex03_url_loaders/wrong/labels_by_completion.py").read_text()
    first, second = (graded(run, tmp_path, wrong, "--seed", "fixed")[1]["results"] for _ in range(2))
    assert first == second


def test_ctrl_c_leaves_nothing_running_and_shows_the_results_so_far(tmp_path: Path) -> None:
    path = tmp_path / "handed_in.py"
    path.write_text(SOLUTION_03 + "\ndef load_all(*args, **kwargs):\n    while True:\n        pass\n")
    signal.signal(signal.SIGINT, signal.default_int_handler)  # where the tests run in the background it is ignored, and would be in there
    process = subprocess.Popen(
        [*COURSE, "grade", "03", "--file", str(path)],
        cwd=tmp_path,
        env=clean_environment(PYTHONPATH=str(ROOT)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while not _deep(children, 3):  # course, launcher, keeper, worker: the worker that spins is there
        assert process.poll() is None
    _wait_for_spinning(process.pid)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert process.returncode == 130
    assert "the whole page, as bytes" in out
    assert "interrupted" in err
    assert left_over() == []


def _deep(children: Path, levels: int) -> list[int]:
    pids = [int(pid) for pid in children.read_text().split()] if children.exists() else []
    for _ in range(levels - 1):
        pids = [child for pid in pids for child in _children(pid)]
    return pids


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _wait_for_spinning(root: int) -> None:
    """Until a worker below `root` has used a tenth of a CPU second: no check before load_all's uses that much."""
    while True:
        for pid in _deep(Path(f"/proc/{root}/task/{root}/children"), 3):
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[11]) > os.sysconf("SC_CLK_TCK") // 5:
                return


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("grade", "03", "--file", "nowhere.py"), 4, "is not there"),
        (("grade", "03", "--file", "."), 4, "is a folder"),
        (("grade", "03"), 2, "course start"),
        (("grade", "nonsense", "--file", "x.py"), 2, "there is no exercise"),
        (("grade", "url_lodaers", "--file", "x.py"), 2, "did you mean"),
        (("grade", "03", "--task", "04a", "--file", "x.py"), 2, "no task of exercise 03"),
        (("graed", "03"), 2, "grade"),
        (("grade", "--nonsense"), 2, "nonsense"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_bad_usage_gets_a_clear_line_and_the_right_exit_code(run: Run, arguments: tuple[str, ...], code: int, says: str) -> None:
    done = run(*arguments)
    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_fifo_in_the_files_place_does_not_hang_the_grader(run: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    done = run("grade", "03", "--file", "pipe.py")
    assert done.returncode == 4
    assert "not a regular file" in done.stderr


def test_the_hot_path_and_typer_say_the_same(run: Run, tmp_path: Path) -> None:
    """`--seed` goes through typer; without options `grade` is recognised before typer is imported."""
    path = ROOT / "exercises" / "ex03_url_loaders.py"
    hot, typer = run("grade", "03", "--file", str(path), "--json"), run("grade", "03", "--json", "--verbose", "--file", str(path))
    first, second = json.loads(hot.stdout), json.loads(typer.stdout)
    assert hot.returncode == typer.returncode == 1
    assert first["results"] == second["results"]


def test_grading_works_for_an_ordinary_user_too(tmp_path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("the whole test run is an ordinary user's already")
    as_user = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    if subprocess.run([*as_user, "true"], check=False, capture_output=True).returncode:
        pytest.skip("no user namespace to be an ordinary user in")
    done = subprocess.run(
        [*as_user, *COURSE, "grade", "03", "--json", "--file", str(ROOT / "solutions/ex03_url_loaders.py")],
        cwd=tmp_path,
        env=clean_environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["earned"] == 20


def test_what_the_learner_prints_is_shown_as_theirs_and_made_harmless(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "handed_in.py"
    path.write_text(SOLUTION_03 + LOAD_URL.format("print('\\x1b[31mred'); return b''"))
    done = run("grade", "03", "--file", str(path), "--verbose")
    assert "your program printed:" in done.stdout
    assert "\\x1b[31mred" in done.stdout
    assert "\x1b" not in done.stdout
