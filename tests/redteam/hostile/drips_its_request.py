# 03a | sends its request a byte at a time, then half of another, and never reads the answer
import socket
import threading
from urllib.parse import urlsplit


def load_url(url, timeout):
    parts = urlsplit(url)
    sock = socket.create_connection((parts.hostname, parts.port))
    for letter in f"GET {parts.path} HTTP/1.1\r\n\r\n".encode():
        sock.send(bytes([letter]))
    other = socket.create_connection((parts.hostname, parts.port))
    other.send(b"GET /ok")
    threading.Event().wait()
