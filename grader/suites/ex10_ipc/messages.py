"""What exercise 10 tells a learner, mistake by mistake: what was seen, what was expected, why that happens.

Which sentence is chosen depends on what was observed; the learner's source only decides which line to quote and between mistakes that
look the same from outside.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from grader.model import Message, Outcome, SourceLine
from grader.sandbox.wire import ErrorValue
from grader.suite.fate import Fate, deadlock_says
from grader.suite.learner import Learner, said, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from grader.suite.rendezvous import Rendezvous
    from grader.suites.ex10_ipc.suite import Board

MAX_MESSAGE = 1 << 20
"""As in the stub."""
TASKS = ("serve", "ask", "start_server", "squares_shared", "send_msg", "recv_msg")


def find(learner: Learner, pattern: str, task: str) -> tuple[SourceLine, ...]:
    """The line to quote, of this task or of what belongs to none."""
    return learner.find(pattern, task, TASKS)


def _outcome(outcome: Any) -> str:
    """What came of a call, as a probe tells it."""
    kind, value = outcome
    if kind == "raised":
        return f"raised {said(value)}" if isinstance(value, ErrorValue) else "raised something"
    return f"{kind} {shown(value)}"


@contextmanager
def _standstill(say: Callable[[], tuple[str, str]], *, endless: Callable[[], tuple[str, str]] | None = None) -> Iterator[None]:
    """A deadlock in here is told in these words; with `endless`, so is a loop that uses up its CPU seconds."""
    try:
        yield
    except Fate as fate:
        if fate.outcome is Outcome.DEADLOCKED:
            fate.text, fate.why = say()
        elif fate.outcome is Outcome.TIMED_OUT and endless:
            fate.text, fate.why = endless()
        raise


# -- 10a: serve ----------------------------------------------------------------------------------------------------------------------


def _request(request: tuple[Any, ...]) -> str:
    """A request, as the learner would see it."""
    kind, *parts = request
    if kind == "numbers":
        return shown(parts[0])
    if kind == "bent":
        return f"a request whose sum raises {parts[0]}"
    if kind == "torn":
        return f"a request whose unpickling raises {parts[0]}"
    return f"[{parts[0]}]"


def _nth(requests: list[Any], number: int) -> str:
    return f"request {number + 1} of {len(requests)}, {_request(requests[number])}"


@contextmanager
def unanswered(learner: Learner, referee: Rendezvous, requests: list[Any]) -> Iterator[None]:
    """A standstill in here: serve does not answer, or does not end."""

    def say() -> tuple[str, str]:
        labels = referee.labels
        answered = labels.count(["answered"])
        if ["closed"] in labels or answered >= len(requests):
            return "The other end was closed, and serve still waits. Expected it to return.", "Nothing can come through this pipe any more."
        line = find(learner, r"\.poll\(", "serve")
        why = (
            "It waits for something else first, and whoever asks waits for this answer." if line else "Whoever asks waits for this answer."
        )
        text = f"serve never answered {_nth(requests, answered)}: both sides wait. Expected an answer before the next request."
        return text, why

    def endless() -> tuple[str, str]:
        if ["closed"] in referee.labels:
            return _ENDLESS
        return "serve works without an end and does not answer.", "A loop that never ends, or one that does far more work than it needs."

    with _standstill(say, endless=endless):
        yield


_ENDLESS = (
    "The other end was closed, and serve goes on for ever. Expected it to return.",
    "Each recv then raises EOFError at once; who takes that for a bad request comes round again.",
)


def _is_bad(request: tuple[Any, ...]) -> bool:
    kind: str = request[0]
    parts = request[1:]
    if kind == "numbers":
        return type(parts[0]) not in (list, tuple) or any(type(number) is not int for number in parts[0])
    return kind != "coin"


def serve_raised(learner: Learner, requests: list[Any], answered: int, error: ErrorValue) -> Message:
    bad = _is_bad(requests[answered])
    expected = '("error", text)' if bad else '("ok", total)'
    text = f"serve raised {said(error)} at {_nth(requests, answered)}. Expected an answer: {expected}."
    why = "One bad request, and everybody who would ask later has no server." if bad else "What leaves serve ends it."
    return Message(text, learner.where(error), why)


def came_back(learner: Learner, requests: list[Any], number: int) -> Message:
    text = f"serve returned without an answer to {_nth(requests, number)}. Expected it to go on until the other end is closed."
    request = requests[number]
    if request[0] == "bent" or (number and requests[number - 1][0] == "bent"):
        why = "EOFError and OSError may come from the request itself: only those of recv and send tell of the connection."
        return Message(text, find(learner, r"except.*(EOFError|OSError|Exception)", "serve"), why)
    if request == ("numbers", []):
        line = find(learner, r"if not |if \w+:|while .*:=|while \w+:", "serve")
        return Message(text, line, "`[]` is false, and no sign that somebody hung up: recv raises EOFError for that.")
    if number == 1 and request[0] == "numbers":
        return Message(text, find(learner, r"\.recv\(", "serve"), "It answers one request, and is done: there is no loop round recv.")
    return Message(text, (), "Whoever asks now finds nobody there.")


def answer(learner: Learner, requests: list[Any], number: int, heard: list[Any], right: tuple[str, Any]) -> Message:
    got = heard[number]
    pair = tuple(got) if type(got) in (list, tuple) else ()
    wanted = right if right[0] == "ok" else ("error", shown(right[1], 90))
    text = f"The answer to {_nth(requests, number)}, was {shown(got)}. Expected {wanted!r}."
    sums = [("ok", request[1]) for request in requests if request[0] == "coin"]
    if pair in sums:
        return Message(
            f"{text} It is the answer to another request.", (), "Whoever asks takes the next answer for the one to this question."
        )
    if len(pair) != 2 or pair[0] not in ("ok", "error"):
        return Message(text, find(learner, r"\.send\(", "serve"), "Whoever asks has to tell an error from a total: hence the pair.")
    if right[0] == "error" and pair[0] == "ok":
        return Message(text, (), "Nobody can tell it from a real total.")
    if right[0] == "error":
        name, _, message = str(right[1]).partition(": ")
        if isinstance(pair[1], ErrorValue):
            return Message(text, (), "The text was expected, not the exception: not every exception pickles.")
        if pair[1] == message:
            return Message(text, (), "The message of an exception does not hold its class: type(error).__name__ does.")
        if pair[1] in (name, f"{name}()") or (isinstance(pair[1], str) and pair[1].startswith(f"{name}(")):
            return Message(text, (), "Expected the name of the class, a colon and the message: not what repr makes of it.")
        return Message(text)
    if pair[0] == "error" and number and requests[number - 1][0] != "numbers":
        return Message(text, (), "What one request left behind was taken for the next.")
    return Message(text, (), "A float has 53 bits for a number." if isinstance(pair[1], float) else "")


_HANG_UPS = {
    "before": "The other end was closed",
    "due": "The other end was closed while an answer was due",
    "unread": "The other end was closed with an answer unread",
}


def never_ends(learner: Learner, when: str) -> AbstractContextManager[None]:
    text = f"{_HANG_UPS[when]}, and serve still waits. Expected it to return."
    why = "Each recv then raises EOFError at once; who takes that for a bad request comes round again."
    return _standstill(lambda: (text, ""), endless=lambda: (f"{_HANG_UPS[when]}, and serve goes on for ever. Expected it to return.", why))


def end_raised(learner: Learner, when: str, error: ErrorValue) -> Message:
    text = f"{_HANG_UPS[when]}, and serve raised {said(error)}. Expected it to return."
    why = "recv raises EOFError when the last other end is closed: for a server that is the end of its work, not an error."
    if when == "due":
        why = "send raises BrokenPipeError when nobody is left to read: the end can show itself there first."
    if when == "unread":
        why = "recv raises ConnectionResetError, an OSError, when the other end was closed with something unread."
    return Message(text, learner.where(error), why)


# -- 10a: ask ------------------------------------------------------------------------------------------------------------------------


def ask_waits() -> AbstractContextManager[None]:
    return deadlock_says(
        "ask and a server of ours wait for each other. Expected one send, then one recv.", "Nobody is left who could send."
    )


def ask_sent(learner: Learner, requests: list[Any], got: list[Any], outcomes: list[Any]) -> Message:
    number = next((i for i, request in enumerate(requests) if got[i : i + 1] != [request]), 0)
    asked = f"ask(conn, {shown(requests[number])})"
    line = find(learner, r"\.send\w*\(", "ask")
    if number < len(got) and number and got[number] == requests[number - 1]:
        return ask_twice(learner, number, number + 1)
    if number < len(got):
        text = f"{asked} sent {shown(got[number])}. Expected {shown(requests[number])}, as it is."
        return Message(text, line, "The server takes what it gets for the request.")
    return Message(f"{asked} sent nothing and {_outcome(outcomes[number])}. Expected it to send the request.", line)


def ask_twice(learner: Learner, asked: int, got: int) -> Message:
    text = f"{asked} calls of ask sent {got} requests. Expected one each."
    return Message(text, find(learner, r"\.send\w*\(", "ask"), "Each request has an answer, and the next ask would read the one left over.")


def ask_gave(learner: Learner, request: Any, reply: tuple[str, Any], outcome: Any) -> Message:
    text = f"The server answered {reply!r}, and ask(conn, {shown(request)}) {_outcome(outcome)}. Expected {reply[1]!r}."
    if outcome[0] == "returned" and type(outcome[1]) in (tuple, list):
        return Message(text, find(learner, r"return", "ask"), "The pair is for the two ends of the pipe; who asks wants the total.")
    if reply[1] == 0:
        return Message(text, find(learner, r"\bif\b|\bor\b", "ask"), "0 is false, and a total like any other.")
    return Message(text, find(learner, r"\.recv\(", "ask"))


def no_refusal(learner: Learner, text: str, outcome: Any) -> Message:
    seen = f'The server answered ("error", {text!r}), and ask {_outcome(outcome)}. Expected BadRequest with that text.'
    kind, value = outcome
    if kind == "returned":
        return Message(seen, find(learner, r"return", "ask"), "The caller takes it for a total.")
    if isinstance(value, ErrorValue) and value.type == "BadRequest":
        return Message(seen, find(learner, r"BadRequest", "ask"))
    return Message(seen, find(learner, r"raise", "ask"), "A caller who catches BadRequest will miss it.")


# -- 10a: start_server ---------------------------------------------------------------------------------------------------------------


def no_server(odd: Any) -> Message:
    kind, found = odd if type(odd) is tuple and len(odd) == 2 else ("", odd)
    if kind == "not started":
        return Message("start_server returned a process that was not started.", (), "A Process does nothing until .start().")
    text = f"start_server returned {shown(found)}."
    if kind == "no process":
        text = f"What start_server returned first is {shown(found)}, no process of multiprocessing."
    if kind == "no connection":
        text = f"What start_server returned second is {shown(found)}, no end of a pipe."
    return Message(f"{text} Expected (process, connection).")


def server_silent(learner: Learner) -> AbstractContextManager[None]:
    return deadlock_says(
        "A request was sent through the connection of start_server, and nobody answers. Expected the server's answer.",
        "Either nobody serves at the other end of this pipe, or it waits for something else.",
    )


def server_answer(learner: Learner, value: int, kind: str, answer: Any) -> Message:
    if kind == "answered":
        return Message(f"The server of start_server answered [{value}] with {shown(answer)}. Expected ('ok', {value}).")
    text = f"A request was sent through the connection of start_server, and the other end is closed ({answer.type}). Expected an answer."
    return Message(text, find(learner, r"\.close\(", "start_server"), "The server has ended, or the wrong end of the pipe was closed.")


def own_process(learner: Learner) -> Message:
    line = find(learner, r"Thread\(", "start_server") or find(learner, r"serve\(", "start_server")
    return Message("The request was added up in your own process. Expected another one.", line, "A thread shares your process.")


def births(learner: Learner, method: str, seen: list[str]) -> Message:
    text = f"mp_context was that of {method}, and the server was started by {' and '.join(seen)}. Expected {method}."
    line = find(learner, r"\bProcess\(", "start_server")
    return Message(text, line, "A Process that is not made by the context takes the program's default.")


def server_stays(learner: Learner, method: str) -> AbstractContextManager[None]:
    text = "The connection was closed, and the server still waits for a request. Expected it to end."
    why = "Your own process still holds another copy of the end that was closed."
    if method == "fork":
        why = "The child of a fork has a copy of both ends. While it keeps yours open, its own recv sees no end."
    elif find(learner, r"args=", "start_server"):
        why = "The child was sent your end too, and keeps it open, so its own recv sees no end."
    line = find(learner, r"\bPipe\(", "start_server")

    @contextmanager
    def told() -> Iterator[None]:
        try:
            yield
        except Fate as fate:
            if fate.outcome is Outcome.DEADLOCKED:
                shown_line = f" ({line[0].code}, line {line[0].number})" if line else ""
                fate.text, fate.why = text, why.replace("both ends.", f"both ends{shown_line}.")
            raise

    return told()


def exit_code(learner: Learner, code: Any) -> Message:
    if code is not None and code < 0:
        text = f"The connection was closed, and the server was killed by signal {-code}. Expected it to end by itself, with exit code 0."
        return Message(text, find(learner, r"kill\(|terminate\(", "start_server"))
    text = f"The connection was closed, and the server ended with exit code {code}. Expected 0."
    return Message(text, (), "Exit code 1 is that of an exception which nobody caught." if code == 1 else "")


def asks_for_ever(learner: Learner, event: str, *, end_is_held: bool = False) -> AbstractContextManager[None]:
    why = "Only the last copy that is closed makes an end: your own process still holds the server's end of the pipe."
    endless = (f"{event}, and ask tries for ever. Expected EOFError or an OSError.", "A closed pipe stays closed.")
    text = f"{event}, and ask waits for an answer that nobody will send. Expected EOFError or an OSError."
    return _standstill(lambda: (text, why if end_is_held else ""), endless=lambda: endless)


def no_error(learner: Learner, said: Any) -> Message:
    text = f"The server is gone, and ask {_outcome(said)}. Expected EOFError or an OSError."
    line = find(learner, r"except", "ask")
    return Message(text, line, "Whoever asked cannot tell it from an answer." if said[0] == "returned" else "It tells of a bad request.")


# -- 10b -----------------------------------------------------------------------------------------------------------------------------

BOARD = "squares_shared"


def _call(board: Board) -> str:
    return f"squares_shared({board.n}, {board.workers})"


@contextmanager
def never_returns(board: Board) -> Iterator[None]:
    """A standstill in here: squares_shared waits for a worker that waits, or for one that is gone."""

    def say() -> tuple[str, str]:
        failed = [worker for worker, code, *_ in board.ended if code]
        if failed:
            return (
                f"{_call(board)} waits for ever. Worker {failed[0]} ended with an error.",
                "It waits for a word that this worker did not send.",
            )
        return (
            f"{_call(board)} waits for ever, and so do its workers.",
            "A worker does not have to wait for another: each has a share of its own.",
        )

    with _standstill(say):
        yield


def _failed_worker(board: Board) -> Message | None:
    """A worker ended with an error: then what is missing is its share."""
    failed = [worker for worker, code, *_ in board.ended if code]
    if not failed:
        return None
    text = f"In {_call(board)}, worker {failed[0]} ended with an error (its traceback is printed), and its share is missing."
    if removed := [worker for worker in board.removed_by if worker and worker != failed[0]]:
        why = "Unlink removes the name for everybody: who comes later finds no block."
        text = f"In {_call(board)}, worker {removed[0]} removed the block, and worker {failed[0]} could not attach to it."
        return Message(text, find(board.learner, r"\.unlink\(", BOARD), why)
    return Message(text, (), "An exception in a process stays there: the parent sees an exit code of 1.")


def _raised(board: Board, error: ErrorValue, call: str, expected: str) -> Message:
    why, line = "", board.learner.where(error)
    if error.type == "BufferError":
        why = "A view of the block (a cast, a slice, a memoryview) is still alive. Release it before close."
    elif error.type == "FileNotFoundError":
        why = "The block was removed already: its name can be used once for that, and by nobody afterwards."
    elif error.type == "ValueError" and board.n == 0:
        why = "A block of no bytes cannot be made."
    elif error.type == "ZeroDivisionError":
        why = "With fewer numbers than workers, n // workers is 0."
    elif "released memoryview" in error.text or "closed" in error.text:
        why = "After close there is no buffer any more: read first."
    elif error.is_a("PicklingError", "AttributeError") and ("<locals>" in error.text or "local object" in error.text):
        why = "A function inside a function has no name that another process could look up."
    elif error.text.startswith("cannot pickle"):
        why = "A memoryview does not cross to another process; the name of the block does."
    return Message(f"{call} raised {said(error)}. {expected}", line, why)


def _no_list(board: Board, got: Any) -> Message | None:
    """What was returned is no list of n ints, whatever stands in it."""
    call = _call(board)
    if isinstance(got, ErrorValue):
        return _raised(board, got, call, f"Expected {board.n} squares.")
    if type(got) is not list:
        why = "A view shows the block, and when the block is gone it shows nothing."
        kind = getattr(got, "type", type(got).__name__)
        lazy = "What is read later is read from a block that is gone." if "generator" in kind or kind in ("map", "zip") else ""
        why = why if kind in ("memoryview", "SharedMemory", "ShareableList") else lazy
        return Message(f"{call} returned {shown(got)}. Expected a plain list.", find(board.learner, r"return", BOARD), why)
    odd = next((item for item in got if type(item) is not int), None)
    if odd is not None:
        return Message(f"{call} returned {shown(odd)} among its numbers. Expected ints.")
    return None


def squares(board: Board, got: Any) -> Message:
    call, n = _call(board), board.n
    failed = _failed_worker(board)
    if failed and type(got) is list:
        return failed
    if told := _no_list(board, got):
        return told
    if len(got) != n:
        if got[:n] == [i * i for i in range(n)]:
            text = f"{call} returned {len(got)} numbers. Expected {n}."
            return Message(text, (), "What stands behind the n numbers is not yours.")
        if got == [i * i for i in range(len(got))] and len(got) == n // board.workers * board.workers:
            return _remainder(board, f"{call} returned {len(got)} numbers. Expected {n}.")
        return Message(f"{call} returned {len(got)} numbers. Expected {n}.")
    wrong = [i for i in range(n) if got[i] != i * i]
    first = wrong[0]
    if wrong == list(range(n // board.workers * board.workers, n)) and not any(got[i] for i in wrong) and board.workers > 1:
        return _remainder(board, f"The last {len(wrong)} of {n} numbers are {got[-1]}: nobody wrote them.")
    if len(wrong) == n - 1 and not any(got):
        text = f"{call} returned zeros only. Expected 0, 1, 4 and so on."
        line = find(board.learner, r"\.join\(", BOARD)
        why = "A child writes into its own copy of ordinary memory, and the parent never sees it."
        if not board.blocks:
            return Message(text, (), why)
        return Message(
            text, line, "Nobody has written into the block when it is read: the workers were not waited for." if not line else why
        )
    if not any(got[i] for i in wrong):
        text = f"{call}: number {first} is 0, and {len(wrong)} are in all. Expected {first * first} there: nobody wrote it."
        return Message(text, find(board.learner, r"\brange\(", BOARD), "Shares have to meet: where one ends the next begins.")
    return Message(f"{call}: number {first} is {got[first]}. Expected {first * first}.")


def _remainder(board: Board, text: str) -> Message:
    why = (
        f"{board.n} // {board.workers} is {board.n // board.workers}: {board.workers} shares of that leave {board.n % board.workers} over."
    )
    return Message(text, find(board.learner, r"//", BOARD), why)


def few(board: Board, got: Any) -> Message:
    call = _call(board)
    right = [i * i for i in range(board.n)]
    if isinstance(got, ErrorValue):
        return _raised(board, got, call, f"Expected {right}.")
    failed = _failed_worker(board)
    if failed and type(got) is list:
        return failed
    line = find(board.learner, r"//", BOARD)
    why = "With fewer numbers than workers, n // workers is 0." if line and board.n else ""
    return Message(f"{call} returned {shown(got)}. Expected {right}.", line if why else (), why)


def far(board: Board, got: Any) -> Message:
    if isinstance(got, ErrorValue):
        return _raised(board, got, _call(board), "Expected squares up to 4,900,000,000.")
    kind, length, wrong = got
    if kind != "list" or length != board.n or wrong is None:
        return Message(f"{_call(board)} returned a {kind} of {length} items. Expected a list of {board.n}.")
    place, value = wrong
    text = f"{_call(board)}: number {place:,} is {shown(value)}. Expected {place * place:,}."
    if failed := [worker for worker, code, *_ in board.ended if code]:
        text += f" Worker {failed[0]} ended with an error (its traceback is printed)."
    if place * place >= 1 << 31:
        line = find(board.learner, r"""cast\(["'][iIlL]|["'][<>=!]?\w*[iI]["']|size=4|4 \*|\* 4""", BOARD)
        return Message(text, line, "4 bytes hold numbers up to 4,294,967,295, or half of that with a sign. 8 bytes hold these.")
    return Message(text)


def blocks(board: Board) -> Message:
    if board.blocks:
        return Message(
            f"{board.blocks} blocks of shared memory were made. Expected one for a call.", find(board.learner, "SharedMemory", BOARD)
        )
    line = find(board.learner, r"\b(Raw)?Array\(|\bManager\(|\bQueue\(|\bPipe\(|Pool", BOARD)
    return Message("No SharedMemory was made. Expected one block that all workers write into.", line, "What is sent back is a copy.")


def crowd(board: Board, peak: int) -> Message:
    born = len(board.born)
    if not born:
        line = find(board.learner, r"Thread", BOARD)
        return Message(
            f"{_call(board)} started no process. Expected {board.workers}.", line, "A thread shares your memory anyway." if line else ""
        )
    if peak == 1 and born > 1:
        line = find(board.learner, r"\.join\(|\.result\(", BOARD)
        text = f"Never 2 workers at a time. Expected all {board.workers} to be started before the first is waited for."
        return Message(text, line, "The loop waits for each worker before the next one starts.")
    number = "1 process" if born == 1 else f"{born} processes"
    text = f"{_call(board)} started {number}, {peak} at once. Expected {board.workers}."
    if born == board.n:
        return Message(
            text,
            find(board.learner, r"Process\(", BOARD),
            "One process for each number: the start of a process costs far more than a square.",
        )
    return Message(text, find(board.learner, r"Pool\w*\(|Process\(|range\(", BOARD))


def idle(board: Board, workers: list[int]) -> Message:
    if len(workers) == len(board.ended):
        text = f"In {_call(board)}, no worker wrote anything into the block. Expected the workers to write the squares."
        return Message(text, (), "What the parent writes itself, no other process has worked out.")
    text = f"In {_call(board)}, worker {workers[0]} wrote nothing into the block. Expected a share for each."
    return Message(text, (), "One of the others had its share as well.")


def alive(board: Board, count: int) -> Message:
    number = "1 worker was" if count == 1 else f"{count} workers were"
    return Message(
        f"{number} still there after squares_shared had returned. Expected them to have ended.", find(board.learner, r"\.start\(", BOARD)
    )


def twice(board: Board, found: list[tuple[int, int, int]]) -> Message:
    worker, first, last = found[0]
    place = f"byte {first}" if first == last else f"bytes from {first} to {last}"
    text = f"In {_call(board)}, worker {worker} wrote {place} of the block, and an earlier worker had written there. Expected one writer."
    line = find(board.learner, r"\brange\(", BOARD) or find(board.learner, r"//", BOARD)
    why = "Two shares overlap. Here both write the same; where they do not, the last one wins."
    return Message(text, line, why)


def worker_removed(board: Board, worker: int) -> Message:
    text = f"Worker {worker} of {board.workers} removed the block. Expected its maker to do so, when all have ended."
    line = find(board.learner, r"\.unlink\(", BOARD)
    return Message(text, line, "Unlink removes the name for everybody: who comes later finds no block.")


def named(board: Board) -> Message:
    text = "After squares_shared had returned, the block could still be attached to by its name. Expected it to be removed."
    line = find(board.learner, r"SharedMemory\(", BOARD)
    why = "close lets go of it here; only unlink removes it. The resource tracker warns of a leaked block at the end of the program."
    return Message(text, line, why)


def mapped(board: Board) -> Message:
    text = "After squares_shared had returned, the block was still mapped into your process. Expected it to be closed."
    line = find(board.learner, r"SharedMemory\(", BOARD)
    return Message(text, line, "unlink takes the name away; the memory is given back when the last process has closed the block.")


# -- 10c -----------------------------------------------------------------------------------------------------------------------------


def _hex(data: bytes, limit: int = 12) -> str:
    """Bytes for a message, as two digits each."""
    return data[:limit].hex(" ") + (f" and {len(data) - limit} more" if len(data) > limit else "") if data else "nothing"


def send_stands_still() -> AbstractContextManager[None]:
    return deadlock_says("send_msg waits, though its message is read. Expected it to send and return.", "Nobody answers a message here.")


def wire(learner: Learner, payloads: list[bytes], got: Any, right: bytes) -> Message:
    if isinstance(got, ErrorValue):
        return Message(f"send_msg of {_bytes(payloads[0])} raised {said(got)}. Expected it to be sent.", learner.where(got))
    count = f"{len(payloads)} messages" if len(payloads) > 1 else f"A message of {_bytes(payloads[0])}"
    text = f"{count} went out as {_hex(got)}. Expected {_hex(right)}."
    if len(payloads) == 1 and payloads[0] and got.startswith(payloads[0]):
        line = find(learner, r"\.send\w*\(", "send_msg")
        if got == payloads[0] + b"\n":
            return Message(text, line, "A newline at the end marks no end: the bytes of a message may hold one too.")
        return Message(text, line, "Without a length, nobody can tell where the message ends.")
    if len(payloads) == 1 and not payloads[0] and not got:
        return Message(text, find(learner, r"\bif\b", "send_msg"), "An empty message has a header too.")
    if len(got) >= 4 and len(right) >= 4 and got[:4] == right[:4][::-1] and got[4:] == right[4:]:
        return Message(
            text,
            find(learner, r"pack\(|to_bytes\(|Struct\(", "send_msg"),
            "The least significant byte came first. Expected the other order.",
        )
    if len(got) == len(right) + 4 or int.from_bytes(got[:4]) == len(payloads[0]) + 4:
        return Message(text, find(learner, r"pack\(|to_bytes\(|Struct\(", "send_msg"), "The length is that of the data alone.")
    return Message(text, find(learner, r"pack\w*\(|to_bytes\(|\.send\w*\(", "send_msg"))


def _bytes(data: bytes) -> str:
    return f"{len(data)} byte{'' if len(data) == 1 else 's'}"


def sent_large(learner: Learner, found: Any) -> Message:
    if isinstance(found, ErrorValue):
        return Message(f"send_msg of {MAX_MESSAGE} bytes raised {said(found)}. Expected it to be sent.", learner.where(found))
    count, _ = found
    text = f"Of a message of {MAX_MESSAGE:,} bytes and its header, {count:,} bytes came. Expected {MAX_MESSAGE + 4:,}, unchanged."
    line = find(learner, r"\.send\(|\.sendmsg\(|\.write\(", "send_msg")
    return Message(text, line, "`send` takes what there is room for and returns how much that was: sendall goes on with the rest.")


def too_long(learner: Learner, outcome: Any, on_wire: int) -> Message:
    text = f"send_msg of MAX_MESSAGE + 1 bytes {_outcome(outcome)}; {on_wire:,} bytes were sent. Expected ValueError, and nothing sent."
    return Message(text, (), "The other side refuses such a message, and then nobody knows where the next one begins.")


def too_long_sent(learner: Learner, on_wire: int) -> Message:
    text = f"send_msg of MAX_MESSAGE + 1 bytes raised ValueError after {_bytes(bytes(on_wire))} were sent. Expected nothing to be sent."
    return Message(text, find(learner, r"\.send\w*\(", "send_msg"), "The other side has a header now, and waits for what it announces.")


def _recv_line(learner: Learner) -> tuple[SourceLine, ...]:
    return find(learner, r"\.recv\w*\(|\.read\w*\(|os\.read\(", "recv_msg")


def waits_for_more(learner: Learner, payload: bytes) -> AbstractContextManager[None]:
    text = f"A whole message of {_bytes(payload)} was sent, and recv_msg waits for more. Expected it to return the message."
    why = "It asked for more than the message has: for the end of the stream, a newline or a full buffer."
    if not payload:
        why = "The header says 0: nothing is left to wait for."
    return deadlock_says(text, why)


def message(learner: Learner, payload: bytes, outcome: Any) -> Message:
    kind, value = outcome
    text = f"A message of {_bytes(payload)} was sent, and recv_msg {_outcome(outcome)}."
    if kind == "raised":
        return Message(f"{text} Expected the message.", _recv_line(learner))
    if kind != "returned":
        return Message(f"{text} Expected bytes.", find(learner, r"return", "recv_msg"))
    if type(value) is bytes and value and payload.startswith(value):
        why = "A newline within the message was taken for its end." if value.endswith(b"\n") or payload[len(value) :][:1] == b"\n" else ""
        return Message(f"A message of {_bytes(payload)} was sent, and recv_msg returned the first {len(value)}.", _recv_line(learner), why)
    if type(value) is bytes and value.endswith(payload):
        return Message(f"{text} Expected the message without its header.", _recv_line(learner))
    if type(value) is bytes and value and payload.rstrip().startswith(value):
        return Message(f"{text} Expected every byte of it.", find(learner, r"strip\(", "recv_msg"))
    return Message(f"{text} Expected {shown(payload)}.", _recv_line(learner))


def next_is_lost(learner: Learner, number: int) -> AbstractContextManager[None]:
    text = (
        f"Four messages were sent at once, and call {number + 1} of recv_msg waits for what has come already. Expected it to return each."
    )
    line = find(learner, r"makefile\(", "recv_msg")
    why = "The call before took more from the socket than its own message, and what it took is lost."
    if line:
        why = "A file made of a socket reads ahead into a buffer of its own, and what lies there is lost with the file."
    return deadlock_says(text, why)


def together(learner: Learner, payloads: list[bytes], number: int, outcome: Any) -> Message:
    text = f"Four messages were sent at once, and call {number + 1} of recv_msg {_outcome(outcome)}."
    why = "The call before took more from the socket than its own message."
    if number == 0:
        why = "recv returns whatever is there, up to what was asked for: the next message too."
    return Message(f"{text} Expected the message of {_bytes(payloads[number])}.", _recv_line(learner), why)


def read_ahead(learner: Learner, sent: int, left: int) -> Message:
    text = f"Behind the messages that were read lay {sent} bytes; {left} of them are still in the socket. Expected all of them."
    line = find(learner, r"makefile\(", "recv_msg") or _recv_line(learner)
    return Message(text, line, "Who reads this socket next, without recv_msg, misses what was read ahead.")


def empty(learner: Learner, outcome: Any) -> Message:
    text = f"An empty message was sent, and recv_msg {_outcome(outcome)}. Expected b''."
    line = find(learner, r"if not |== b|or None", "recv_msg")
    return Message(text, line, "A message of 0 bytes has a header; the end of a stream has none.")


def after_empty(learner: Learner, outcome: Any) -> Message:
    text = f"Behind an empty message came another, and recv_msg {_outcome(outcome)}. Expected that message."
    return Message(text, _recv_line(learner))


def gives_up_pieces(learner: Learner) -> AbstractContextManager[None]:
    return deadlock_says("A message came in pieces, and recv_msg waits for more than all of them. Expected the message.")


def pieces(learner: Learner, cuts: tuple[int, ...], payloads: list[bytes], outcomes: list[Any]) -> Message:
    number = next((i for i, payload in enumerate(payloads) if outcomes[i : i + 1] != [("returned", payload)]), 0)
    outcome = outcomes[number] if number < len(outcomes) else outcomes[-1]
    where = "in its header" if cuts[0] < 4 else "right behind its header" if cuts == (4,) else "in the middle"
    text = f"A message of {_bytes(payloads[0])} came in pieces, cut {where}, and recv_msg {_outcome(outcome)}. Expected the whole message."
    line = _recv_line(learner) if cuts[0] < 4 else (learner.lines("recv", "recv_msg")[-1:] or _recv_line(learner))
    return Message(text, line, "recv(n) returns what is there: at least 1 byte, at most n. Ask again for the rest.")


def large(learner: Learner, found: Any) -> Message:
    kind, count, _ = found
    text = f"A message of {MAX_MESSAGE:,} bytes was sent, and recv_msg returned a {kind} of {count:,}. Expected all of it."
    return Message(text, _recv_line(learner), "recv(n) returns what is there: at least 1 byte, at most n. Ask again for the rest.")


def end_not_seen(learner: Learner) -> AbstractContextManager[None]:
    return _standstill(
        lambda: ("The other side has closed, and recv_msg still waits.", ""),
        endless=lambda: (
            "The other side has closed, and recv_msg reads on for ever. Expected None, or EOFError within a message.",
            "At the end of a stream recv returns b'' at once, every time: a loop that waits for more comes round again.",
        ),
    )


def no_none(learner: Learner, payload: bytes, outcomes: list[Any]) -> Message:
    if outcomes[0] != ("returned", payload):
        text = f"A message of {_bytes(payload)} was sent, then the end, and recv_msg {_outcome(outcomes[0])}. Expected the message."
        return Message(text, _recv_line(learner))
    text = f"The other side closed after a message, and the next recv_msg {_outcome(outcomes[1])}. Expected None."
    if outcomes[1] == ("returned", b""):
        return Message(text, find(learner, r"return", "recv_msg"), "b'' is an empty message: who reads it waits for the next one.")
    return Message(text, _recv_line(learner), "An end between two messages is how a conversation ends, and no error.")


def cut_off(learner: Learner, kept: int, whole: int, outcome: Any) -> Message:
    where = f"{kept} of 4 bytes of a header" if kept < 4 else "a header" if kept == 4 else f"{kept - 4} of {whole - 4} bytes of a message"
    text = f"The other side closed after {where}, and recv_msg {_outcome(outcome)}. Expected EOFError."
    why = "Half a message that looks like a whole one is worse than an error."
    if outcome == ("returned", None):
        why = "None says that a message was complete and no other follows: here one was cut off."
    if outcome[0] == "raised":
        why = "The caller waits for EOFError; what a half header does to struct is nothing to it."
    return Message(text, _recv_line(learner), why)


def believes(learner: Learner, size: int) -> AbstractContextManager[None]:
    text = f"A header announced {size:,} bytes, and recv_msg waits for them. Expected ValueError at once."
    why = "The length is what the other side claims. Look at it before you wait for it."
    return _standstill(lambda: (text, why))


def claim(learner: Learner, size: int, outcome: Any) -> Message:
    text = f"A header announced {size:,} bytes, and recv_msg {_outcome(outcome)}. Expected ValueError."
    why = "The length is what the other side claims. Look at it before you wait for it."
    if isinstance(outcome[1], ErrorValue) and outcome[1].type == "MemoryError":
        why = "It made room for what the other side only claims: four bytes from anybody, and your memory is gone."
    return Message(text, _recv_line(learner), why)
