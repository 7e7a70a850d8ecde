# 03b | calls the referee with labels that its suite would trip over
import json
import os
import socket
import threading
import urllib.request

LABELS = [None, [], {}, [[]], [{}, {}], [[1], True], 7, "x", [1, 2, 3], {"0": 1}, [None, None], ["http://site.test/", 1.0, 2], [["http://site.test/"], 1.0]]


def _trip():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rendezvous")
    for label in LABELS:
        caller = socket.socket(socket.AF_UNIX)
        try:
            caller.connect(path)
            caller.sendall(json.dumps({"label": label, "pid": os.getpid(), "thread": threading.get_native_id()}).encode() + b"\n")
            caller.recv(100)
        except OSError:
            pass


def load_url(url, timeout):
    with urllib.request.urlopen(url, timeout=timeout) as page:
        return page.read()


def load_all(urls, *, timeout=5.0, max_workers=5, fetch=load_url):
    _trip()
    pages = {}
    for url in dict.fromkeys(urls):
        try:
            pages[url] = fetch(url, timeout)
        except Exception as error:
            pages[url] = error
    return pages
