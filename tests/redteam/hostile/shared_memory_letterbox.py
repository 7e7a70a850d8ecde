# 02a | leaves shared memory, semaphores, queues and an abstract socket for the next submission
import ctypes
import os
import socket
from multiprocessing import resource_tracker, shared_memory

libc = ctypes.CDLL(None, use_errno=True)
resource_tracker.register = lambda *args: None
for make in (
    lambda: shared_memory.SharedMemory("redteam-shm", create=True, size=4096),
    lambda: libc.shmget(0x5EED, 4096, 0o1666),
    lambda: libc.semget(0x5EED, 1, 0o1666),
    lambda: libc.msgget(0x5EED, 0o1666),
    lambda: open("/dev/shm/redteam-file", "w").write("x"),
    lambda: open("/tmp/redteam-file", "w").write("x"),
    lambda: open(os.path.expanduser("~/redteam-file"), "w").write("x"),
    lambda: open("/var/tmp/redteam-file", "w").write("x"),
):
    try:
        make()
    except OSError:
        pass
letterbox = socket.socket(socket.AF_UNIX)
letterbox.bind("\0redteam-letterbox")


def is_prime(number):
    return number % 2 == 1
