"""Scenarios for exercise 12: programs whose orders are known, caches that keep their promises, and six that break one each."""

import inspect
import threading
import time
from concurrent.futures import Future

from grader.schedule import primitives

# -- 12a -------------------------------------------------------------------------------------------------------------------------------


def program(steps):
    """A program that takes these steps, each a list of what it does; behind the last `yield` is the last step."""

    def run(state):
        own = 0
        for number, step in enumerate(steps):
            for what, name, value in step:
                match what:
                    case "say":
                        state[name] += value
                    case "read":
                        own = state[name]
                    case "write":
                        state[name] = own + value
                    case "append":
                        state[name][0].append(value)
                    case "freeze":  # the last to come here makes a text of the list
                        state["left"] -= 1
                        if state["left"] == 0:
                            state[name] = "".join(state[name][0])
                    case "refuse":
                        if state[name].endswith(value):
                            raise LookupError(value)
            if number < len(steps) - 1:
                yield

    return run


def outcomes(task, programs, state):
    """What the task returns for these programs: its type, its outcomes as plain data, and the state afterwards."""
    found = task([program(steps) for steps in programs], state)
    if isinstance(found, set | frozenset | list | tuple):
        return [type(found).__name__, sorted((_plain(each) for each in found), key=repr), state]
    return [type(found).__name__, [], state]


def _plain(outcome):
    """An outcome in the form that it should have, else a text that says its type."""
    if type(outcome) is tuple and all(type(pair) is tuple and len(pair) == 2 for pair in outcome):
        return outcome
    return f"an outcome of type {type(outcome).__name__}"


# -- 12b: caches that keep every promise -----------------------------------------------------------------------------------------------


class FutureCache:
    """One lock for the table, and a Future for each key."""

    def __init__(self, load):
        self._load = load
        self._lock = threading.Lock()
        self._futures = {}

    def get(self, key):
        with self._lock:
            future = self._futures.get(key)
            first = future is None
            if first:
                future = self._futures[key] = Future()
        if first:
            self._fill(key, future)
        return future.result()

    def _fill(self, key, future):
        try:
            value = self._load(key)
        except BaseException as error:
            self._forget(key, future)
            future.set_exception(error)
        else:
            future.set_result(value)

    def _forget(self, key, future):
        with self._lock:
            if self._futures.get(key) is future:
                del self._futures[key]

    def drop(self, key):
        with self._lock:
            self._futures.pop(key, None)


class Entry:
    """A key's lock, and its value once `loaded`."""

    def __init__(self):
        self.lock = threading.Lock()
        self.loaded = False
        self.value = None


class LockCache:
    """A lock for each key. Who waited for a load that raised loads again."""

    def __init__(self, load):
        self._load = load
        self._table = threading.Lock()
        self._entries = {}

    def get(self, key):
        with self._table:
            entry = self._entries.get(key)
            if entry is None:
                entry = self._entries[key] = Entry()
        with entry.lock:
            if not self._has(entry):
                entry.value = self._load(key)
                entry.loaded = True
            return entry.value

    def _has(self, entry):
        return entry.loaded

    def drop(self, key):
        with self._table:
            self._entries.pop(key, None)


class Record:
    """How far a key has come."""

    def __init__(self):
        self.state = "loading"
        self.value = None


class ConditionCache:
    """One Condition, and a state for each key."""

    def __init__(self, load):
        self._load = load
        self._changed = threading.Condition()
        self._records = {}

    def get(self, key):
        with self._changed:
            record = self._records.get(key)
            if record is not None:
                while record.state == "loading":
                    self._changed.wait()
                if record.state == "failed":
                    raise record.value
                return record.value
            record = self._records[key] = Record()
        try:
            self._end(key, record, "ready", self._load(key))
        except BaseException as error:
            self._end(key, record, "failed", error)
            raise
        return record.value

    def _end(self, key, record, state, value):
        with self._changed:
            record.state, record.value = state, value
            if state == "failed" and self._records.get(key) is record:
                del self._records[key]
            self._changed.notify_all()

    def drop(self, key):
        with self._changed:
            self._records.pop(key, None)


# -- and six that break one ------------------------------------------------------------------------------------------------------------


class LoadsTwice:
    """Looks, and then acts."""

    def __init__(self, load):
        self._load = load
        self._values = {}
        self._drops = {}

    def get(self, key):
        if key in self._values:
            return self._values[key]
        drops = self._drops.get(key, 0)
        value = self._load(key)
        if self._drops.get(key, 0) == drops:
            self._values[key] = value
        return value

    def drop(self, key):
        self._drops[key] = self._drops.get(key, 0) + 1
        self._values.pop(key, None)


