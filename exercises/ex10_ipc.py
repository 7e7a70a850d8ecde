"""Exercise 10: a hatch, a board and a tube between processes.

Write the functions below. Check your work with

    course grade 10

Use the standard library only. You may add helpers, classes and imports.
Child processes import this file again: importing it must start nothing
and print nothing.
"""

from __future__ import annotations

import socket
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any

MAX_MESSAGE = 1 << 20
"""The most bytes of one message of send_msg and recv_msg: 1 MiB. Leave it as it is."""


class BadRequest(Exception):
    """The server could not work out an answer. Its text is what the server said. Leave it as it is."""


def serve(conn: Connection) -> None:
    """Answer what comes through `conn` until the other end is closed.

    A request is what `conn.recv()` returns, as a rule a list of numbers.
    Each is answered with one pair, sent with `conn.send`:

        ("ok", total)      total is sum(request)
        ("error", text)    sum(request) raised; text is the name of the
                           exception's class, a colon, a space and its
                           message: "TypeError: 'int' object is not iterable"

    - One answer for each request, in the order of the requests. It is sent
      before the next request comes: whoever asks may wait for it first.
    - `[]` is a request like any other, with the total 0. `None` is not
      one: nobody sends it, and you may give it a meaning of your own.
    - `sum` may raise any subclass of Exception, `EOFError` and `OSError`
      too. That request is answered with "error", and the next one is
      served as if nothing had happened.
    - A request may fail to unpickle: then `conn.recv()` raises, say,
      ValueError, and the bytes of that request are gone. It is answered
      and survived in the same way. (Only what unpickling raises: it does
      not raise EOFError or OSError here. Those of `recv` and `send` tell
      of the connection.)
    - The other end may be closed at any moment: after an answer, while one
      is due, or with answers unread. Then serve returns and raises nothing.
      It may close `conn` or leave it open.
    """
    raise NotImplementedError("10a: serve")


def ask(conn: Connection, x: Any) -> Any:
    """Send the request `x` through `conn`, wait for the answer, return the total.

    The other end is a `serve`, yours or another. `x` is sent as it is, once.

    - The answer ("error", text) raises `BadRequest(text)`. The next `ask`
      gets its own answer.
    - If the server is gone, ask raises what `conn.send` or `conn.recv`
      raise then, EOFError or an OSError.
    """
    raise NotImplementedError("10a: ask")


def start_server(mp_context: BaseContext) -> tuple[BaseProcess, Connection]:
    """Start a process that serves; return it, and the end of a pipe to `ask` through.

    `mp_context` is what `multiprocessing.get_context` returns for "fork",
    "spawn" or "forkserver". The process is started by way of it, whichever
    it is, and runs `serve`.

    - When the caller closes the connection, the process ends by itself,
      with exit code 0. Nothing else is needed.
    - When the process is killed, `ask` raises instead of waiting for ever.
    - One server runs at a time.
    """
    raise NotImplementedError("10a: start_server")


def squares_shared(n: int, workers: int) -> list[int]:
    """Return [0, 1, 4, ..., (n - 1) ** 2], worked out in one block of shared memory.

    `n` is 0 to 1,000,000, `workers` is 1 or more, perhaps more than `n`.

    - One `multiprocessing.shared_memory.SharedMemory` is made for a call,
      with room for numbers beyond 32 bits. (For `n` = 0 there need be none.)
    - The numbers are worked out and written into it by worker processes of
      `multiprocessing`. Any start method must do: leave the default as it is.
    - With `n` of at least `2 * workers`, there are exactly `workers`
      processes; all are started before the first is waited for. Each
      number is written once, by one of them, and each has a share to
      write. (In a pool, who writes how many is left to the pool.) A worker
      does not wait for another. With a smaller `n` there may be fewer.
    - The result is a plain list of `n` ints: it stays as it is when the
      block is gone.
    - When squares_shared returns, its workers have ended, and the block is
      gone: it is closed here, and removed, so that nobody can attach to its
      name any more. No worker removes it.
    """
    raise NotImplementedError("10b: squares_shared")


def send_msg(sock: socket.socket, data: bytes) -> None:
    """Send `data` through the stream socket `sock` as one message.

    On the wire, a message is 4 bytes with the length of `data` as an
    unsigned number, most significant byte first, and then `data` itself:

        send_msg(sock, b"hi")      sends 00 00 00 02 68 69

    `data` may be empty, and may hold any bytes, newlines too. All of it is
    sent when send_msg returns, also if `sock` has a time-out.

    If `data` is longer than MAX_MESSAGE, send_msg raises ValueError, and
    nothing is sent.
    """
    raise NotImplementedError("10c: send_msg")


def recv_msg(sock: socket.socket) -> bytes | None:
    """Read one message from the stream socket `sock`; return its bytes.

    The message has the form of `send_msg`. It may come in pieces of any
    size, and the next may come right behind it: recv_msg takes its own
    message and leaves every byte behind it in the socket.

    - An empty message is b"".
    - If the other side has closed and no byte of a message came, recv_msg
      returns None.
    - If the other side closes within a message, header included, recv_msg
      raises EOFError.
    - If the header says more than MAX_MESSAGE, recv_msg raises ValueError
      at once: it does not wait for the message, and makes no room for it.
    """
    raise NotImplementedError("10c: recv_msg")
