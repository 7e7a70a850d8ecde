"""Copied beside the learner's file as module `witness`: how a probe, in whatever process it runs, meets the trusted side.

Standard library only and importable by a spawned child. What it sends is a claim; the kernel tells the trusted side who sent it.
"""

import json
import os
import socket
import threading

_PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rendezvous")


def meet(label):  # type: ignore[no-untyped-def] # it reads as a learner's file would
    """Say "I am here, with `label`", wait until the trusted side lets this caller go, and return the value it sends.

    `label` and the value are JSON.
    """
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(_PATH)
        hello = {"label": label, "pid": os.getpid(), "thread": threading.get_native_id()}
        caller.sendall(json.dumps(hello).encode() + b"\n")
        data = bytearray()
        while part := caller.recv(65536):
            data += part
    return json.loads(data) if data else None
