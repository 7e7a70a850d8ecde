"""Hidden suite for exercise 10: serve and ask through a pipe, squares in shared memory, messages on a stream.

10a lets the task talk to a client or a server of ours, in one process, and then has it start a server by each start method. Who adds up a
request is told by the kernel: a coin in the request meets the referee. 10b holds each worker before it begins, counts them, and lets them go
one after another, so that what each has written can be told apart. 10c lies at the other end of a socket pair.
A side that waits for what never comes is found at rest; nothing here is decided by a clock.
"""

import random
import struct
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from grader.model import Message
from grader.sandbox.wire import ErrorValue, Name
from grader.suite.check import POLLS, NoVerdict, check, expect, probes, tasks
from grader.suite.learner import Learner
from grader.suite.rendezvous import Rendezvous
from grader.suites.ex10_ipc import messages
from grader.suites.ex10_ipc.messages import MAX_MESSAGE

QUICK = {"cpu": 3}
BLOCK = {"cpu": 8}
"""CPU seconds: what is right takes a third of one, and beside a manager's process two."""
MEGABYTE = {"cpu": 5}
"""To receive one a byte at a time is right and takes two."""
FAR = 70_001
"""Its largest square needs 33 bits."""


def _fail(message: Message) -> None:
    expect(False, lambda: message)


def _numbers(draw: random.Random) -> list[int]:
    return [draw.randint(2, 500) for _ in range(draw.randint(2, 4))]


# -- 10a: serve ----------------------------------------------------------------------------------------------------------------------

Request = tuple[Any, ...]
"""What the probes make a request of: a kind and its parts."""


def _right(request: Request) -> tuple[str, Any]:
    """The answer to a request."""
    kind, *parts = request
    if kind == "numbers":
        try:
            return "ok", sum(parts[0])
        except TypeError as error:
            return "error", f"TypeError: {error}"
    return ("ok", parts[0]) if kind == "coin" else ("error", f"{parts[0]}: {parts[1]}")


def _same(answer: Any, right: tuple[str, Any]) -> bool:
    pair = tuple(answer) if type(answer) is list else answer
    return type(pair) is tuple and pair == right and type(pair[1]) is type(right[1])


def _converse(learner: Learner, referee: Rendezvous, requests: list[Request], *, together: bool = False) -> Message | None:
    """What went wrong in a conversation of serve with our client; None when every answer was right."""
    referee.form = lambda label: label in (["asked"], ["answered"], ["closed"]) or (type(label) is list and label[:1] == ["sum"])
    with messages.unanswered(learner, referee, requests):
        heard = learner.attempt(probes.serve, tasks("serve"), "converse", requests, together)
    if isinstance(heard, ErrorValue):
        answered = len(learner.run(probes.answers))
        # After the last answer comes the end: what serve makes of that is for 10a.end to say.
        return messages.serve_raised(learner, requests, answered, heard) if answered < len(requests) else None
    for number, request in enumerate(requests):
        if number >= len(heard):
            return messages.came_back(learner, requests, number)
        if not _same(heard[number], _right(request)):
            return messages.answer(learner, requests, number, heard, _right(request))
    return None


