"""What runs in the worker for exercise 10: clients and servers at the other end, witnesses in the block, and sockets that dribble.

What a probe returns is a claim, as data; the trusted side says what is right. Nothing here waits for a moment in time: where one side has
to have done all it can before the other goes on, it meets the referee, which lets it go when nothing else moves.

10b. A worker of the learner's is held before it begins, so that they run one after another, and it tells what it has written:

    held -> its turn: the bytes that earlier ones wrote are hidden -> its work -> compared: what it wrote, what of it was hidden -> shown again

Only bytes that others have written are hidden, so what a worker reads of its own share stays as it was.
"""

import builtins
import gc
import json
import multiprocessing
import multiprocessing.context
import multiprocessing.process
import multiprocessing.queues
import os
import socket
import struct
import sys
import threading
from multiprocessing import shared_memory
from pathlib import Path

from witness import meet

if __name__ == "__mp_main__":  # a child of spawn or forkserver: see `watch_blocks`
    import probes

    probes.take_hold()

# -- 10a: requests -------------------------------------------------------------------------------------------------------------------


class Coin:
    """A number that tells the trusted side when, and in which process, it is added up."""

    def __init__(self, value):
        self.value = value

    def __radd__(self, other):
        meet(["sum", self.value, _birth()])
        return other + self.value


class Bent:
    """A number that raises when it is added up."""

    def __init__(self, name, text):
        self.error = (name, text)

    def __radd__(self, other):
        raise_(*self.error)


class Torn:
    """A request that leaves, and cannot be unpickled."""

    def __init__(self, name, text):
        self.error = (name, text)

    def __reduce__(self):
        return raise_, self.error


def raise_(name, text):
    """Raise the built-in exception of that name."""
    raise getattr(builtins, name)(text)


def _request(kind, *parts):
    if kind == "coin":
        return [Coin(*parts)]
    if kind == "bent":
        return [1, Bent(*parts)]
    return Torn(*parts) if kind == "torn" else parts[0]


def serve(task, how, *details):
    """A probe of a task has the task's name: that is what is said of a stub."""
    return {"converse": _converse, "hang up": _hang_up}[how](task, *details)


def _came_of(task, *args):
    """What came of a call, as data. A stub's NotImplementedError goes on."""
    try:
        return "returned", task(*args)
    except NotImplementedError:
        raise
    except Exception as error:
        return "raised", error


heard = []
"""The answers that the client has heard."""


def answers():
    """The same, after serve has raised."""
    return heard


def _converse(serve, requests, together):
    """Let the task serve a client of ours: one request after the other, or all sent before the first answer is read.

    Returns the answers; fewer than requests, if the server's end was closed, or serve came back, before.
    """
    ours, theirs = multiprocessing.Pipe()
    made = [_request(*request) for request in requests]

    def send(thing):
        meet(["asked"])
        ours.send(thing)

    def read():
        heard.append(ours.recv())
        meet(["answered"])

    def client():
        try:
            if together:
                for thing in made:
                    ours.send(thing)
                for _ in made:
                    read()
            else:
                for thing in made:
                    send(thing)
                    read()
        except (EOFError, OSError):
            pass  # the answers that are missing say it
        ours.close()
        meet(["closed"])

    thread = threading.Thread(target=client, daemon=True)
    thread.start()
    try:
        serve(theirs)
    finally:
        theirs.close()
        thread.join()
    return heard


def _hang_up(serve, when):
    """Let the task serve a client that has closed its end: with nothing asked, with an answer due, or with an answer unread."""
    ours, theirs = multiprocessing.Pipe()
    if when == "due":
        ours.send([1, 2])
    if when == "unread":
        theirs.send("as if it were an answer")
    ours.close()
    serve(theirs)


def ask(task, how, *details):
    """As `serve`."""
    return {"somebody": _asking, "nobody": _asking_nobody, "the dead": _kill_and_ask}[how](task, *details)


