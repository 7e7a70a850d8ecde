"""What the lessons say of versions, asked of the Python that runs this. Standard library only.

python tests/version_probes.py            the facts, as JSON
python tests/version_probes.py --check    hold them against lessons/versions.toml; exit 1 where they differ
"""

import concurrent.futures
import inspect
import json
import multiprocessing
import os
import pickle
import queue
import subprocess
import sys
import tempfile
import threading
import tomllib
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

TABLE = Path(__file__).resolve().parent.parent / "lessons" / "versions.toml"
PROBES: dict[str, Callable[[], object]] = {}


def probe(function: Callable[[], object]) -> Callable[[], object]:
    """A fact, named like its function."""
    PROBES[function.__name__] = function
    return function


class TwoArguments(Exception):
    """Leaves a process, and cannot be put together in the next."""

    def __init__(self, first: int, second: str) -> None:
        super().__init__(f"{first}: {second}")


def _raise_two() -> None:
    raise TwoArguments(1, "x")


def _kind(call: Callable[[], object]) -> str:
    """The class of what a call raises; "nothing"."""
    try:
        call()
    except Exception as error:
        return type(error).__name__
    return "nothing"


def _script(text: str) -> "subprocess.CompletedProcess[str]":
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "script.py"
        path.write_text(text, "utf-8")
        return subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=False, timeout=120)


@probe
def start_method() -> object:
    """The default on this system."""
    return multiprocessing.get_context().get_start_method()


@probe
def file_runs_per_two_children() -> object:
    """How often a script's top level runs in two children, one after the other, under each method."""
    text = (
        "import multiprocessing\n"
        "open('runs', 'a').write('.') if __name__ != '__main__' else None\n"
        "def f():\n    pass\n"
        "if __name__ == '__main__':\n"
        "    import os\n"
        "    context = multiprocessing.get_context({method!r})\n"
        "    for _ in range(2):\n"
        "        child = context.Process(target=f)\n"
        "        child.start()\n"
        "        child.join()\n"
        "    print(os.path.getsize('runs') if os.path.exists('runs') else 0)\n"
    )
    found = {}
    for method in ("fork", "spawn", "forkserver"):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "script.py"
            path.write_text(text.format(method=method), "utf-8")
            done = subprocess.run([sys.executable, str(path)], cwd=folder, capture_output=True, text=True, check=True, timeout=120)
            found[method] = int(done.stdout)
    return found


@probe
def no_guard_in_the_parent() -> object:
    """What the own process of an unguarded script with a pool gets, under each method."""
    text = (
        "import multiprocessing\n"
        "from concurrent.futures import ProcessPoolExecutor\n"
        "def f(x):\n    return x\n"
        "try:\n"
        "    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context({method!r})) as pool:\n"
        "        list(pool.map(f, [1, 2]))\n"
        "except BaseException as error:\n"
        "    if __name__ == '__main__':\n"
        "        print(type(error).__name__)\n"
        "    raise\n"
    )
    return {method: _script(text.format(method=method)).stdout.strip() or "works" for method in ("fork", "spawn", "forkserver")}


@probe
def pickle_a_local_function() -> object:
    """What pickling a function inside a function raises."""
    return _kind(lambda: pickle.dumps(lambda: None))


@probe
def pickle_a_lock() -> object:
    """What pickling a lock raises."""
    return _kind(lambda: pickle.dumps(threading.Lock()))


@probe
def exception_of_two_arguments_from_a_pool() -> object:
    """What comes out of a process pool when an exception cannot be unpickled."""
    with ProcessPoolExecutor(1) as pool:
        return type(pool.submit(_raise_two).exception()).__name__


@probe
def fork_beside_a_thread_warns() -> object:
    """The category of the warning of a fork in a process with threads."""
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        pid = os.fork()
        if not pid:
            os._exit(0)
        os.waitpid(pid, 0)
    stop.set()
    thread.join()
    return caught[0].category.__name__ if caught else "nothing"


@probe
def pool_time_out_is_the_builtin_one() -> object:
    """Whether concurrent.futures.TimeoutError is TimeoutError, and that of multiprocessing."""
    return [concurrent.futures.TimeoutError is TimeoutError, issubclass(multiprocessing.TimeoutError, TimeoutError)]


@probe
def map_has_buffersize() -> object:
    """Whether Executor.map can hold back its input."""
    return "buffersize" in inspect.signature(ThreadPoolExecutor.map).parameters


@probe
def map_takes_its_input_at_once() -> object:
    """How many of ten items map has pulled before the first result is asked for."""
    pulled: list[int] = []

    def items() -> Iterator[int]:
        for number in range(10):
            pulled.append(number)
            yield number

    with ThreadPoolExecutor(1) as pool:
        results = pool.map(str, items())
        count = len(pulled)
        list(results)
    return count


@probe
def queue_shutdown() -> object:
    """Whether a queue can be shut down."""
    return hasattr(queue.Queue, "shutdown")


@probe
def pools_can_kill_workers() -> object:
    """Whether a process pool has kill_workers."""
    return hasattr(ProcessPoolExecutor, "kill_workers")


@probe
def interpreter_pools() -> object:
    """Whether there is an InterpreterPoolExecutor."""
    return hasattr(concurrent.futures, "InterpreterPoolExecutor")


@probe
def shared_memory_track() -> object:
    """Whether SharedMemory takes `track`."""
    return "track" in inspect.signature(SharedMemory.__init__).parameters


@probe
def process_cpu_count() -> object:
    """Whether os.process_cpu_count is there, which pools take for their size."""
    return hasattr(os, "process_cpu_count")


@probe
def rlock_locked() -> object:
    """Whether an RLock says if it is locked."""
    return hasattr(threading.RLock(), "locked")


def main(arguments: list[str]) -> int:
    """Print the facts, or hold them against the table."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    facts = {name: ask() for name, ask in PROBES.items()}
    if arguments != ["--check"]:
        print(json.dumps(facts, indent=2))
        return 0
    table = tomllib.loads(TABLE.read_text("utf-8"))["facts"]
    if version not in table[0]["is"]:
        print(f"SKIPPED: lessons/versions.toml has no column for {version}")
        return 0
    wrong = [
        f"{row['probe']}: the table has {row['is'][version]}, here it is {facts[row['probe']]}"
        for row in table
        if row["is"][version] != facts[row["probe"]]
    ]
    print("\n".join(wrong) or f"{len(table)} facts of lessons/versions.toml hold on {sys.version.split()[0]}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