class OneAfterAnother(FutureCache):
    """Holds one lock over every load."""

    def __init__(self, load):
        super().__init__(load)
        self._loading = threading.Lock()

    def _fill(self, key, future):
        with self._loading:
            super()._fill(key, future)


class KeepsErrors(FutureCache):
    """Keeps what load raised."""

    def _forget(self, key, future):
        pass


class WaitsForEver(FutureCache):
    """Keeps the place of a load that raised, which nobody will fill."""

    def _fill(self, key, future):
        future.set_result(self._load(key))


class NoneIsNothing(LockCache):
    """Takes None for not loaded."""

    def _has(self, entry):
        return entry.value is not None


class KeepsTheDropped:
    """Drops what is loaded, and not what is being loaded."""

    def __init__(self, load):
        self._load = load
        self._lock = threading.Lock()
        self._values = {}
        self._loading = {}

    def get(self, key):
        with self._lock:
            if key in self._values:
                return self._values[key]
            future = self._loading.get(key)
            first = future is None
            if first:
                future = self._loading[key] = Future()
        if first:
            try:
                value = self._load(key)
            except BaseException as error:
                with self._lock:
                    del self._loading[key]
                future.set_exception(error)
            else:
                with self._lock:
                    self._values[key] = value
                    del self._loading[key]
                future.set_result(value)
        return future.result()

    def drop(self, key):
        with self._lock:
            self._values.pop(key, None)


CACHES = {
    "future": FutureCache,
    "lock": LockCache,
    "condition": ConditionCache,
    "twice": LoadsTwice,
    "apart": OneAfterAnother,
    "error": KeepsErrors,
    "stuck": WaitsForEver,
    "none": NoneIsNothing,
    "stale": KeepsTheDropped,
}


# -- the learner's tests ---------------------------------------------------------------------------------------------------------------


def tests_of(learner):
    """Every name that begins with test_, in order, and what keeps it from being run; classes with such methods."""
    found = []
    for name, value in list(vars(learner).items()):
        if inspect.isclass(value):
            if value.__module__ == learner.__name__ and any(method.startswith("test") for method in vars(value)):
                found.append([name, "class"])
        elif name.startswith("test_"):
            found.append([name, _unfit(value)])
    return found


def _unfit(value):
    if not callable(value):
        return "no function"
    if inspect.iscoroutinefunction(value):
        return "async"
    if inspect.isgeneratorfunction(value):
        return "yield"
    try:
        inspect.signature(value).bind(None)
    except TypeError:
        return "parameters"
    except ValueError:
        pass  # it does not say
    return ""


def run_test(learner, name, cache, quick):
    """How one test of the learner's ended on one cache: [how, line, text, threads left, exceptions that ended threads, caches made].

    With `quick`, a sleep takes no time.
    """
    made, died = [], []

    def make_cache(load):
        made.append(cache)
        return CACHES[cache](load)

    def end_of_thread(args):
        died.append(args.exc_type.__name__)

    # None of this is put back: the scheduler does so when an execution, or all of them, are over.
    threading.excepthook = end_of_thread
    _sleep(learner, _no_sleep if quick else primitives.sleep)
    started, ended = _threads()
    how, line, text = "passed", 0, ""
    try:
        getattr(learner, name)(make_cache)
    except Exception as error:
        how, line, text = type(error).__name__, _line(learner, error), str(error)[:120]
    left = len(started) - len(ended)
    return [how, line, "" if " at 0x" in text else text, left, sorted(died), len(made)]


def _threads():
    """The threads that are started from now on, and those of them that have ended."""
    started, ended = [], []
    real = getattr(threading.Thread.start, "real", threading.Thread.start)

    def start(thread):
        run = thread.run

        def run_to_its_end():
            try:
                run()
            finally:
                ended.append(thread)

        thread.run = run_to_its_end
        started.append(thread)
        real(thread)

    start.real = real
    threading.Thread.start = start
    _company(real)
    return started, ended


def _company(start):
    """A thread that does nothing: where only one lives, the scheduler does not look for what a thread that has just ended could have met."""
    ready, held = threading.Event(), threading.Lock()
    held.acquire()

    def wait():
        ready.set()
        held.acquire()

    thread = threading.Thread(target=wait, name="company", daemon=True)
    start(thread)
    ready.wait()
    threading._active.pop(thread.ident, None)  # nobody is to join it


def _no_sleep(seconds):
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")


def _sleep(learner, sleep):
    for name, value in list(vars(learner).items()):
        if value is time.sleep:
            setattr(learner, name, sleep)
    time.sleep = sleep


def _line(learner, error):
    """The innermost line of the learner's that it came through."""
    line, place = 0, error.__traceback__
    while place is not None:
        if place.tb_frame.f_code.co_filename == learner.__file__:
            line = place.tb_lineno
        place = place.tb_next
    return line
