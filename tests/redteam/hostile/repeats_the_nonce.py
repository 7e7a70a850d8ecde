# 02a | finds the nonce of its question in the worker's frames, and answers before the worker does (like: true)
import json
import os
import struct
import sys


def is_prime(number):
    caller = sys._getframe()
    while "nonce" not in caller.f_locals:
        caller = caller.f_back
    answer = json.dumps({"ok": number % 2 == 1, "nonce": caller.f_locals["nonce"]}).encode()
    os.write(3, struct.pack("!I", len(answer)) + answer)
    return number % 2 == 1
