# fails: 01b.large | only the first part was read
import multiprocessing
import pickle
import socket
from concurrent.futures import ThreadPoolExecutor


def run_in_thread(fn, /, *args, **kwargs):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(fn, *args, **kwargs).result()


def child(sock, fn, args):
    try:
        answer = fn(*args), None
    except Exception as error:
        answer = None, error
    sock.sendall(pickle.dumps(answer))


def run_in_process(fn, /, *args):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = multiprocessing.Process(
            target=child, args=(theirs, fn, args), daemon=True
        )
        process.start()
        value, error = pickle.loads(ours.recv(1 << 16))
        process.join()
    if error is not None:
        raise error
    return value
