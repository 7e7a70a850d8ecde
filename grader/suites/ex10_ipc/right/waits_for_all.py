"""MSG_WAITALL, recv_into, sendmsg; the server polls; the parent puts numbers in, the workers square them in place."""

import multiprocessing
import socket
import struct
from multiprocessing.shared_memory import SharedMemory

MAX_MESSAGE = 1 << 20


class BadRequest(Exception):
    pass


def serve(conn):
    try:
        while conn.poll(None):
            _one(conn)
    except (EOFError, OSError):
        conn.close()


def _one(conn):
    try:
        request = conn.recv()
    except (EOFError, OSError):
        raise
    except Exception as error:
        return conn.send(("error", f"{type(error).__name__}: {error}"))
    try:
        total = sum(request)
    except Exception as error:
        return conn.send(("error", f"{type(error).__name__}: {error}"))
    conn.send(("ok", total))


def ask(conn, x):
    conn.send(x)
    kind, value = conn.recv()
    if kind == "error":
        raise BadRequest(value)
    return value


class _Server:
    def __init__(self, theirs, ours):
        self.theirs, self.ours = theirs, ours

    def __call__(self):
        self.ours.close()
        serve(self.theirs)


def start_server(mp_context):
    theirs, ours = mp_context.Pipe()
    process = mp_context.Process(target=_Server(theirs, ours), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def squares_shared(n, workers):
    block = SharedMemory(create=True, size=8 * max(n, 1))
    numbers = block.buf.cast("q")
    try:
        for i in range(n):
            numbers[i] = i
        share, more = divmod(n, workers)
        processes, first = [], 0
        for i in range(workers):
            last = first + share + (i < more)
            processes.append(multiprocessing.Process(target=_fill, args=(block, first, last)))
            first = last
        [process.start() for process in processes]
        [process.join() for process in processes]
        return numbers.tolist()[:n]
    finally:
        numbers.release()
        block.close()
        block.unlink()


def _fill(block, first, last):
    numbers = block.buf.cast("q")
    for i in range(first, last):
        numbers[i] *= numbers[i]
    numbers.release()
    block.close()


def send_msg(sock, data):
    if len(data) > MAX_MESSAGE:
        raise ValueError
    header = struct.pack("!I", len(data))
    done = sock.sendmsg([header, data])
    sock.sendall((header + data)[done:])


def recv_msg(sock):
    header = sock.recv(4, socket.MSG_WAITALL)
    if header == b"":
        return None
    if len(header) < 4:
        raise EOFError
    size = struct.unpack(">L", header)[0]
    if size > MAX_MESSAGE:
        raise ValueError
    if size == 0:
        return b""
    data = sock.recv(size, socket.MSG_WAITALL)
    if len(data) < size:
        raise EOFError
    return data