def _asking(ask, requests, replies):
    """Let the task ask a server of ours. Returns what came of each call, and what the server got."""
    ours, theirs = multiprocessing.Pipe()
    got, outcomes = [], []

    def server():
        plan = iter(replies)
        try:
            while True:
                got.append(theirs.recv())
                theirs.send(next(plan, ("ok", -len(got))))
        except (EOFError, OSError):
            pass

    thread = threading.Thread(target=server, daemon=True)
    thread.start()
    for request in requests:
        outcomes.append(_came_of(ask, ours, request))
    ours.close()
    thread.join()
    return outcomes, got


def _asking_nobody(ask, when):
    """The same with a server that is gone, or that goes without an answer."""
    ours, theirs = multiprocessing.Pipe()
    if when == "before":
        theirs.close()
    else:

        def server():
            theirs.recv()
            theirs.close()

        threading.Thread(target=server, daemon=True).start()
    return _came_of(ask, ours, [1, 2])


# -- 10a: a server of the learner's ----------------------------------------------------------------------------------------------------

ours_all_along = False
"""Set in the process that calls the task, so that a fork of it is known."""
process = conn = None


def mark():
    """Before the file is loaded."""
    global ours_all_along
    ours_all_along = True


def _birth():
    """How this process was born: a fork has our mark; spawn's parent is the one that asked, forkserver's is the server."""
    parent = multiprocessing.parent_process()
    if ours_all_along or parent is None:
        return "fork"
    return "spawn" if os.getppid() == parent.pid else "forkserver"


def start_server(start_server, method):
    """Start the learner's server; what is wrong with what it returned, or None."""
    global process, conn
    found = start_server(multiprocessing.get_context(method))
    if type(found) is not tuple or len(found) != 2:
        return "no pair", found
    process, conn = found
    if not isinstance(process, multiprocessing.process.BaseProcess):
        return "no process", process
    if not callable(getattr(conn, "send", None)) or not callable(getattr(conn, "recv", None)):
        return "no connection", conn
    return None if process.pid else ("not started", process)


def request(*what):
    """Ask the learner's server without the learner's ask: its answer, or that there is none."""
    try:
        conn.send(_request(*what))
        return ("answered", conn.recv())
    except (EOFError, OSError) as error:
        return ("gone", error)


def close_and_join():
    """Close our end, wait for the process to end: its exit code."""
    conn.close()
    process.join()
    return process.exitcode


def _kill_and_ask(ask):
    """Kill the server, and let the learner's ask find out."""
    process.kill()
    process.join()
    return _came_of(ask, conn, [1, 2])


# -- 10b: who makes, writes and removes the block ----------------------------------------------------------------------------------------

DIARY = Path(__file__).with_name("block.json")
"""What the processes know of the block: its name, who has written what. Only one of them has its turn at a time, but for those of a pool."""
BLOCKS = Path("/dev/shm")
"""Where a block is a file, on Linux."""


def watch_blocks(look):
    """Before the file is loaded: have each process of multiprocessing tell what it does; with `look`, what it writes too.

    A fork has our hooks. The children of spawn and forkserver run the main file, as __mp_main__: it is this one.
    """
    _note({"look": look and BLOCKS.is_dir(), "names": [], "open": 0, "written": {}, "muddled": False})
    sys.modules["__main__"].__file__ = __file__
    take_hold()


def take_hold():
    """In each process: stand before the system's calls for shared memory, and around the life of a process."""
    system = shared_memory._posixshmem
    shm_open, shm_unlink = system.shm_open, system.shm_unlink

    def opened(name, flags, mode=0o777):
        found = shm_open(name, flags, mode=mode)
        if flags & os.O_CREAT:
            diary = _diary()
            diary["names"].append(name)
            _note(diary)
            meet(["made"])
        return found

    def unlinked(name):
        shm_unlink(name)
        meet(["removed", _number()])

    class Watched:
        def __getattr__(self, name):
            return getattr(system, name)

    shared_memory._posixshmem = watched = Watched()
    watched.shm_open, watched.shm_unlink = opened, unlinked

    whole_life = multiprocessing.process.BaseProcess._bootstrap

    def bootstrap(self, *args, **kwargs):
        target = getattr(self._target, "__name__", "")
        if target == "_run_server":  # a manager is no worker
            return whole_life(self, *args, **kwargs)
        pooled = target in ("worker", "_process_worker")
        global number
        number = self._identity[-1]
        meet(["begins", number, pooled])
        turn = Turn(pooled)
        if pooled:
            _tell_before_results(turn)
        code = whole_life(self, *args, **kwargs)
        meet(["ends", number, code if type(code) is int else -1, *turn.ends()])
        return code

    multiprocessing.process.BaseProcess._bootstrap = bootstrap


