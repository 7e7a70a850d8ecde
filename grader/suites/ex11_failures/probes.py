"""What runs in the worker for exercise 11: functions that answer, stall, raise, kill their process, and meet the trusted side.

A probe of a task has the task's name. What it returns is a claim, as data; the trusted side says what is right.
"""

import multiprocessing
import os
import signal

from witness import meet

# -- 11a -----------------------------------------------------------------------------------------------------------------------------


def answer(word, number):
    """Says that it runs, and returns what the trusted side says."""
    return meet(["runs", word, number])


def returns(kind):
    """A result that could be taken for something else."""
    meet(["runs", kind, 0])
    return {"None": None, "False": False, "an exception object": ValueError("I am a result"), "a pair": (False, ValueError("in a pair"))}[
        kind
    ]


def raises(name, *args):
    """Says that it runs, then raises."""
    meet(["runs", name, 0])
    raise {"KeyError": KeyError, "ValueError": ValueError, "TimeoutError": TimeoutError, "EOFError": EOFError, "OSError": OSError}[name](
        *args
    )


def large(size):
    """A result that no pipe holds at once."""
    meet(["runs", "large", size])
    return b"x" * size


def stalls(stubborn):
    """Never comes to an end by itself; a stubborn one ignores SIGTERM."""
    if stubborn:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    meet(["stalls", stubborn])
    return "let go"


def dies(how):
    """Ends its process without an answer."""
    meet(["dies", how])
    if how == "exit":
        os._exit(7)
    os.kill(os.getpid(), signal.SIGKILL)


def run_with_deadline(task, fn, args, seconds):
    """What came of a call: ("returned", value), a large value by its length; or ("raised", the exception)."""
    try:
        value = task(fn, args, seconds)
    except NotImplementedError:
        raise
    except Exception as error:
        return "raised", error
    if type(value) is bytes and len(value) > 1000:
        return "returned", ["large", len(value), value.count(b"x")]
    return "returned", value


def zombies():
    """How many children of this process have ended and wait to be waited for. It reaps none."""
    count = 0
    for entry in os.listdir("/proc") if os.path.isdir("/proc") else ():
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    state, parent = file.read().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            count += state == "Z" and int(parent) == os.getpid()
    return count


def reap():
    """Wait for the children that have ended."""
    return len(multiprocessing.active_children())


# -- 11b -----------------------------------------------------------------------------------------------------------------------------

KINDS = {
    "OSError": OSError,
    "ConnectionError": ConnectionError,
    "ConnectionResetError": ConnectionResetError,
    "TimeoutError": TimeoutError,
    "ValueError": ValueError,
    "KeyError": KeyError,
    "Exception": Exception,
    "KeyboardInterrupt": KeyboardInterrupt,
    "SystemExit": SystemExit,
}


def retry(task, plan, attempts, retry_on, backoff, own_sleep=True):
    """Call the task with a function that follows `plan`: each step is ["raise", name, text] or ["return", value].

    Returns (what came of it, the calls of fn and the pauses in order, which of the exceptions raised came out, by its number).
    """
    events, raised = [], []

    def fn():
        events.append("call")
        kind, *rest = plan[min(events.count("call"), len(plan)) - 1]
        if kind == "return":
            return rest[0]
        raised.append(KINDS[rest[0]](rest[1]))
        raise raised[-1]

    def sleep(seconds):
        events.append(seconds)

    kinds = tuple(KINDS[name] for name in retry_on) if isinstance(retry_on, list) else KINDS[retry_on]
    options = {"sleep": sleep} if own_sleep else {}
    try:
        outcome = "returned", task(fn, attempts=attempts, retry_on=kinds, backoff=backoff, **options)
    except NotImplementedError:
        raise
    except BaseException as error:
        which = next((number for number, ours in enumerate(raised) if ours is error), None)
        return ("raised", error), events, which
    return outcome, events, None


# -- 11c -----------------------------------------------------------------------------------------------------------------------------

POISON = 1000
"""Items from here on kill the process that works on them: even ones by a signal, odd ones by an exit."""
FAILING = 500
"""Items from here to there make fn raise."""


def work(item):
    """What the task is to call: says where it runs, and answers what the trusted side says, unless the item is bad."""
    value = meet(["works", item])
    if item >= POISON and value != "enough":
        if item % 2:
            os._exit(3)
        os.kill(os.getpid(), signal.SIGKILL)
    if item >= FAILING:
        raise KeyError(f"no {item}")
    return value


def resilient_map(task, items, max_workers, once=False):
    """Call the task; each Settled as (status, value, error), or what came back instead."""
    got = task(work, (item for item in items) if once else list(items), max_workers=max_workers)
    if type(got) is not list:
        return got
    return [tuple(getattr(one, part, "missing") for part in ("status", "value", "error")) for one in got]
