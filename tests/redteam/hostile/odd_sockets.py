# 02a | netlink, packet, vsock and raw sockets
import socket

for family in (16, 17, 40, 38, 30):
    try:
        socket.socket(family, socket.SOCK_RAW)
        print("open", family)
    except OSError as error:
        print(family, error)
try:
    socket.create_connection(("192.0.2.1", 80), timeout=1)
    print("connected")
except OSError as error:
    print(error)


def is_prime(number):
    return number % 2 == 1