number = 0
"""Which child this process is, in order of birth; 0: the learner's own process."""


def _number():
    return number


def _diary():
    return json.loads(DIARY.read_text())


def _note(diary):
    """In one step: the workers of a pool read it while another writes, and half of it is nothing that they could live with."""
    draft = DIARY.with_name(f"block.{os.getpid()}.json")
    draft.write_text(json.dumps(diary))
    draft.replace(DIARY)


class Turn:
    """The time in which one worker has the block to itself. Nothing is seen where a block is no file, or when nobody looks."""

    def __init__(self, pooled):
        self.block = None
        diary = _diary()
        if not diary["look"] or not diary["names"]:
            return
        self.block = os.open(BLOCKS / diary["names"][0].lstrip("/"), os.O_RDWR)  # held, for somebody may remove the name
        diary["open"] += 1
        if pooled or diary["open"] > 1:  # they do not run one after another: who wrote twice cannot be told
            diary["muddled"] = True
        elif not diary["muddled"]:
            self._write(dict.fromkeys(diary["written"], 0))
        _note(diary)
        self.before = self._read()

    def _read(self):
        return os.pread(self.block, os.fstat(self.block).st_size, 0)

    def _write(self, places):
        for place, byte in places.items():
            os.pwrite(self.block, bytes([byte]), int(place))

    def wrote(self):
        """The bytes that have changed since it began: their places, and what they are now."""
        return {place: byte for place, byte in enumerate(self._read()) if byte != self.before[place]} if self.block else {}

    def ends(self):
        """How many bytes were written; of those, the first and the last that somebody had written before. -1: none, or not known."""
        if self.block is None:
            return -1, -1, -1
        diary = _diary()
        wrote, twice = self.wrote(), []
        if not diary["muddled"]:
            twice = [int(place) for place in diary["written"] if int(place) in wrote]
            self._write({place: byte for place, byte in diary["written"].items() if int(place) not in wrote})
            diary["written"].update({str(place): byte for place, byte in wrote.items()})
        diary["open"] -= 1
        _note(diary)
        return len(wrote), min(twice, default=-1), max(twice, default=-1)


def _tell_before_results(turn):
    """A pool may kill its workers when their results are there: what one has written it tells before each result."""
    put = multiprocessing.queues.SimpleQueue.put

    def told(queue, result):
        meet(["wrote", number, len(turn.wrote())])
        put(queue, result)

    multiprocessing.queues.SimpleQueue.put = told


def left_behind():
    """The blocks of this check that can still be attached to by name, and those that this process still has mapped. Removes the first."""
    gc.collect()
    named, mapped = 0, 0
    for name in _diary()["names"]:
        try:
            os.close(shared_memory._posixshmem.shm_open(name, os.O_RDWR, mode=0o600))
            named += 1
        except FileNotFoundError:
            pass
        try:
            mapped += name.lstrip("/") in Path("/proc/self/maps").read_text()
        except OSError:
            pass
    return named, mapped


def clean_up():
    """Remove what was left, where the machine's /dev/shm is everybody's."""
    for name in _diary()["names"]:
        try:
            shared_memory._posixshmem.shm_unlink(name)
        except OSError:
            pass


def side_by_side():
    """Whether two processes had the block at the same time, so that who wrote what is not known."""
    return _diary()["muddled"]


def alive():
    """Which of this process's children have not ended."""
    return len(multiprocessing.active_children())


def squares_shared(squares_shared, n, workers):
    """Call the task with a large n: the type of what it returned, its length, the first wrong place with what stands there, or None."""
    found = squares_shared(n, workers)
    if type(found) is not list:
        return type(found).__name__, -1, None
    wrong = next(((i, value) for i, value in enumerate(found) if type(value) is not int or value != i * i), None)
    return "list", len(found), wrong


# -- 10c -------------------------------------------------------------------------------------------------------------------------------