@check("10a.answers", points=2, says="serve answers one request after another", about="one-answer-for-each-request", limits=QUICK)
def test_answers(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    plain: list[Any] = [_numbers(draw), (draw.randint(2, 99), -100), [], [2**60 + draw.randint(1, 99), 1, 1], [0]]
    if wrong := _converse(learner, referee, [("numbers", numbers) for numbers in [*plain, _numbers(draw)]]):
        _fail(wrong)


@check(
    "10a.order",
    points=1,
    says="answers come in the order of the requests",
    about="one-answer-for-each-request",
    needs=("10a.answers",),
    limits=QUICK,
)
def test_order(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    # Whoever works on several at once has the last of them done first.
    referee.hold(only=lambda label: label[0] == "sum", pick=lambda labels: labels[-1:])
    values = draw.sample(range(10, 999), 3)
    if wrong := _converse(learner, referee, [("coin", value) for value in values], together=True):
        _fail(wrong)


@check(
    "10a.bad",
    points=2,
    says="a bad request is answered, and the next one too",
    about="an-error-is-an-answer",
    needs=("10a.answers",),
    limits=QUICK,
)
def test_bad(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    good = [("numbers", _numbers(draw)) for _ in range(3)]
    word = draw.choice(("tea", "rye", "ink"))
    name, text = draw.choice(("ValueError", "ArithmeticError", "RuntimeError")), f"no {word}"
    requests: list[Request] = [good[0], ("numbers", [1, word]), good[1], ("numbers", draw.randint(2, 99)), ("bent", name, text), good[2]]
    if wrong := _converse(learner, referee, requests):
        _fail(wrong)


@check(
    "10a.disguise",
    points=1,
    says="an EOFError of a request is no end of the pipe",
    about="an-error-is-an-answer",
    needs=("10a.bad",),
    limits=QUICK,
)
def test_disguise(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    names = ["EOFError", "OSError", "BrokenPipeError"]
    draw.shuffle(names)
    requests: list[Request] = [("bent", name, f"no {draw.choice(('tea', 'rye'))}") for name in names]
    if wrong := _converse(learner, referee, [*requests, ("numbers", _numbers(draw))]):
        _fail(wrong)


@check(
    "10a.torn",
    points=1,
    says="a request that cannot be unpickled is answered",
    about="an-error-is-an-answer",
    needs=("10a.bad",),
    limits=QUICK,
)
def test_torn(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    name = draw.choice(("ValueError", "RuntimeError", "AttributeError"))
    if wrong := _converse(learner, referee, [("torn", name, "half a letter"), ("numbers", _numbers(draw))]):
        _fail(wrong)


@check(
    "10a.end",
    points=2,
    says="serve returns when the other end is closed",
    about="the-end-of-a-pipe",
    needs=("10a.answers",),
    limits=QUICK,
)
def test_end(learner: Learner) -> None:
    for when in ("before", "due", "unread"):
        with messages.never_ends(learner, when):
            ended = learner.attempt(probes.serve, tasks("serve"), "hang up", when)
        if isinstance(ended, ErrorValue):
            _fail(messages.end_raised(learner, when, ended))
            return


# -- 10a: ask ------------------------------------------------------------------------------------------------------------------------


def _asking(learner: Learner, requests: list[Any], replies: list[Any]) -> tuple[list[Any], list[Any]]:
    with messages.ask_waits():
        outcomes, got = learner.run(probes.ask, tasks("ask"), "somebody", requests, replies)
    return outcomes, got


@check("10a.ask", points=2, says="ask sends x and returns the total", about="one-answer-for-each-request", limits=QUICK)
def test_ask(learner: Learner, draw: random.Random) -> None:
    requests: list[Any] = [_numbers(draw), [], (1, 2)]
    totals = [draw.randint(1000, 9999), 0, draw.randint(1000, 9999)]
    outcomes, got = _asking(learner, requests, [("ok", total) for total in totals])
    if not expect(got[: len(requests)] == requests, lambda: messages.ask_sent(learner, requests, got, outcomes)):
        return
    for number, (outcome, total) in enumerate(zip(outcomes, totals, strict=True)):
        if not expect(outcome == ("returned", total), partial(messages.ask_gave, learner, requests[number], ("ok", total), outcome)):
            return
    expect(len(got) == len(requests), lambda: messages.ask_twice(learner, len(requests), len(got)))


@check("10a.refusal", points=1, says="ask raises BadRequest for an error", about="an-error-is-an-answer", needs=("10a.ask",), limits=QUICK)
def test_refusal(learner: Learner, draw: random.Random) -> None:
    text, total = f"TypeError: no {draw.choice(('tea', 'rye'))}", draw.randint(1000, 9999)
    outcomes, _ = _asking(learner, [7, [1, 2]], [("error", text), ("ok", total)])
    kind, value = outcomes[0]
    refused = kind == "raised" and isinstance(value, ErrorValue) and value.type == "BadRequest" and value.text == text
    if expect(refused, lambda: messages.no_refusal(learner, text, outcomes[0])):
        expect(outcomes[1] == ("returned", total), lambda: messages.ask_gave(learner, [1, 2], ("ok", total), outcomes[1]))


# -- 10a: start_server ---------------------------------------------------------------------------------------------------------------


def _start(learner: Learner, start_method: str) -> bool:
    """Whether start_server gave a process and a connection; said, if not."""
    learner.prepare(probes.mark)
    odd = learner.run(probes.start_server, tasks("start_server"), start_method)
    if odd is not None:
        _fail(messages.no_server(odd))
    return odd is None


@check(
    "10a.process",
    points=2,
    says="the server is a process of mp_context",
    about="the-end-of-a-pipe",
    needs=("10a.answers",),
    processes=True,
    limits=QUICK,
)
def test_process(learner: Learner, referee: Rendezvous, draw: random.Random, start_method: str) -> None:
    if not _start(learner, start_method):
        return
    value = draw.randint(2, 999)
    with messages.server_silent(learner):
        kind, answer = learner.run(probes.request, "coin", value)
    sums = [caller for caller in referee.arrivals if caller.label[:2] == ["sum", value]]
    if not expect(kind == "answered" and _same(answer, ("ok", value)), lambda: messages.server_answer(learner, value, kind, answer)):
        return
    if not expect(all(caller.pid != referee.main for caller in sums), lambda: messages.own_process(learner)):
        return
    births = sorted({str(caller.label[2]) for caller in sums})
    expect(births == [start_method], lambda: messages.births(learner, start_method, births))


@check(
    "10a.hangup",
    points=3,
    says="closing the connection ends the server",
    about="the-end-of-a-pipe",
    needs=("10a.end", "10a.process"),
    processes=True,
    limits=QUICK,
)
def test_hangup(learner: Learner, draw: random.Random, start_method: str) -> None:
    if not _start(learner, start_method):
        return
    learner.run(probes.request, "numbers", _numbers(draw))
    with messages.server_stays(learner, start_method):
        code = learner.run(probes.close_and_join)
    expect(code == 0, lambda: messages.exit_code(learner, code))


@check(
    "10a.gone",
    points=2,
    says="ask raises when the server is gone",
    about="the-end-of-a-pipe",
    needs=("10a.ask", "10a.process"),
    processes=True,
    limits=QUICK,
)
def test_gone(learner: Learner, draw: random.Random, start_method: str) -> None:
    for when in ("before", "unanswered"):
        with messages.asks_for_ever(learner, "The other end of the pipe was closed"):
            said = learner.run(probes.ask, tasks("ask"), "nobody", when)
        if not expect(_gone(said), partial(messages.no_error, learner, said)):
            return
    if not _start(learner, start_method):
        return
    learner.run(probes.request, "numbers", _numbers(draw))
    with messages.asks_for_ever(learner, "The server was killed", end_is_held=True):
        said = learner.run(probes.ask, tasks("ask"), "the dead")
    expect(_gone(said), lambda: messages.no_error(learner, said))


def _gone(said: Any) -> bool:
    kind, value = said
    return kind == "raised" and isinstance(value, ErrorValue) and value.is_a("EOFError", "OSError")


# -- 10b -----------------------------------------------------------------------------------------------------------------------------


class Board:
    """One call of squares_shared: the workers that began, in order of birth, what each wrote, and who removed the block."""

    def __init__(self, learner: Learner, referee: Rendezvous, n: int, workers: int, *, look: bool = False) -> None:
        self.learner = learner
        self.referee = referee
        self.n, self.workers = n, workers
        referee.form = _form
        self._before = len(referee.arrivals)
        learner.prepare(probes.watch_blocks, look) if not self._before else None
        # The workers of a pool divide the work among themselves: they are counted where that is the question, and let go together.
        referee.hold(only=lambda label: label[0] == "begins" and (look or not label[2]), pick=_first_born)

    def call(self, task: Name | None = None) -> Any:
        """What squares_shared returns, or the exception it raised."""
        with messages.never_returns(self):
            if task:
                return self.learner.attempt(task, tasks("squares_shared"), self.n, self.workers)
            return self.learner.attempt("squares_shared", self.n, self.workers)

    def _told(self, what: str) -> list[Any]:
        return [caller for caller in self.referee.arrivals[self._before :] if caller.label[0] == what]

    @property
    def blocks(self) -> int:
        """How many blocks were made."""
        return len(self._told("made"))

    @property
    def born(self) -> list[int]:
        """The workers, by the kernel's word for who they are, in order of birth."""
        return [caller.pid for caller in sorted(self._told("begins"), key=lambda caller: caller.label[1])]

    def role(self, number: int) -> int:
        """Which worker it is, from 1, by the number that multiprocessing gave it."""
        return 1 + sorted(caller.label[1] for caller in self._told("begins")).index(number)

    @property
    def pooled(self) -> bool:
        """Whether the workers are those of a pool."""
        return any(caller.label[2] for caller in self._told("begins"))

    @property
    def ended(self) -> list[tuple[int, int, int, int, int]]:
        """(worker, exit code, bytes written, first and last byte that somebody had written before) of those that have ended; -1: unknown."""
        return sorted((self.role(number), *rest) for number, *rest in (caller.label[1:] for caller in self._told("ends")))

    @property
    def idle(self) -> list[int]:
        """The workers that wrote nothing; of a pool, whose tasks one of them may do alone, all or none."""
        if self.pooled:
            told = [caller.label[2] for caller in self._told("wrote")]
            return [] if any(told) else list(range(1, len(self.born) + 1))
        return [worker for worker, _, wrote, _, _ in self.ended if wrote == 0]

    @property
    def removed_by(self) -> list[int]:
        """Who has removed the block: 0 for the learner's own process, or a worker."""
        return [0 if caller.pid not in self.born else 1 + self.born.index(caller.pid) for caller in self._told("removed")]


def _form(label: Any) -> bool:
    kinds = [type(part) for part in label] if type(label) is list else []
    match kinds and label[0]:
        case "made":
            return kinds == [str]
        case "removed":
            return kinds == [str, int]
        case "wrote":
            return kinds == [str, int, int]
        case "begins":
            return kinds == [str, int, bool]
        case "ends":
            return kinds == [str, int, int, int, int, int]
    return False


def _first_born(labels: list[Any]) -> list[Any]:
    pooled = [label for label in labels if label[2]]
    return pooled or [min(labels, key=lambda label: label[1])]


def _is_right(got: Any, n: int) -> bool:
    return type(got) is list and got == [i * i for i in range(n)] and all(type(item) is int for item in got)


@check("10b.results", points=3, says="every square, in order", about="everybody-has-a-share", processes=True, limits=BLOCK)
def test_results(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    for n, workers in ((3 * draw.randint(5, 7) + draw.choice((1, 2)), 3), (draw.randint(17, 24), 1)):
        board = Board(learner, referee, n, workers)
        got = board.call()
        if not expect(_is_right(got, n), partial(messages.squares, board, got)):
            return


@check(
    "10b.few",
    points=1,
    says="n may be 0, or less than workers",
    about="everybody-has-a-share",
    needs=("10b.results",),
    processes=True,
    limits=BLOCK,
)
def test_few(learner: Learner, referee: Rendezvous) -> None:
    for n, workers in ((0, 2), (1, 2), (2, 3)):
        board = Board(learner, referee, n, workers)
        got = board.call()
        if not expect(_is_right(got, n), partial(messages.few, board, got)):
            return


@check(
    "10b.far",
    points=1,
    says="squares beyond 32 bits fit",
    about="a-board-on-the-wall",
    needs=("10b.results",),
    processes=True,
    limits=BLOCK,
)
def test_far(learner: Learner, referee: Rendezvous) -> None:
    board = Board(learner, referee, FAR, 2)
    got = board.call(probes.squares_shared)
    expect(got == ("list", FAR, None), lambda: messages.far(board, got))


@check(
    "10b.workers",
    points=2,
    says="`workers` processes write into one block",
    about="everybody-has-a-share",
    needs=("10b.results",),
    processes=True,
    limits=BLOCK,
)
def test_workers(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    board = Board(learner, referee, draw.randint(10, 14), 3, look=True)
    board.call()
    if not expect(board.blocks == 1, lambda: messages.blocks(board)):
        return
    if referee.peak < board.workers and not referee.sure:
        raise NoVerdict(f"How many workers run at once could not be counted: {POLLS}. Seen: {referee.peak}.")
    if not expect(len(board.born) == referee.peak == board.workers, lambda: messages.crowd(board, referee.peak)):
        return
    learner.settle()
    if expect(not board.idle, lambda: messages.idle(board, board.idle)):
        alive = learner.run(probes.alive)
        expect(alive == 0, lambda: messages.alive(board, alive))


@check(
    "10b.once",
    points=2,
    says="no number is written twice",
    about="everybody-has-a-share",
    needs=("10b.workers",),
    processes=True,
    limits=BLOCK,
)
def test_once(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    board = Board(learner, referee, 3 * draw.randint(3, 4) + draw.choice((0, 1, 2)), 3, look=True)
    board.call()
    if not board.pooled and not referee.sure and learner.run(probes.side_by_side):
        raise NoVerdict(f"Who wrote what could not be told, since the workers did not come one after another: {POLLS}.")
    twice = [(worker, first, last) for worker, _, _, first, last in board.ended if first >= 0]
    expect(not twice, lambda: messages.twice(board, twice))


@check(
    "10b.removed",
    points=3,
    says="the block is gone afterwards, removed by its maker",
    about="who-wipes-the-board",
    needs=("10b.results",),
    processes=True,
    limits=BLOCK,
)
def test_removed(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    board = Board(learner, referee, draw.randint(7, 9), 2)
    board.call()
    by_workers = [worker for worker in board.removed_by if worker]
    named, mapped = learner.run(probes.left_behind)
    learner.run(probes.clean_up)
    if expect(not by_workers, lambda: messages.worker_removed(board, by_workers[0])):
        expect(not named, lambda: messages.named(board)) and expect(not mapped, lambda: messages.mapped(board))


# -- 10c -----------------------------------------------------------------------------------------------------------------------------


def _packed(*payloads: bytes) -> bytes:
    return b"".join(struct.pack("!I", len(payload)) + payload for payload in payloads)


def _payload(draw: random.Random) -> bytes:
    """Bytes with a newline, a zero and the highest among them, at neither end."""
    return draw.randbytes(3) + b"\n\x00\xff\r\n" + draw.randbytes(draw.randint(2, 9))


@check("10c.wire", points=2, says="a message is its length, then its bytes", about="a-stream-has-no-joints", limits=QUICK)
def test_wire(learner: Learner, draw: random.Random) -> None:
    for payloads in ([_payload(draw)], [b""], [draw.randbytes(300)], [_payload(draw), b"\n", _payload(draw)]):
        with messages.send_stands_still():
            wire = learner.attempt(probes.send_msg, tasks("send_msg"), "all", payloads)
        if not expect(wire == _packed(*payloads), partial(messages.wire, learner, payloads, wire, _packed(*payloads))):
            return


@check("10c.all", points=1, says="all of a large message is sent", about="recv-returns-what-is-there", needs=("10c.wire",), limits=QUICK)
def test_all(learner: Learner, referee: Rendezvous) -> None:
    referee.hold()  # the reader begins when the sender can do no more
    with messages.send_stands_still():
        found = learner.attempt(probes.send_msg, tasks("send_msg"), "late reader", MAX_MESSAGE)
    expect(found == (MAX_MESSAGE + 4, True), lambda: messages.sent_large(learner, found))


@check(
    "10c.too_long",
    points=1,
    says="send_msg refuses a message that is too long",
    about="a-header-is-a-claim",
    needs=("10c.wire",),
    limits=QUICK,
)
def test_too_long(learner: Learner) -> None:
    with messages.send_stands_still():
        outcome, on_wire = learner.run(probes.send_msg, tasks("send_msg"), "too long", MAX_MESSAGE + 1)
    refused = outcome[0] == "raised" and isinstance(outcome[1], ErrorValue) and outcome[1].is_a("ValueError")
    if expect(refused, lambda: messages.too_long(learner, outcome, on_wire)):
        expect(on_wire == 0, lambda: messages.too_long_sent(learner, on_wire))


def _received(learner: Learner, wire: bytes, waits: AbstractContextManager[None], *, ends: bool = False) -> Any:
    """What came of recv_msg on a fresh socket that holds these bytes."""
    with waits:
        return learner.run(probes.recv_msg, tasks("recv_msg"), "at once", wire, ends)


def _again(learner: Learner, waits: AbstractContextManager[None]) -> Any:
    """What came of the next recv_msg on that socket."""
    with waits:
        return learner.run(probes.recv_msg, tasks("recv_msg"), "again")


@check("10c.message", points=2, says="recv_msg returns the bytes of a message", about="a-stream-has-no-joints", limits=QUICK)
def test_message(learner: Learner, draw: random.Random) -> None:
    for payload in (_payload(draw), b"\n", draw.randbytes(300)):
        outcome = _received(learner, _packed(payload), messages.waits_for_more(learner, payload))
        if not expect(outcome == ("returned", payload), partial(messages.message, learner, payload, outcome)):
            return


@check(
    "10c.together",
    points=2,
    says="what lies behind a message stays there",
    about="a-stream-has-no-joints",
    needs=("10c.message",),
    limits=QUICK,
)
def test_together(learner: Learner, draw: random.Random) -> None:
    payloads, rest = [_payload(draw) for _ in range(3)], _packed(_payload(draw))
    for number, payload in enumerate(payloads):
        waits = messages.next_is_lost(learner, number)
        outcome = _again(learner, waits) if number else _received(learner, _packed(*payloads) + rest, waits)
        if not expect(outcome == ("returned", payload), partial(messages.together, learner, payloads, number, outcome)):
            return
    left = learner.run(probes.left_over)
    expect(left == rest, lambda: messages.read_ahead(learner, len(rest), len(left)))


@check("10c.empty", points=1, says="an empty message is a message", about="a-stream-has-no-joints", needs=("10c.together",), limits=QUICK)
def test_empty(learner: Learner, draw: random.Random) -> None:
    payload = _payload(draw)
    outcome = _received(learner, _packed(b"", payload), messages.waits_for_more(learner, b""))
    if expect(outcome == ("returned", b""), lambda: messages.empty(learner, outcome)):
        then = _again(learner, messages.waits_for_more(learner, payload))
        expect(then == ("returned", payload), lambda: messages.after_empty(learner, then))


@check(
    "10c.pieces",
    points=3,
    says="a message may come in pieces",
    about="recv-returns-what-is-there",
    needs=("10c.together",),
    limits=MEGABYTE,
)
def test_pieces(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    payloads = [_payload(draw) for _ in range(2)]
    for cuts in ((1, 3), (4,), (4, 7)):
        wire = _packed(*payloads)
        pieces = [wire[start:end] for start, end in zip((0, *cuts), (*cuts, len(wire)), strict=True)]
        referee.hold(pick=lambda labels: labels)
        with messages.gives_up_pieces(learner):
            outcomes = learner.run(probes.recv_msg, tasks("recv_msg"), "in pieces", pieces, 2)
        if not expect(
            outcomes == [("returned", payload) for payload in payloads], partial(messages.pieces, learner, cuts, payloads, outcomes)
        ):
            return
    found = learner.run(probes.recv_msg, tasks("recv_msg"), "large", MAX_MESSAGE)
    expect(found[1:] == (MAX_MESSAGE, True), lambda: messages.large(learner, found))


@check(
    "10c.end",
    points=2,
    says="the end is None, within a message EOFError",
    about="the-end-of-a-stream",
    needs=("10c.message",),
    limits=QUICK,
)
def test_end_of_stream(learner: Learner, draw: random.Random) -> None:
    payload = _payload(draw)
    whole = _packed(payload)
    outcomes = [_received(learner, whole, messages.end_not_seen(learner), ends=True), _again(learner, messages.end_not_seen(learner))]
    if not expect(outcomes == [("returned", payload), ("returned", None)], lambda: messages.no_none(learner, payload, outcomes)):
        return
    for kept in (draw.randint(1, 3), 4, len(whole) - draw.randint(1, 4)):
        outcome = _received(learner, whole[:kept], messages.end_not_seen(learner), ends=True)
        kind, value = outcome
        right = kind == "raised" and isinstance(value, ErrorValue) and value.is_a("EOFError")
        if not expect(right, partial(messages.cut_off, learner, kept, len(whole), outcome)):
            return


@check(
    "10c.claim",
    points=2,
    says="a header of more than MAX_MESSAGE is refused",
    about="a-header-is-a-claim",
    needs=("10c.message",),
    limits=QUICK,
)
def test_claim(learner: Learner, draw: random.Random) -> None:
    for size in (MAX_MESSAGE + 1, 0xFFFFFFFF):
        wire = struct.pack("!I", size) + draw.randbytes(8)
        outcome = _received(learner, wire, messages.believes(learner, size))
        kind, value = outcome
        right = kind == "raised" and isinstance(value, ErrorValue) and value.is_a("ValueError")
        if not expect(right, partial(messages.claim, learner, size, outcome)):
            return
