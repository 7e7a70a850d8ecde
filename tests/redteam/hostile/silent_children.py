# 02a | children that answer no question about their threads, and a false trace of Pool.terminate()
import os, signal, threading
def is_prime(number):
    signal.signal(signal.SIGUSR1, lambda *a: None)
    os.write(4, b'  File "x/multiprocessing/pool.py", line 1 in _terminate_pool\n')
    for _ in range(12):
        if os.fork() == 0:
            while True: signal.pause()
    threading.Event().wait()
