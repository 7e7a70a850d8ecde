# fails: 10b.removed | only unlink removes it
import multiprocessing
import os
import struct
from multiprocessing.shared_memory import SharedMemory

MAX_MESSAGE = 1 << 20


class BadRequest(Exception):
    pass


def serve(conn):
    while True:
        try:
            request = conn.recv()
        except (EOFError, OSError):
            return
        except Exception as error:
            answer = ("error", f"{type(error).__name__}: {error}")
        else:
            try:
                answer = ("ok", sum(request))
            except Exception as error:
                answer = ("error", f"{type(error).__name__}: {error}")
        try:
            conn.send(answer)
        except OSError:
            return


def ask(conn, x):
    conn.send(x)
    kind, value = conn.recv()
    if kind == "error":
        raise BadRequest(value)
    return value


def start_server(mp_context):
    ours, theirs = mp_context.Pipe()
    process = mp_context.Process(target=_serve_alone, args=(theirs, ours))
    process.start()
    theirs.close()
    return process, ours


def _serve_alone(theirs, ours):
    ours.close()
    serve(theirs)


def squares_shared(n, workers):
    if n == 0:
        return []
    block = SharedMemory(f"squares-{os.getpid()}-{n}-{workers}", create=True, size=8 * n)
    bounds = [n * i // workers for i in range(workers + 1)]
    processes = [
        multiprocessing.Process(target=_fill, args=(block.name, bounds[i], bounds[i + 1]))
        for i in range(workers)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    with block.buf.cast("q") as numbers:
        result = list(numbers[:n])
    block.close()
    return result


def _fill(name, first, last):
    block = SharedMemory(name)
    with block.buf.cast("q") as numbers:
        for i in range(first, last):
            numbers[i] = i * i
    block.close()


def send_msg(sock, data):
    if len(data) > MAX_MESSAGE:
        raise ValueError("too long")
    sock.sendall(struct.pack("!I", len(data)) + data)


def recv_msg(sock):
    header = _read(sock, 4)
    if not header:
        return None
    if len(header) < 4:
        raise EOFError
    (size,) = struct.unpack("!I", header)
    if size > MAX_MESSAGE:
        raise ValueError("too long")
    data = _read(sock, size)
    if len(data) < size:
        raise EOFError
    return data


def _read(sock, count):
    data = b""
    while len(data) < count:
        part = sock.recv(count - len(data))
        if not part:
            break
        data += part
    return data
