# 02b | thousands of large requests to the referee
import os, socket, resource
def check_primes(numbers, *, max_workers=4, predicate=None):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rendezvous")
    hello = b'{"pid":1,"label":[' + b"{}," * 21_000 + b"{}]}\n"
    assert len(hello) < 65536
    for turn in range(1000):
        c = socket.socket(socket.AF_UNIX); c.connect(path)
        try: c.sendall(hello); c.recv(10)
        except OSError: pass
        c.close()
    print("cpu", resource.getrusage(0).ru_utime + resource.getrusage(0).ru_stime)
    return []
def is_prime(number): return True
