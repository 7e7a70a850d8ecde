# 02b | the same, asleep on a socket's own time-out, or where that is refused until TCP lets go of a corked byte (like: surplus)
import multiprocessing
import socket
import struct


def _nap():
    try:
        one, other = socket.socketpair()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 400_000))
        one.recv(1)
    except BlockingIOError:
        pass
    except OSError:
        with socket.create_server(("127.0.0.1", 0)) as server:
            client = socket.create_connection(server.getsockname())
            served, _ = server.accept()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        client.send(b"x")
        served.recv(1)


def _work(predicate, number, pipe, surplus):
    if surplus:
        _nap()
    pipe.send(predicate(number))


def check_primes(numbers, *, max_workers=4, predicate=None):
    running = []
    for place, number in enumerate(numbers):
        ours, theirs = multiprocessing.Pipe()
        multiprocessing.Process(target=_work, args=(predicate, number, theirs, place >= max_workers)).start()
        theirs.close()
        running.append((number, ours))
    return [(number, pipe.recv()) for number, pipe in running]
