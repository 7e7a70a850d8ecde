# 02a | a reply nested a hundred thousand levels deep
import os
import struct

frame = b'{"ok": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
os.write(3, struct.pack("!I", len(frame)) + frame)


def is_prime(number):
    return number % 2 == 1
