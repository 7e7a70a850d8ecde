"""Solution 10: a hatch, a board and a tube between processes."""

from __future__ import annotations

import multiprocessing
import socket
import struct
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from multiprocessing.shared_memory import SharedMemory
from typing import Any

MAX_MESSAGE = 1 << 20


class BadRequest(Exception):
    """The server could not work out an answer."""


def serve(conn: Connection) -> None:
    """Answer what comes through `conn` until the other end is closed."""
    while True:
        try:
            answer = ("ok", sum(_next_request(conn)))
        except _HungUp:
            return
        except Exception as error:
            # Whatever is wrong with one request: say so, and go on with the next.
            answer = ("error", f"{type(error).__name__}: {error}")
        try:
            conn.send(answer)
        except OSError:
            return  # nobody is there to read it


class _HungUp(Exception):
    """The other end is closed. Neither EOFError nor OSError: `sum` may raise those as well."""


def _next_request(conn: Connection) -> Any:
    try:
        return conn.recv()
    except (EOFError, OSError) as error:  # OSError: it was closed with an answer unread
        raise _HungUp from error


def ask(conn: Connection, x: Any) -> Any:
    """Send the request `x` through `conn`, wait for the answer, return the total."""
    conn.send(x)
    kind, value = conn.recv()
    if kind == "error":
        raise BadRequest(value)
    return value


def start_server(mp_context: BaseContext) -> tuple[BaseProcess, Connection]:
    """Start a process that serves; return it, and the end of a pipe to `ask` through."""
    ours, theirs = mp_context.Pipe()
    process = mp_context.Process(target=_serve_alone, args=(theirs, ours))
    process.start()
    # While this process holds the server's end too, a dead server is never seen.
    theirs.close()
    return process, ours


def _serve_alone(theirs: Connection, ours: Connection) -> None:
    # A fork has a copy of both ends. While one copy of `ours` is open, here or there, no end of file comes.
    ours.close()
    serve(theirs)


def squares_shared(n: int, workers: int) -> list[int]:
    """Return [0, 1, 4, ..., (n - 1) ** 2], worked out in one block of shared memory."""
    if n == 0:
        return []  # a block of no bytes is a ValueError
    block = SharedMemory(create=True, size=8 * n)
    try:
        # Where one share ends the next begins: none is left out, none is done twice.
        bounds = [n * i // workers for i in range(workers + 1)]
        shares = zip(bounds, bounds[1:], strict=False)
        processes = [multiprocessing.Process(target=_fill, args=(block.name, *share)) for share in shares]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        with block.buf.cast("q") as numbers:  # a view must be gone before the block is closed
            return list(numbers[:n])  # a copy: in some systems a block is larger than asked for
    finally:
        block.close()
        block.unlink()


def _fill(name: str, first: int, last: int) -> None:
    block = SharedMemory(name)
    with block.buf.cast("q") as numbers:
        for i in range(first, last):
            numbers[i] = i * i
    block.close()


_HEADER = struct.Struct("!I")


def send_msg(sock: socket.socket, data: bytes) -> None:
    """Send `data` through the stream socket `sock` as one message."""
    if len(data) > MAX_MESSAGE:
        raise ValueError(f"{len(data)} bytes are too many for one message")
    sock.sendall(_HEADER.pack(len(data)) + data)


def recv_msg(sock: socket.socket) -> bytes | None:
    """Read one message from the stream socket `sock`; return its bytes."""
    header = _read(sock, _HEADER.size)
    if not header:
        return None
    if len(header) < _HEADER.size:
        raise EOFError("closed within a header")
    (size,) = _HEADER.unpack(header)
    if size > MAX_MESSAGE:
        raise ValueError(f"the header announces {size} bytes")
    data = _read(sock, size)
    if len(data) < size:
        raise EOFError(f"closed after {len(data)} of {size} bytes")
    return data


def _read(sock: socket.socket, count: int) -> bytes:
    """`count` bytes, or fewer when the other side closes before."""
    data = bytearray()
    while len(data) < count:
        part = sock.recv(count - len(data))
        if not part:
            break
        data += part
    return bytes(data)