def send_msg(task, how, *details):
    """As `serve`."""
    return {"all": _sent, "late reader": _sent_large, "too long": _refused}[how](task, *details)


def recv_msg(task, how, *details):
    """As `serve`."""
    return {"at once": _received, "again": _again, "in pieces": _in_pieces, "large": _received_large}[how](task, *details)


def _sent(send_msg, payloads):
    """What the task puts on the wire for these messages."""
    ours, theirs = socket.socketpair()
    wire = bytearray()
    reader = threading.Thread(target=_read_all, args=(theirs, wire), daemon=True)
    reader.start()
    try:
        for payload in payloads:
            send_msg(ours, payload)
    finally:
        _shut(ours)
        reader.join()
    return bytes(wire)


def _sent_large(send_msg, size):
    """The same for one large message, through a socket with a time-out, to a reader who begins when the sender can do no more.

    How many bytes came, and whether they are those of the message.
    """
    ours, theirs = socket.socketpair()
    ours.settimeout(100_000)  # far beyond the end of any check
    data = bytes(range(251)) * (size // 251 + 1)
    data = data[:size]
    wire = bytearray()

    def late():
        meet(["reader"])
        _read_all(theirs, wire)

    reader = threading.Thread(target=late, daemon=True)
    reader.start()
    try:
        send_msg(ours, data)
    finally:
        _shut(ours)
        reader.join()
    return len(wire), bytes(wire) == struct.pack("!I", size) + data


def _refused(send_msg, size):
    """What the task does with a message of this size: "returned", or the exception; and how many bytes are on the wire."""
    ours, theirs = socket.socketpair()
    wire = bytearray()
    reader = threading.Thread(target=_read_all, args=(theirs, wire), daemon=True)
    reader.start()
    try:
        outcome = _came_of(send_msg, ours, bytes(size))
    finally:
        _shut(ours)
        reader.join()
    return outcome, len(wire)


def _shut(sock):
    """Close for good, also when somebody holds a file made of the socket."""
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    sock.close()


def _read_all(sock, wire):
    while part := sock.recv(1 << 16):
        wire += part


def _message_of(recv_msg, sock):
    """What came of one call. Bytes of another type are no message, and cross as bytes: the kind says so."""
    kind, value = _came_of(recv_msg, sock)
    if isinstance(value, (bytearray, memoryview)):
        kind, value = f"returned a {type(value).__name__} of", bytes(value)
    return kind, value


reading = None
"""The reader's end of the last pair of `_received`."""


def _received(recv_msg, wire, ends):
    """Call the task once on a socket that holds these bytes; with `ends`, the other side has closed."""
    global reading, writing
    writing, reading = socket.socketpair()
    writing.sendall(wire)
    if ends:
        writing.close()
    return _message_of(recv_msg, reading)


def _again(recv_msg):
    """Call the task once more on the same socket."""
    return _message_of(recv_msg, reading)


def left_over():
    """The bytes that are still in that socket."""
    try:
        return reading.recv(1 << 16, socket.MSG_DONTWAIT)
    except OSError:
        return b""


def _in_pieces(recv_msg, pieces, times):
    """Call the task so often while the bytes dribble in: each piece comes when the reader can do no more without it.

    What came of each call up to the first that raised. The socket stays open.
    """
    ours, theirs = socket.socketpair()

    def feeder():
        for piece in pieces:
            meet(["piece"])
            ours.sendall(piece)
        meet(["fed"])

    threading.Thread(target=feeder, daemon=True).start()
    outcomes = []
    for _ in range(times):
        outcomes.append(_message_of(recv_msg, theirs))
        if outcomes[-1][0] == "raised":
            break
    return outcomes


def _received_large(recv_msg, size):
    """One message of this size from a sender of ours: the type of what was returned and its length, and whether it is right."""
    ours, theirs = socket.socketpair()
    data = (bytes(range(251)) * (size // 251 + 1))[:size]
    sender = threading.Thread(target=ours.sendall, args=(struct.pack("!I", size) + data,), daemon=True)
    sender.start()
    found = recv_msg(theirs)
    return type(found).__name__, len(found) if isinstance(found, (bytes, bytearray)) else -1, found == data
